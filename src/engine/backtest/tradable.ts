import { columnOf, standsStill } from '../quality/still-runs.ts';
import type { Allowance } from '../quality/quality.ts';
import type { Prices } from '../types.ts';

/** The columns that a decision may buy; undefined: all. */
export type Tradable = readonly number[] | undefined;

/**
 * An asset can be bought until its last price, and not while it stands still, unless that is allowed.
 * @returns for a row, the columns that can be bought at its close; it depends on no later price
 */
export function tradableOn(prices: Prices, allowed: readonly Allowance[] = []): (row: number) => Tradable {
  const { tickers, dates, ended } = prices;
  const columns = tickers.map((_, j) => columnOf(prices, j));
  return (row) => {
    const kept = columns.flatMap((column, j) => {
      const isOver = ended?.[j] !== undefined && dates[row]! > ended[j];
      return isOver || (!allowed.includes('frozen') && standsStill(column, row)) ? [] : [j];
    });
    return kept.length === tickers.length ? undefined : kept;
  };
}

export const isSameChoice = (one: Tradable, other: Tradable): boolean => String(one) === String(other);
