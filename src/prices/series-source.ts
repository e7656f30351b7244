import { UserError } from '../errors.ts';
import type { Table } from '../store/table.ts';
import type { Answer } from './combine.ts';
import { agree, toStored, type StoredSeries } from './stored-series.ts';
import { NoDailyPrices, UnknownTicker, VendorError, type Yahoo } from './vendors/yahoo.ts';

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

export interface SeriesSourceParts {
  readonly yahoo: Yahoo;
  readonly cache: Table<StoredSeries>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: { info(details: object, message: string): void; warn(details: object, message: string): void };
}

/** A ticker's series from the store, brought up to date by the vendor. */
export interface SeriesSource {
  /** ISO day from which on series are kept. */
  windowStart(): string;
  /**
   * Equal questions in flight share one promise.
   * @param refresh asks the vendor however young the stored series is
   * @throws UserError when the vendor does not give it and nothing is stored, or only what is older than a week of a
   *   ticker that it knows no more: UnknownTicker, or NoPrices
   */
  get(ticker: string, refresh: boolean): Promise<Answer>;
  /** The newest stored day, without asking the vendor. */
  newest(ticker: string): Promise<string | undefined>;
}

/** The vendor gave no prices of a ticker of which none are stored. */
export class NoPrices extends UserError {
  /** What the vendor did, in words. */
  readonly reason: string;

  constructor(ticker: string, error: VendorError) {
    const advice = error.canRetry ? 'try again in some minutes' : 'leave it out';
    super(
      `Yahoo Finance did not give prices of ${ticker} (${error.message}) and none are stored yet: ${advice}.`,
      undefined,
      error,
    );
    this.reason = error.message;
  }
}

/** The vendor had prices of a ticker some days ago, and says now that it knows none of that name. */
class GoneTicker extends VendorError {
  constructor(cause: UnknownTicker) {
    super('it does not know the ticker any more', { cause });
  }
}

/** Whether the vendor answered, and has nothing: asking again will not help. */
export const isUnknown = (error: unknown): boolean =>
  error instanceof UnknownTicker ||
  error instanceof GoneTicker ||
  (error instanceof NoPrices && error.cause instanceof NoDailyPrices);

export function createSeriesSource({ yahoo, cache, now, log }: SeriesSourceParts): SeriesSource {
  const inFlight = new Map<string, Promise<Answer>>();
  let lastFailure: { readonly at: number; readonly error: VendorError } | undefined;
  const windowStart = (): string => new Date(now() - WINDOW_MS).toISOString().slice(0, 10);

  async function storedOrFetched(ticker: string, refresh: boolean): Promise<Answer> {
    const stored = await cache.get(ticker);
    if (stored !== undefined && !refresh) {
      if (now() - Date.parse(stored.fetchedAt) < FRESH_MS) return { series: stored };
      if (lastFailure !== undefined && now() - lastFailure.at < COOL_DOWN_MS)
        return { series: stored, failure: lastFailure.error };
    }
    try {
      const series = stored === undefined ? await fetchWhole(ticker) : await fetchNewer(ticker, stored);
      await cache.set(ticker, series);
      return { series };
    } catch (thrown) {
      const error = stored === undefined ? thrown : missed(ticker, stored, thrown);
      if (!(error instanceof VendorError)) throw error;
      if (error.canRetry) lastFailure = { at: now(), error };
      log.warn({ ticker, err: error, stored: stored?.fetchedAt }, 'Yahoo Finance failed');
      if (stored !== undefined) return { series: stored, failure: error };
      throw new NoPrices(ticker, error);
    }
  }

  /** What an error means where there are stored prices: for some days these will do, whatever the vendor says. */
  function missed(ticker: string, { fetchedAt }: StoredSeries, error: unknown): unknown {
    if (!(error instanceof UnknownTicker || error instanceof NoDailyPrices)) return error;
    if (now() - Date.parse(fetchedAt) > GONE_MS) return new UnknownTicker(ticker, fetchedAt.slice(0, 10));
    return error instanceof UnknownTicker ? new GoneTicker(error) : error;
  }

  async function fetchWhole(ticker: string): Promise<StoredSeries> {
    const series = await yahoo.series(ticker, windowStart());
    if (series.dates.length === 0) throw new NoDailyPrices();
    return toStored(series, now());
  }

  /** Fetches from some stored bars before the last on; all, when those bars are not what they were. */
  async function fetchNewer(ticker: string, stored: StoredSeries): Promise<StoredSeries> {
    const from = stored.dates.at(-OVERLAP_BARS) ?? stored.dates[0]!;
    const series = await yahoo.series(ticker, from);
    if (!agree(stored, series)) {
      log.info({ ticker, from }, 'history was rewritten, by a split or a dividend: the ticker is fetched whole');
      return fetchWhole(ticker);
    }
    const known = stored.dates.indexOf(from);
    const newer = toStored(series, now());
    return {
      ...newer,
      dates: [...stored.dates.slice(0, known), ...newer.dates],
      closes: [...stored.closes.slice(0, known), ...newer.closes],
      volumes: [...stored.volumes.slice(0, known), ...newer.volumes],
    };
  }

  return {
    windowStart,
    get(ticker, refresh) {
      const key = `${refresh ? 'refresh' : 'any'} ${ticker}`;
      const running = inFlight.get(key);
      if (running !== undefined) return running;
      const answer = storedOrFetched(ticker, refresh).finally(() => inFlight.delete(key));
      inFlight.set(key, answer);
      return answer;
    },
    newest: async (ticker) => (await cache.get(ticker))?.dates.at(-1),
  };
}
