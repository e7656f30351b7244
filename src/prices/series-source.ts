import { ageAt } from '../believed.ts';
import { DAY_MS, isoDay } from './calendar.ts';
import {
  haveSameHistory,
  spliceSeries,
  UNUSED_MS,
  type SeriesTable,
  type StoredSeries,
  type TickerSeries,
} from './ticker-series.ts';
import { DEFAULT_VENDOR } from './vendors/index.ts';
import {
  GoneTicker,
  NoAnswer,
  NoDailyPrices,
  NoPrices,
  UnknownTicker,
  VendorError,
  type PriceVendor,
} from './vendors/vendor.ts';

/** Stored prices younger than this are used as they are. */
export const FRESH_MS = 6 * 3_600_000;
/** 11 years: 2,500 trading days and some to spare. */
const WINDOW_MS = 11 * 365.25 * DAY_MS;
/** How long after a failure stored prices are used without another request. */
const COOL_DOWN_MS = 60_000;
/** How long stored prices are used for a ticker that the vendor no longer knows. It may come back within days. */
const GONE_MS = 7 * DAY_MS;
/** How many stored bars are fetched again, to detect that a split or dividend has changed history. */
const OVERLAP_BARS = 10;

export interface SeriesSourceOptions {
  /** Keyed by the vendor's name and ticker: `name/AAPL`. */
  readonly series: SeriesTable;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: { info(details: object, message: string): void; warn(details: object, message: string): void };
}

/**
 * When to ask the vendor: for stored prices that are not fresh; for fresh ones too, unless it has just failed; for those
 * that were fetched before an instant, in milliseconds since 1970.
 */
type Demand = 'fresh' | 'newest' | { readonly since: number };

/** A vendor's series, stored and kept up to date. */
export class SeriesSource {
  readonly vendor: PriceVendor;
  readonly #options: SeriesSourceOptions;
  readonly #inFlight = new Map<string, Promise<StoredSeries>>();
  /** By ticker. */
  readonly #fetching = new Map<string, Promise<StoredSeries>>();
  #lastFailure: { readonly at: number; readonly error: VendorError } | undefined;

  constructor(vendor: PriceVendor, options: SeriesSourceOptions) {
    this.vendor = vendor;
    this.#options = options;
  }

  /** The ISO day from which on series are stored. */
  windowStart(): string {
    return isoDay(this.#options.now() - WINDOW_MS);
  }

  /**
   * Gives a series from the store or the vendor, with its `failure` if it is not fresh. Equal requests in flight share
   * one promise.
   * @param since milliseconds since 1970: fetches what is stored from before, even if it is fresh
   * @throws UserError when the vendor gives nothing and nothing is stored, or when it no longer knows the ticker and
   *   the stored series is older than a week (UnknownTicker or NoPrices)
   */
  get(ticker: string, since?: number): Promise<StoredSeries> {
    return this.#once(ticker, since === undefined ? 'fresh' : { since });
  }

  /** As `get`, but fetches even if the stored series is fresh, unless the vendor has just failed. */
  newestSeries(ticker: string): Promise<StoredSeries> {
    return this.#once(ticker, 'newest');
  }

  /** The newest stored day. Makes no request. */
  async newest(ticker: string): Promise<string | undefined> {
    const day = await this.newestKept(ticker);
    const stored = day === undefined ? await this.#stored(ticker) : undefined;
    if (stored !== undefined) await this.#options.series.keepDay(this.#keyOf(ticker), stored);
    return day ?? stored?.dates.at(-1);
  }

  /** As `newest`, and undefined where only the series itself would tell, which takes longer to read. */
  newestKept(ticker: string): Promise<string | undefined> {
    return this.#options.series.newestDay(this.#keyOf(ticker));
  }

  #once(ticker: string, demand: Demand): Promise<StoredSeries> {
    const key = `${JSON.stringify(demand)} ${ticker}`;
    const running = this.#inFlight.get(key);
    if (running !== undefined) return running;
    const fetched = this.#storedOrFetched(ticker, demand).finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, fetched);
    return fetched;
  }

