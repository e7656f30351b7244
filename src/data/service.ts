import { setImmediate } from 'node:timers/promises';
import type { LoadedPrices, OnProgress } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import type { Table } from '../store/table.ts';
import type { Answer } from './combine.ts';
import { readPricesCsv } from './csv.ts';
import { describePrices, type PricesDescription } from './describe.ts';
import { createKeptPrices } from './kept-prices.ts';
import { loadSample } from './sample.ts';
import { agree, toStored, type StoredSeries } from './stored-series.ts';
import { findUniverse, type UniverseSpec } from './universes.ts';
import { VendorError, type Yahoo } from './yahoo.ts';

export { storedSeriesSchema, type StoredSeries } from './stored-series.ts';

/** Stored prices younger than this are used without asking the vendor. */
const FRESH_MS = 6 * 3_600_000;
/** 11 years: 2,500 trading days and some to spare. */
const WINDOW_MS = 11 * 365.25 * 86_400_000;
/** After a failure the vendor is left alone for this long where stored prices will do. */
const COOL_DOWN_MS = 60_000;
/** Stored bars fetched again, to see whether a split or dividend has rewritten them. */
const OVERLAP_BARS = 10;

export interface HistoryOptions {
  /** Ends this caller's waiting; what is being fetched goes on into the store. */
  readonly signal?: AbortSignal;
  /** Asks the vendor however young the stored prices are. */
  readonly refresh?: boolean;
  readonly onProgress?: OnProgress;
}

export interface PriceService {
  /**
   * @throws UserError for an unknown universe or ticker, a flawed file, mixed currencies, or a vendor
   *   that does not answer for a ticker of which nothing is stored
   */
  history(spec: UniverseSpec, options?: HistoryOptions): Promise<LoadedPrices>;
  describe(spec: UniverseSpec, options?: HistoryOptions): Promise<PricesDescription>;
}

export interface PriceServiceParts {
  readonly yahoo: Yahoo;
  readonly cache: Table<StoredSeries>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: { info(details: object, message: string): void; warn(details: object, message: string): void };
}

export function createPriceService({ yahoo, cache, now, log }: PriceServiceParts): PriceService {
  const inFlight = new Map<string, Promise<Answer>>();
  const kept = createKeptPrices(now, FRESH_MS);
  let sample: LoadedPrices | undefined;
  let lastFailure: { readonly at: number; readonly error: VendorError } | undefined;
  const windowStart = (): string => isoDay(now() - WINDOW_MS);

  /** Equal requests in flight share one promise. */
  function answerFor(ticker: string, refresh: boolean): Promise<Answer> {
    const key = `${refresh ? 'refresh' : 'any'} ${ticker}`;
    const running = inFlight.get(key);
    if (running !== undefined) return running;
    const answer = storedOrFetched(ticker, refresh).finally(() => inFlight.delete(key));
    inFlight.set(key, answer);
    return answer;
  }

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
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      if (error.canRetry) lastFailure = { at: now(), error };
      log.warn({ ticker, err: error, stored: stored?.fetchedAt }, 'Yahoo Finance failed');
      if (stored !== undefined) return { series: stored, failure: error };
      const advice = error.canRetry ? 'try again in some minutes' : 'leave it out';
      throw new UserError(
        `Yahoo Finance did not give prices of ${ticker} (${error.message}) and none are stored yet: ${advice}.`,
        undefined,
        error,
      );
    }
  }

  async function fetchWhole(ticker: string): Promise<StoredSeries> {
    const series = await yahoo.series(ticker, windowStart());
    if (series.dates.length === 0) throw new VendorError('it has no daily prices');
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

  async function fromYahoo(
    tickers: readonly string[],
    { refresh = false, signal, onProgress }: HistoryOptions,
  ): Promise<LoadedPrices> {
    signal?.throwIfAborted();
    const known = refresh ? undefined : kept.find(tickers, windowStart());
    if (known !== undefined) return known;
    let done = 0;
    let turn = Promise.resolve();
    const answers = Promise.all(
      tickers.map(async (ticker) => {
        // The event loop turns between two tickers: 500 read in one go would hold it up for a second.
        turn = turn.then(() => setImmediate());
        await turn;
        const answer = await answerFor(ticker, refresh);
        done++;
        onProgress?.({ stage: 'prices', done: done / tickers.length, detail: `${done} of ${tickers.length} tickers` });
        return answer;
      }),
    );
    const all = await untilAborted(answers, signal);
    // Another request may have put the same together meanwhile.
    return (refresh ? undefined : kept.find(tickers, windowStart())) ?? kept.combine(tickers, all, windowStart());
  }

  async function history(spec: UniverseSpec, options: HistoryOptions = {}): Promise<LoadedPrices> {
    if (spec.kind === 'csv') return readPricesCsv(spec.file, spec.tickers);
    if (spec.kind === 'tickers') return fromYahoo(spec.tickers, options);
    const universe = findUniverse(spec.name);
    if (universe.source === 'yahoo') return fromYahoo(universe.tickers, options);
    return (sample ??= loadSample());
  }

  return {
    history,
    describe: async (spec, options) => describePrices(await history(spec, options)),
  };
}

const isoDay = (time: number): string => new Date(time).toISOString().slice(0, 10);

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
