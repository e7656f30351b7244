import { setImmediate } from 'node:timers/promises';
import type { OnProgress } from '../engine/types.ts';
import { abortable } from '../async.ts';
import type { FetchedSeries, SeriesSource } from './series-source.ts';
import { NoPrices, isUnknown, type VendorNames } from './vendors/vendor.ts';

export interface WaitingOptions {
  /** Ends this caller's waiting; what is being fetched goes on into the store. */
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

/** @returns what `ask` gives for each ticker, in their order */
export async function eachTicker<T>(
  tickers: readonly string[],
  ask: (ticker: string) => Promise<T>,
  { signal, onProgress }: WaitingOptions = {},
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

/** What a vendor says of tickers, each looked at on its own; both lists are empty when it has prices of all. */
export interface TickerCheck {
  readonly vendor: VendorNames;
  /** The vendor has no prices under these names. */
  readonly unknown: readonly string[];
  /** The vendor did not answer for these, whether or not older prices of them are stored. */
  readonly unchecked: readonly string[];
  /** Why it did not, in words. */
  readonly reason?: string;
}

/** Asks the vendor for tickers of which no fresh prices are stored. Throws only the signal's reason, and faults. */
export async function checkTickers(
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

async function flawOf(fetched: Promise<FetchedSeries>): Promise<Flaw | undefined> {
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
