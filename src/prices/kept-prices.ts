import { LRUCache } from 'lru-cache';
import type { LoadedPrices } from '../engine/types.ts';
import { combine, type Answer } from './combine.ts';

/** In memory, with volumes: about 64 MiB. */
const KEPT_NUMBERS = 2 ** 23;

/** Prices as they were put together, while all their series are fresh: ten years take milliseconds a ticker. */
export interface KeptPrices {
  /** @param from ISO day at which the window of years begins */
  find(tickers: readonly string[], from: string): LoadedPrices | undefined;
  /** Puts them together and keeps them, unless they are stale. */
  combine(tickers: readonly string[], answers: readonly Answer[], from: string): LoadedPrices;
}

const keyOf = (tickers: readonly string[], from: string): string => [from, ...tickers].join();

/** @param freshMs how long a series that was fetched is fresh */
export function createKeptPrices(now: () => number, freshMs: number): KeptPrices {
  const kept = new LRUCache<string, { readonly loaded: LoadedPrices; readonly freshUntil: number }>({
    maxSize: KEPT_NUMBERS,
    sizeCalculation: ({ loaded: { prices } }) => 2 * prices.dates.length * prices.tickers.length,
  });
  return {
    find(tickers, from) {
      const found = kept.get(keyOf(tickers, from));
      return found !== undefined && now() < found.freshUntil ? found.loaded : undefined;
    },
    combine(tickers, answers, from) {
      const loaded = combine(tickers, answers, from);
      const oldest = Math.min(...answers.map(({ series }) => Date.parse(series.fetchedAt)));
      if (!loaded.stale) kept.set(keyOf(tickers, from), { loaded, freshUntil: oldest + freshMs });
      return loaded;
    },
  };
}
