import { setImmediate } from 'node:timers/promises';
import type { OnProgress } from '../engine/types.ts';
import { abortable } from '../async.ts';
import type { SeriesSource } from './series-source.ts';
import type { StoredSeries } from './ticker-series.ts';
import { NoPrices, isUnknown, type VendorNames } from './vendors/vendor.ts';

export interface WaitingOptions {
  /** Ends the caller's waiting. Fetches that are under way still reach the store. */
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

/** @returns the results of `work` for each ticker, in their order */
export async function eachTicker<T>(
  tickers: readonly string[],
  work: (ticker: string) => Promise<T>,
  { signal, onProgress }: WaitingOptions = {},
): Promise<T[]> {
  let done = 0;
  let turn = Promise.resolve();
  const results = Promise.all(
    tickers.map(async (ticker) => {
      // Yields to the event loop between two tickers, because reading 500 at once would block it for a second.
      turn = turn.then(() => setImmediate());
      await turn;
      const result = await work(ticker);
      done++;
      onProgress?.({ stage: 'prices', done: done / tickers.length, detail: `${done} of ${tickers.length} tickers` });
      return result;
    }),
  );
  return abortable(results, signal);
}

/** Which tickers a vendor has prices of. Both lists are empty when it has prices of all. */
export interface TickerCheck {
  readonly vendor: VendorNames;
  /** The vendor has no prices of these. */
  readonly unknown: readonly string[];
  /** The vendor did not answer for these; older prices may be stored. */
  readonly unchecked: readonly string[];
  /** Why it did not answer, in words. */
  readonly reason?: string;
}

/** Checks with the vendor unless fresh prices are stored. Throws only the signal's reason, and faults. */
export async function checkWithVendor(
  source: SeriesSource,
  tickers: readonly string[],
  options: WaitingOptions,
): Promise<TickerCheck> {
  const flaws = await eachTicker(tickers, async (ticker) => flawOf(source.get(ticker, false)), options);
  const named = (kind: Flaw['kind']) => tickers.filter((_, j) => flaws[j]?.kind === kind);
  const reason = flaws.find((flaw) => flaw?.kind === 'unchecked')?.reason;
  return {
    vendor: source.vendor,
    unknown: named('unknown'),
    unchecked: named('unchecked'),
    ...(reason !== undefined && { reason }),
  };
}

interface Flaw {
  readonly kind: 'unknown' | 'unchecked';
  readonly reason?: string;
}

async function flawOf(fetched: Promise<StoredSeries>): Promise<Flaw | undefined> {
  try {
    const { failure } = await fetched;
    if (failure === undefined) return undefined;
    return isUnknown(failure) ? { kind: 'unknown' } : { kind: 'unchecked', reason: failure.message };
  } catch (error) {
    if (isUnknown(error)) return { kind: 'unknown' };
    if (error instanceof NoPrices) return { kind: 'unchecked', reason: error.reason };
    throw error;
  }
}
