import { UserError } from '../errors.ts';
import type { Asking } from './demand.ts';
import type { SeriesSource } from './series-source.ts';
import type { StoredSeries } from './ticker-series.ts';
import { NoPrices, UnknownTicker, isUnknown } from './vendors/vendor.ts';

export interface FoundSeries {
  /** As the vendor writes it: `BRK-B` for BRK.B. It is the ticker from here on. */
  readonly ticker: string;
  readonly series: StoredSeries;
}

/**
 * The series of a ticker in the vendor's own spelling, or why the vendor has none.
 * @throws UserError about the ticker as it was typed, when the vendor does not answer
 */
export async function findSeries(
  source: SeriesSource,
  typed: string,
  asking: Asking,
): Promise<FoundSeries | UserError> {
  try {
    return { ticker: typed, series: await source.get(typed, asking) };
  } catch (error) {
    const found = canBeOther(error) ? await inOtherSpelling(source, typed, asking, error) : undefined;
    if (found !== undefined) return found;
    if (error instanceof UserError && isUnknown(error)) return error;
    throw error;
  }
}

/** Not for a ticker that the vendor once knew: it is gone, and must not be taken for another asset. */
const canBeOther = (error: unknown): boolean =>
  error instanceof NoPrices || (error instanceof UnknownTicker && error.lastSeen === undefined);

async function inOtherSpelling(
  source: SeriesSource,
  typed: string,
  asking: Asking,
  error: unknown,
): Promise<FoundSeries | undefined> {
  for (const ticker of source.vendor.otherSpellings?.(typed) ?? []) {
    // While the vendor does not answer, what is stored shows the spelling that it knew.
    if (!isUnknown(error) && (await source.newest(ticker)) === undefined) continue;
    try {
      return { ticker, series: await source.get(ticker, asking) };
    } catch (failure) {
      if (!isUnknown(failure)) throw failure;
    }
  }
  return undefined;
}

/**
 * @param typed (n)
 * @param found (n)
 * @returns the series by ticker, once each
 * @throws UserError when several were typed and all mean the same
 */
export function seriesByTicker(
  typed: readonly string[],
  found: readonly FoundSeries[],
): ReadonlyMap<string, StoredSeries> {
  const series = new Map(found.map((one) => [one.ticker, one.series]));
  if (series.size > 1 || typed.length === 1) return series;
  throw new UserError(`${typed.join(' and ')} are the same, ${found[0]?.ticker}: give at least 2 different tickers.`, {
    option: 'tickers',
    code: 'vendor.same-ticker',
    data: { tickers: typed },
  });
}

/** "BTC was read as BTC-USD.", for each ticker (n) that the vendor spells in another way (n). */
export const describeSpellings = (
  typed: readonly string[],
  found: readonly Pick<FoundSeries, 'ticker'>[],
): readonly string[] =>
  found.flatMap(({ ticker }, j) => (ticker === typed[j] ? [] : [`${typed[j]} was read as ${ticker}.`]));
