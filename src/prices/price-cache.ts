import { LRUCache } from 'lru-cache';
import type { LoadedPrices } from '../engine/types.ts';
import { ageAt } from '../believed.ts';
import { listNames } from '../format.ts';
import { END_OF_TIME } from './calendar.ts';
import { mergeSeries } from './merge.ts';
import { createPrices } from './prices.ts';
import { fewSentences } from './raw-prices.ts';
import { sliceSeries, type StoredSeries } from './ticker-series.ts';
import { FlawedPrices, type PriceVendor } from './vendors/vendor.ts';

/** Prices and volumes in memory: about 64 MiB. */
const MAX_NUMBERS = 2 ** 23;
/** The numbers that take as much memory as a day's date and lists. */
const NUMBERS_A_DAY = 16;

/** Identifies merged prices. */
export interface PriceKey {
  readonly vendor: PriceVendor;
  /** (n) */
  readonly tickers: readonly string[];
  /** The first ISO day of the window. */
  readonly from: string;
  /** The last ISO day; absent: all days. */
  readonly until?: string | undefined;
  readonly keepsEnded?: boolean | undefined;
}

/** Without the window's first day, so that the prices of today's window take the place of yesterday's. */
const textOf = ({ vendor, tickers, until = END_OF_TIME, keepsEnded = false }: PriceKey): string =>
  [vendor.name, until, keepsEnded, ...tickers].join();

interface Merged {
  readonly loaded: LoadedPrices;
  /** The first ISO day of their window. */
  readonly from: string;
  /** Names the series. */
  readonly of: string;
  /** When the vendor last answered for each, at least, milliseconds since 1970; NaN when it has not for one. */
  readonly oldest: number;
}

/** Caches merged prices, because merging ten years takes milliseconds a ticker. */
export class PriceCache {
  readonly #now: () => number;
  readonly #freshMs: number;
  readonly #entries = new LRUCache<string, Merged>({
    maxSize: MAX_NUMBERS,
    sizeCalculation: ({ loaded: { prices } }) => prices.dates.length * (NUMBERS_A_DAY + 2 * prices.tickers.length),
  });

  /**
   * @param now milliseconds since 1970
   * @param freshMs how long a fetched series is fresh
   */
  constructor(now: () => number, freshMs: number) {
    this.#now = now;
    this.#freshMs = freshMs;
  }

  /** Those of which the vendor would be asked for no series. */
  find(key: PriceKey): LoadedPrices | undefined {
    const found = this.#entryOf(key);
    return found !== undefined && ageAt(found.oldest, this.#now()) < this.#freshMs ? found.loaded : undefined;
  }

  /** Merges the series (n) of the key's tickers, unless they were merged last. */
  load(key: PriceKey, series: readonly StoredSeries[]): LoadedPrices {
    const of = series.map(identityOf).join();
    const known = this.#entryOf(key);
    const loaded = known?.of === of ? known.loaded : loadPrices(key, series);
    this.#entries.set(textOf(key), { loaded, from: key.from, of, oldest: Math.min(...series.map(answeredAt)) });
    return loaded;
  }

  /**
   * Prices with further notes, which the tickers as they were typed find, too, while they are cached.
   * @param loaded of `key`
   */
  annotate(loaded: LoadedPrices, key: PriceKey, typed: PriceKey, notes: readonly string[]): LoadedPrices {
    // Where the tickers were typed as they are, the cached ones have them already.
    const annotated = { ...loaded, notes: [...new Set([...loaded.notes, ...notes])] };
    const cached = this.#entryOf(key);
    if (cached?.loaded === loaded) this.#entries.set(textOf(typed), { ...cached, loaded: annotated });
    return annotated;
  }

  #entryOf(key: PriceKey): Merged | undefined {
    const entry = this.#entries.get(textOf(key));
    return entry?.from === key.from ? entry : undefined;
  }
}

const identityOf = ({ fetchedAt, dates, closes, failure }: StoredSeries): string =>
  [fetchedAt, dates.length, closes.at(-1), failure?.message].join(' ');

/** When the vendor gave the series, or what is kept aside instead, milliseconds since 1970; NaN when it gave neither. */
function answeredAt({ fetchedAt, aside, failure }: StoredSeries): number {
  if (failure === undefined) return Date.parse(fetchedAt);
  return failure instanceof FlawedPrices && aside !== undefined ? Date.parse(aside.fetchedAt) : Number.NaN;
}

/**
 * Every series is cut to the same window, so that one that was fetched later does not seem to be listed late. When some
 * are stale, all end where those end.
 */
function loadPrices(
  { vendor, tickers, from, until: day, keepsEnded }: PriceKey,
  series: readonly StoredSeries[],
): LoadedPrices {
  const { title } = vendor;
  const stale = series.filter(({ failure }) => failure !== undefined);
  const [until] = [day ?? END_OF_TIME, ...stale.map(({ dates }) => dates.at(-1)!)].sort();
  const window = series.map((one) => sliceSeries(one, from, until!));
  const merged = mergeSeries(tickers, window, vendor);
  const aligned = createPrices(merged, title, { option: 'tickers', until: day, keepsEnded });
  const notes = [...merged.notes, ...aligned.notes];
  const failure = stale[0]?.failure;
  if (failure === undefined) return { ...aligned, source: title, stale: false, notes };
  const [stored] = stale.map(({ fetchedAt }) => fetchedAt.slice(0, 10)).sort();
  const failures = staleNotes(title, tickers, series, stored!);
  return { ...aligned, source: `${title}, stored ${stored}`, stale: true, notes: [...failures, ...notes] };
}

/** @param stored the ISO day on which the oldest of the stale series was stored */
function staleNotes(
  title: string,
  tickers: readonly string[],
  series: readonly StoredSeries[],
  stored: string,
): readonly string[] {
  const stale = tickers.flatMap((ticker, j) => {
    const { failure, dates } = series[j]!;
    return failure === undefined ? [] : [{ ticker, failure, last: dates.at(-1)! }];
  });
  const [flawed, failed] = [true, false].map((is) =>
    stale.filter(({ failure }) => failure instanceof FlawedPrices === is),
  );
  const notes = flawed!.map(
    ({ ticker, failure, last }) =>
      `${title}'s newest prices of ${ticker} are not used (${failure.message}): those until ${last} are.`,
  );
  const few = fewSentences(notes, (count) => `${title}'s newest prices of ${count} more tickers are not used either.`);
  const [first] = failed!;
  if (first === undefined) return few;
  const names = listNames(failed!.map(({ ticker }) => ticker));
  const gave = `${title} gave no new prices of ${names} (${first.failure.message})`;
  return [`${gave}: the prices stored on ${stored} were used.`, ...few];
}
