import { DAY_MS } from '../durations.ts';
import { isoDay } from './calendar.ts';
import { type Asking, type Demand, isNewEnough } from './demand.ts';
import { asDenied, isDenial, leastAge, meaningOf } from './denials.ts';
import { Failures } from './failures.ts';
import { Fetches, type Patience } from './fetches.ts';
import { flawOf, isFlawed, standsBy } from './flaws.ts';
import {
  haveSameHistory,
  spliceSeries,
  type Aside,
  type SeriesTable,
  type StoredSeries,
  type TickerSeries,
} from './ticker-series.ts';
import { VendorSeries } from './vendor-series.ts';
import { FlawedPrices, NoDailyPrices, NoPrices, VendorError, type PriceVendor } from './vendors/vendor.ts';

/** 11 years: 2,500 trading days and some to spare. */
const WINDOW_MS = 11 * 365.25 * DAY_MS;
/** How many stored bars are fetched again, to detect that a split or dividend has changed history. */
const OVERLAP_BARS = 10;

/** For how long the vendor's word is doubted. Prices that stay as they are may be right, if they can be prices. */
const DOUBTED_MS = 30 * DAY_MS;

type Doubt = Pick<Aside, 'since' | 'flaw'>;

export interface SeriesSourceOptions {
  /** Keyed by the vendor's name and ticker: `name/AAPL`. */
  readonly series: SeriesTable;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: { info(details: object, message: string): void; warn(details: object, message: string): void };
  readonly patience?: Patience;
}

/** A vendor's series, stored and kept up to date. */
export class SeriesSource {
  readonly vendor: PriceVendor;
  readonly #options: SeriesSourceOptions;
  readonly #reading = new Map<string, Promise<StoredSeries | undefined>>();
  readonly #table: VendorSeries;
  readonly #fetches: Fetches<StoredSeries>;
  readonly #failures = new Failures();

  constructor(vendor: PriceVendor, options: SeriesSourceOptions) {
    this.vendor = vendor;
    this.#options = options;
    this.#table = new VendorSeries(vendor.name, options.series);
    this.#fetches = new Fetches(options.patience);
  }

  /** The ISO day from which on series are stored. */
  windowStart(): string {
    return isoDay(this.#options.now() - WINDOW_MS);
  }

  /**
   * Gives a series from the store or the vendor, with its `failure` if it is not fresh. Requests in flight for the same
   * ticker share reading and fetching, and each waits for as long as it would alone. Where there are stored prices,
   * newer ones are waited for a few seconds; they reach the store later.
   * @throws UserError when the vendor gives nothing and nothing is stored, or when it has denied the ticker for an hour
   *   and the stored series is older than a week (UnknownTicker or NoPrices)
   */
  get(ticker: string, asking: Asking): Promise<StoredSeries> {
    return this.#storedOrFetched(ticker, asking.refresh === undefined ? 'fresh' : { since: asking.refresh }, asking);
  }

  /** As `get`, but fetches even if the stored series is fresh, unless the vendor has just failed. */
  newestSeries(ticker: string, asking: Asking): Promise<StoredSeries> {
    return this.#storedOrFetched(ticker, 'newest', asking);
  }

  /** The newest stored day. Makes no request. */
  newest(ticker: string): Promise<string | undefined> {
    return this.#table.newest(ticker);
  }

  /** As `newest`, and undefined where only the series itself would tell, which takes longer to read. */
  newestKept(ticker: string): Promise<string | undefined> {
    return this.#table.newestKept(ticker);
  }

  #read(ticker: string): Promise<StoredSeries | undefined> {
    const known = this.#reading.get(ticker);
    if (known !== undefined) return known;
    const reading = this.#table.get(ticker).finally(() => this.#reading.delete(ticker));
    this.#reading.set(ticker, reading);
    return reading;
  }

