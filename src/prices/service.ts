import { setImmediate } from 'node:timers/promises';
import type { LoadedPrices, OnProgress } from '../engine/types.ts';
import { abortable } from '../async.ts';
import type { Answer } from './combine.ts';
import { readPricesCsv } from './vendors/csv.ts';
import { describePrices, type PricesDescription } from './describe.ts';
import { createKeptPrices } from './kept-prices.ts';
import { exchangeRate, type ExchangeRate } from './rates.ts';
import { loadSample } from './vendors/sample.ts';
import { FRESH_MS, NoPrices, createSeriesSource, isUnknown, type SeriesSourceParts } from './series-source.ts';
import { findUniverse, type UniverseSpec } from './universes.ts';

export type { ExchangeRate } from './rates.ts';
export { storedSeriesSchema, type StoredSeries } from './stored-series.ts';

export interface HistoryOptions {
  /** Ends this caller's waiting; what is being fetched goes on into the store. */
  readonly signal?: AbortSignal;
  /** Asks the vendor however young the stored prices are. */
  readonly refresh?: boolean;
  readonly onProgress?: OnProgress;
}

/** What the vendor says of tickers, each looked at on its own; both empty when it has prices of all. */
export interface TickerCheck {
  /** The vendor has no prices under these names. */
  readonly unknown: readonly string[];
  /** The vendor did not answer for these, whether or not older prices of them are stored. */
  readonly unchecked: readonly string[];
  /** Why it did not, in words. */
  readonly reason?: string;
}

export interface PriceService {
  /**
   * @throws UserError for an unknown universe or ticker, a flawed file, mixed currencies, or a vendor
   *   that does not answer for a ticker of which nothing is stored
   */
  history(spec: UniverseSpec, options?: HistoryOptions): Promise<LoadedPrices>;
  describe(spec: UniverseSpec, options?: HistoryOptions): Promise<PricesDescription>;
  /** Asks the vendor for tickers of which no fresh prices are stored. Throws only the signal's reason, and faults. */
  check(tickers: readonly string[], options?: Omit<HistoryOptions, 'refresh'>): Promise<TickerCheck>;
  /**
   * Looks at what is stored, and does not ask the vendor.
   * @returns the newest ISO day of which all of these tickers have a price; undefined while one has none
   */
  newest(tickers: readonly string[]): Promise<string | undefined>;
  /**
   * @param from, to ISO 4217, or a vendor's code of hundredths such as GBp
   * @throws UserError (option `amount`) when there is no rate
   */
  rate(from: string, to: string, options?: RateOptions): Promise<ExchangeRate>;
}

export interface RateOptions {
  /** ISO day: no later rate is looked at. */
  readonly asOf?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type PriceServiceParts = SeriesSourceParts;

export function createPriceService(parts: PriceServiceParts): PriceService {
  const { now } = parts;
  const source = createSeriesSource(parts);
  const kept = createKeptPrices(now, FRESH_MS);
  let sample: LoadedPrices | undefined;

  async function fromYahoo(tickers: readonly string[], options: HistoryOptions): Promise<LoadedPrices> {
    const { refresh = false, signal } = options;
    signal?.throwIfAborted();
    const known = refresh ? undefined : kept.find(tickers, source.windowStart());
    if (known !== undefined) return known;
    const all = await eachTicker(tickers, (ticker) => source.get(ticker, refresh), options);
    // Another request may have put the same together meanwhile.
    const from = source.windowStart();
    return (refresh ? undefined : kept.find(tickers, from)) ?? kept.combine(tickers, all, from);
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
    async check(tickers, options = {}) {
      options.signal?.throwIfAborted();
      const flaws = await eachTicker(tickers, async (ticker) => flawOf(source.get(ticker, false)), options);
      const named = (kind: 'unknown' | 'unchecked') => tickers.filter((_, j) => flaws[j]?.kind === kind);
      const reason = flaws.find((flaw) => flaw?.kind === 'unchecked')?.reason;
      return { unknown: named('unknown'), unchecked: named('unchecked'), ...(reason !== undefined && { reason }) };
    },
    async newest(tickers) {
      const days = await eachTicker(tickers, (ticker) => source.newest(ticker), {});
      const known = days.filter((day) => day !== undefined).toSorted();
      return known.length < days.length ? undefined : known[0];
    },
    rate: (from, to, { asOf, signal } = {}) => abortable(exchangeRate(source, from, to, asOf), signal),
  };
}

/** @returns the same of every ticker, in their order */
async function eachTicker<T>(
  tickers: readonly string[],
  ask: (ticker: string) => Promise<T>,
  { signal, onProgress }: Omit<HistoryOptions, 'refresh'>,
): Promise<T[]> {
  let done = 0;
  let turn = Promise.resolve();
  const answers = Promise.all(
    tickers.map(async (ticker) => {
      // The event loop turns between two tickers: 500 read in one go would hold it up for a second.
      turn = turn.then(() => setImmediate());
      await turn;
      const answer = await ask(ticker);
      done++;
      onProgress?.({ stage: 'prices', done: done / tickers.length, detail: `${done} of ${tickers.length} tickers` });
      return answer;
    }),
  );
  return abortable(answers, signal);
}

interface Flaw {
  readonly kind: 'unknown' | 'unchecked';
  readonly reason?: string;
}

async function flawOf(answer: Promise<Answer>): Promise<Flaw | undefined> {
  try {
    const { failure } = await answer;
    if (failure === undefined) return undefined;
    return isUnknown(failure) ? { kind: 'unknown' } : { kind: 'unchecked', reason: failure.message };
  } catch (error) {
    if (isUnknown(error)) return { kind: 'unknown' };
    if (error instanceof NoPrices) return { kind: 'unchecked', reason: error.reason };
    throw error;
  }
}