  async #storedOrFetched(ticker: string, demand: Demand): Promise<StoredSeries> {
    const { now, log } = this.#options;
    const stored = await this.#stored(ticker);
    if (stored !== undefined && isNewEnough(stored, demand, now())) return stored;
    const last = this.#lastFailure;
    if (last !== undefined && ageAt(last.at, now()) < COOL_DOWN_MS) {
      // Behind a vendor that hangs, everybody would wait for its time limit again.
      const isSilent = last.error instanceof NoAnswer && last.error.isSilent;
      if (isSilent || (stored !== undefined && typeof demand === 'string'))
        return this.#withFailure(ticker, stored, last.error);
    }
    try {
      return await this.#fetched(ticker, stored);
    } catch (thrown) {
      const error = stored === undefined ? thrown : this.#withStored(ticker, stored, thrown);
      if (!(error instanceof VendorError)) throw error;
      if (error.canRetry) this.#lastFailure = { at: now(), error };
      log.warn({ ticker, err: error, stored: stored?.fetchedAt }, `${this.vendor.title} failed`);
      return this.#withFailure(ticker, stored, error);
    }
  }

  /** Fetches and stores. Whatever demands a ticker's prices while they are fetched shares them. */
  #fetched(ticker: string, stored: StoredSeries | undefined): Promise<StoredSeries> {
    const running = this.#fetching.get(ticker);
    if (running !== undefined) return running;
    const fetch = async (): Promise<StoredSeries> => {
      const { series: table, now } = this.#options;
      const fetched = stored === undefined ? await this.#fetchWhole(ticker) : await this.#fetchNewer(ticker, stored);
      const series: StoredSeries = { ...fetched, fetchedAt: new Date(now()).toISOString(), isBySession: true };
      await table.set(this.#keyOf(ticker), series, UNUSED_MS);
      return series;
    };
    const fetching = fetch().finally(() => this.#fetching.delete(ticker));
    this.#fetching.set(ticker, fetching);
    return fetching;
  }

  /** @throws NoPrices when nothing is stored */
  #withFailure(ticker: string, stored: StoredSeries | undefined, failure: VendorError): StoredSeries {
    if (stored === undefined) throw new NoPrices(this.vendor, ticker, failure);
    return { ...stored, failure };
  }

  /** What an error means when there are stored prices, which are used for some days whatever the vendor says. */
  #withStored(ticker: string, { fetchedAt }: StoredSeries, error: unknown): unknown {
    if (!(error instanceof UnknownTicker || error instanceof NoDailyPrices)) return error;
    if (ageAt(Date.parse(fetchedAt), this.#options.now()) > GONE_MS)
      return new UnknownTicker(this.vendor, ticker, fetchedAt.slice(0, 10));
    return error instanceof UnknownTicker ? new GoneTicker(error) : error;
  }

  async #fetchWhole(ticker: string): Promise<TickerSeries> {
    const series = await this.#fetch(ticker, this.windowStart());
    if (series.dates.length === 0) throw new NoDailyPrices();
    return series;
  }

  /** Fetches the last stored bars and all after them. If those bars have changed, fetches the whole series. */
  async #fetchNewer(ticker: string, stored: StoredSeries): Promise<TickerSeries> {
    if (stored.isBySession === undefined) return this.#fetchWhole(ticker);
    const from = stored.dates.at(-OVERLAP_BARS) ?? stored.dates[0]!;
    const series = await this.#fetch(ticker, from);
    if (haveSameHistory(stored, series)) return spliceSeries(stored, series, from);
    this.#options.log.info(
      { ticker, from },
      'history was rewritten, by a split or a dividend: the ticker is fetched whole',
    );
    return this.#fetchWhole(ticker);
  }

  async #fetch(ticker: string, from: string): Promise<TickerSeries> {
    const { replaced, ...series } = await this.vendor.series(ticker, from);
    if (replaced !== undefined)
      this.#options.log.info({ ticker, replaced }, 'there were two prices of a session: the later one was used');
    return series;
  }

  #keyOf(ticker: string): string {
    return `${this.vendor.name}/${ticker}`;
  }

  /**
   * Series of the default vendor were once stored under the ticker alone. They move to their new key when they are
   * read. The new key is written before the old one is deleted, so that a crash in between loses nothing. It does not
   * overwrite what another process has written.
   */
  async #stored(ticker: string): Promise<StoredSeries | undefined> {
    const { series: table } = this.#options;
    const key = this.#keyOf(ticker);
    const found = await table.get(key);
    if (found !== undefined || this.vendor.name !== DEFAULT_VENDOR.name) return found;
    const old = await table.get(ticker);
    // Another process may have moved it between the two reads.
    if (old === undefined) return table.get(key);
    const moved = await table.update(key, (newer) => newer ?? old);
    await table.delete(ticker);
    return moved;
  }
}

function isNewEnough({ fetchedAt }: StoredSeries, demand: Demand, now: number): boolean {
  if (demand === 'newest') return false;
  const age = ageAt(Date.parse(fetchedAt), now);
  return demand === 'fresh' ? age < FRESH_MS : now - age >= demand.since;
}
