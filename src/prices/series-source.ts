import type { Table } from '../store/table.ts';
import { haveSameHistory, spliceSeries, type StoredSeries, type TickerSeries } from './ticker-series.ts';
import { DEFAULT_VENDOR } from './vendors/index.ts';
import { GoneTicker, NoDailyPrices, NoPrices, UnknownTicker, VendorError, type PriceVendor } from './vendors/vendor.ts';

/** Stored prices younger than this are used without asking the vendor. */
export const FRESH_MS = 6 * 3_600_000;
/** 11 years: 2,500 trading days and some to spare. */
const WINDOW_MS = 11 * 365.25 * 86_400_000;
/** After a failure the vendor is left alone for this long where stored prices will do. */
const COOL_DOWN_MS = 60_000;
/** A ticker that the vendor knows no more may be back tomorrow; after so long it is not, and its prices are history. */
const GONE_MS = 7 * 86_400_000;
/** Stored bars fetched again, to see whether a split or dividend has rewritten them. */
const OVERLAP_BARS = 10;

/** A ticker's series as it is stored now. */
export interface FetchedSeries {
  readonly series: StoredSeries;
  /** Why it is not fresh; absent when it is. */
  readonly failure?: VendorError;
}

export interface SeriesSourceParts {
  /** By vendor and ticker: `yahoo/AAPL`. */
  readonly series: Table<StoredSeries>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: { info(details: object, message: string): void; warn(details: object, message: string): void };
}

/** A vendor's series from the store, brought up to date by the vendor. */
export class SeriesSource {
  readonly vendor: PriceVendor;
  readonly #parts: SeriesSourceParts;
  readonly #inFlight = new Map<string, Promise<FetchedSeries>>();
  #lastFailure: { readonly at: number; readonly error: VendorError } | undefined;

  constructor(vendor: PriceVendor, parts: SeriesSourceParts) {
    this.vendor = vendor;
    this.#parts = parts;
  }

  /** ISO day from which on series are kept. */
  windowStart(): string {
    return new Date(this.#parts.now() - WINDOW_MS).toISOString().slice(0, 10);
  }

  /**
   * Equal requests in flight share one promise.
   * @param refresh asks the vendor however young the stored series is
   * @throws UserError when the vendor does not give it and nothing is stored, or only what is older than a week of a
   *   ticker that it knows no more: UnknownTicker, or NoPrices
   */
  get(ticker: string, refresh: boolean): Promise<FetchedSeries> {
    const key = `${refresh ? 'refresh' : 'any'} ${ticker}`;
    const running = this.#inFlight.get(key);
    if (running !== undefined) return running;
    const fetched = this.#storedOrFetched(ticker, refresh).finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, fetched);
    return fetched;
  }

  /** The newest stored day, without asking the vendor. */
  async newest(ticker: string): Promise<string | undefined> {
    return (await this.#stored(ticker))?.dates.at(-1);
  }

  async #storedOrFetched(ticker: string, refresh: boolean): Promise<FetchedSeries> {
    const { series: table, now, log } = this.#parts;
    const stored = await this.#stored(ticker);
    if (stored !== undefined && !refresh) {
      if (now() - Date.parse(stored.fetchedAt) < FRESH_MS) return { series: stored };
      const last = this.#lastFailure;
      if (last !== undefined && now() - last.at < COOL_DOWN_MS) return { series: stored, failure: last.error };
    }
    try {
      const fetched = stored === undefined ? await this.#fetchWhole(ticker) : await this.#fetchNewer(ticker, stored);
      const series = { ...fetched, fetchedAt: new Date(now()).toISOString() };
      await table.set(this.#keyOf(ticker), series);
      return { series };
    } catch (thrown) {
      const error = stored === undefined ? thrown : this.#withStored(ticker, stored, thrown);
      if (!(error instanceof VendorError)) throw error;
      if (error.canRetry) this.#lastFailure = { at: now(), error };
      log.warn({ ticker, err: error, stored: stored?.fetchedAt }, `${this.vendor.title} failed`);
      if (stored !== undefined) return { series: stored, failure: error };
      throw new NoPrices(this.vendor, ticker, error);
    }
  }

  /** What an error means where there are stored prices: for some days these will do, whatever the vendor says. */
  #withStored(ticker: string, { fetchedAt }: StoredSeries, error: unknown): unknown {
    if (!(error instanceof UnknownTicker || error instanceof NoDailyPrices)) return error;
    if (this.#parts.now() - Date.parse(fetchedAt) > GONE_MS)
      return new UnknownTicker(this.vendor, ticker, fetchedAt.slice(0, 10));
    return error instanceof UnknownTicker ? new GoneTicker(error) : error;
  }

  async #fetchWhole(ticker: string): Promise<TickerSeries> {
    const series = await this.vendor.series(ticker, this.windowStart());
    if (series.dates.length === 0) throw new NoDailyPrices();
    return series;
  }

  /** Fetches from some stored bars before the last on; all, when those bars are not what they were. */
  async #fetchNewer(ticker: string, stored: StoredSeries): Promise<TickerSeries> {
    const from = stored.dates.at(-OVERLAP_BARS) ?? stored.dates[0]!;
    const series = await this.vendor.series(ticker, from);
    if (haveSameHistory(stored, series)) return spliceSeries(stored, series, from);
    this.#parts.log.info(
      { ticker, from },
      'history was rewritten, by a split or a dividend: the ticker is fetched whole',
    );
    return this.#fetchWhole(ticker);
  }

  #keyOf(ticker: string): string {
    return `${this.vendor.name}/${ticker}`;
  }

  /**
   * Series of the default vendor were once stored under the ticker alone. They are moved when they are first read.
   * The new key is written before the old one is deleted, so that a kill in between loses nothing, and what another
   * process has written under the new key meanwhile stays.
   */
  async #stored(ticker: string): Promise<StoredSeries | undefined> {
    const { series: table } = this.#parts;
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
