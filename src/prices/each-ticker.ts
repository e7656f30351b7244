import { setImmediate } from 'node:timers/promises';
import type { OnProgress } from '../engine/types.ts';
import { abortable } from '../async.ts';
import { UserError } from '../errors.ts';
import { describeSpellings, findSeries, type FoundSeries } from './find-series.ts';
import type { Asking } from './demand.ts';
import type { SeriesSource } from './series-source.ts';
import type { TickerList } from './universes.ts';
import { adviseOn } from './unknown-tickers.ts';
import { NoPrices, isUnknown, type SourceNames } from './vendors/vendor.ts';

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

/** Which tickers (n) a vendor has prices of. Both lists are empty when it has prices of all. */
export interface TickerCheck {
  readonly vendor: SourceNames;
  /** (n) In the vendor's own spelling. */
  readonly tickers: readonly string[];
  /** Sentences on those that the vendor spells in another way. */
  readonly notes: readonly string[];
  /** The vendor has no prices of these. */
  readonly unknown: readonly string[];
  /** What to do about the unknown ones, with the full stop or the question mark; absent when there are none. */
  readonly advice?: string;
  /** The vendor did not answer for these; older prices may be stored. */
  readonly unchecked: readonly string[];
  /** Why it did not answer, in words. */
  readonly reason?: string;
}

/** Checks with the vendor unless fresh prices are stored. Throws only the signal's reason, and faults. */
export async function checkWithVendor(
  source: SeriesSource,
  list: TickerList,
  options: WaitingOptions,
): Promise<TickerCheck> {
  const { vendor } = source;
  const asking = { askedAt: performance.now() };
  const checked = await eachTicker(list.tickers, (ticker) => checkTicker(source, ticker, asking), options);
  const named = (state: CheckedTicker['state']) => list.tickers.filter((_, j) => checked[j]?.state === state);
  const reason = checked.find(({ state }) => state === 'unchecked')?.reason;
  const unknown = named('unknown');
  return {
    vendor,
    tickers: checked.map(({ ticker }) => ticker),
    notes: describeSpellings(list.tickers, checked),
    ...(unknown.length > 0 ? await adviseOn(vendor, list, unknown) : { unknown }),
    unchecked: named('unchecked'),
    ...(reason !== undefined && { reason }),
  };
}

interface CheckedTicker {
  readonly ticker: string;
  readonly state: 'known' | 'unknown' | 'unchecked';
  readonly reason?: string;
}

async function checkTicker(source: SeriesSource, typed: string, asking: Asking): Promise<CheckedTicker> {
  try {
    const found = await findSeries(source, typed, asking);
    return found instanceof UserError ? { ticker: typed, state: 'unknown' } : stateOf(found);
  } catch (error) {
    if (error instanceof NoPrices) return { ticker: typed, state: 'unchecked', reason: error.reason };
    throw error;
  }
}

function stateOf({ ticker, series: { failure } }: FoundSeries): CheckedTicker {
  if (failure === undefined) return { ticker, state: 'known' };
  return isUnknown(failure) ? { ticker, state: 'unknown' } : { ticker, state: 'unchecked', reason: failure.message };
}