  async #storedOrFetched(ticker: string, demand: Demand, asking: Asking): Promise<StoredSeries> {
    const stored = await this.#read(ticker);
    const { aside } = stored ?? {};
    const now = this.#options.now();
    if (stored !== undefined && isNewEnough(stored, demand, now)) return stored;
    // The vendor would give the same again.
    if (
      stored !== undefined &&
      aside !== undefined &&
      isNewEnough(aside, demand === 'newest' ? 'fresh' : demand, now)
    ) {
      return { ...stored, failure: new FlawedPrices(aside.flaw) };
    }
    try {
      const failure = this.#failures.answerTo(demand, ticker, now);
      if (failure !== undefined) throw this.#meaningOf(failure, ticker, stored);
      this.#failures.checkCoolDown(stored !== undefined, demand, now);
      const fetching = this.#fetches.run(ticker, () => this.#fetchAndStore(ticker, stored, demand));
      return await this.#fetches.wait(fetching, {
        isRefresh: asking.refresh !== undefined,
        since: asking.askedAt,
        hasStored: stored !== undefined,
      });
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      return this.#withFailure(ticker, stored, error);
    }
  }

  async #fetchAndStore(ticker: string, stored: StoredSeries | undefined, demand: Demand): Promise<StoredSeries> {
    const { now, log } = this.#options;
    const beforeEach = (): void => this.#failures.checkCoolDown(stored !== undefined, demand, now());
    try {
      const fetched =
        stored === undefined
          ? await this.#fetchWhole(ticker, beforeEach)
          : await this.#fetchNewer(ticker, stored, beforeEach);
      this.#failures.onSuccess(ticker);
      const series: StoredSeries = { ...fetched, fetchedAt: new Date(now()).toISOString(), isBySession: true };
      if (stored !== undefined) {
        const doubt = await this.#doubtOf(ticker, stored, series);
        if (doubt !== undefined) return await this.#keepAside(ticker, stored, series, doubt);
      }
      await this.#keep(ticker, series, stored?.aside !== undefined);
      return series;
    } catch (thrown) {
      const known = stored !== undefined && isDenial(thrown) ? await this.#keepDenied(ticker, stored) : stored;
      const error = this.#meaningOf(thrown, ticker, known);
      if (this.#failures.onFailure(ticker, thrown, now()) && error instanceof VendorError)
        log.warn({ ticker, err: error, stored: stored?.fetchedAt }, `${this.vendor.title} failed`);
      throw error;
    }
  }

  /** Good prices answer, also where they cannot be stored. */
  async #keep(ticker: string, series: StoredSeries, replacesAside = false): Promise<void> {
    try {
      await this.#table.set(ticker, series, replacesAside);
    } catch (err) {
      this.#options.log.warn({ ticker, err }, 'prices could not be stored');
    }
  }

  /** What is wrong with the answer, and since when the vendor has given it; undefined when it is believed. */
  async #doubtOf(ticker: string, stored: StoredSeries, fetched: StoredSeries): Promise<Doubt | undefined> {
    const now = this.#options.now();
    const judged = { ticker, fetched, windowStart: this.windowStart(), now };
    const flaw = flawOf({ ...judged, stored });
    if (flaw === undefined) return undefined;
    const { fetchedAt } = fetched;
    const { since = fetchedAt } = stored.aside ?? {};
    const aside = since < fetchedAt ? await this.#table.aside(ticker) : undefined;
    const isSame = aside !== undefined && standsBy({ ...judged, stored: aside });
    if (isSame && flaw.canBeTrue && leastAge(since, now) > DOUBTED_MS) return undefined;
    // A wrong clock may have dated it ahead.
    return { since: isSame ? since : fetchedAt, flaw: flaw.words };
  }

  async #keepAside(ticker: string, stored: StoredSeries, fetched: StoredSeries, doubt: Doubt): Promise<StoredSeries> {
    const { flaw } = doubt;
    if (stored.aside === undefined)
      this.#options.log.warn({ ticker, flaw }, `${this.vendor.title} gave prices that are kept aside`);
    const kept = await this.#table.keepAside(ticker, stored, fetched, doubt).catch((err: unknown) => {
      this.#options.log.warn({ ticker, err }, 'prices could not be stored');
      return stored;
    });
    return { ...kept, failure: new FlawedPrices(flaw) };
  }

  /** @throws NoPrices when nothing is stored */
  #withFailure(ticker: string, stored: StoredSeries | undefined, failure: VendorError): StoredSeries {
    if (stored === undefined) throw new NoPrices(this.vendor, ticker, failure);
    return { ...stored, failure };
  }

  async #keepDenied(ticker: string, stored: StoredSeries): Promise<StoredSeries> {
    const denied = asDenied(stored, this.#options.now());
    if (denied !== stored) await this.#keep(ticker, denied);
    return denied;
  }

  #meaningOf(error: unknown, ticker: string, stored: StoredSeries | undefined): unknown {
    const { vendor } = this;
    return stored === undefined ? error : meaningOf(error, ticker, { stored, vendor, now: this.#options.now() });
  }

  async #fetchWhole(ticker: string, beforeEach: () => void): Promise<TickerSeries> {
    const series = await this.#fetch(ticker, this.windowStart(), beforeEach);
    if (series.dates.length === 0) throw new NoDailyPrices();
    return series;
  }

  /**
   * Fetches the last stored bars and all after them. If those bars have changed or become more, or the stored ones are no
   * good, fetches the whole series.
   */
  async #fetchNewer(ticker: string, stored: StoredSeries, beforeEach: () => void): Promise<TickerSeries> {
    if (stored.isBySession === undefined || isFlawed(ticker, stored)) return this.#fetchWhole(ticker, beforeEach);
    const from = stored.dates.at(-OVERLAP_BARS) ?? stored.dates[0]!;
    const series = await this.#fetch(ticker, from, beforeEach);
    if (haveSameHistory(stored, series)) return spliceSeries(stored, series, from);
    this.#options.log.info(
      { ticker, from },
      'history was rewritten, by a split, a dividend or days that were missing: the ticker is fetched whole',
    );
    return this.#fetchWhole(ticker, beforeEach);
  }

  async #fetch(ticker: string, from: string, beforeEach: () => void): Promise<TickerSeries> {
    const { replaced, ...series } = await this.vendor.series(ticker, from, beforeEach);
    if (replaced !== undefined)
      this.#options.log.info({ ticker, replaced }, 'there were two prices of a session: the later one was used');
    return series;
  }
}
