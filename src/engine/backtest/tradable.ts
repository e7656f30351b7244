import { type Constraint, mayBeMet } from '../constraints/index.ts';
import { columnOf, standsStill } from '../quality/still-runs.ts';
import type { Allowance } from '../quality/quality.ts';
import type { Prices } from '../types.ts';

/** The columns that a decision may buy; undefined: all. */
export type Tradable = readonly number[] | undefined;

/**
 * An asset can be bought until its last price, and not while it stands still, unless that is allowed.
 * @param constraints those that weights of the columns must be able to meet
 * @returns for a row, the columns that can be bought at its close, or none if these cannot meet the constraints; it
 *   depends on no later price
 */
export function tradableOn(
  prices: Prices,
  constraints: readonly Constraint[] = [],
  allowed: readonly Allowance[] = [],
): (row: number) => Tradable {
  const { tickers, dates, ended } = prices;
  const columns = tickers.map((_, j) => columnOf(prices, j));
  return (row) => {
    const kept = columns.flatMap((column, j) => {
      const isOver = ended?.[j] !== undefined && dates[row]! > ended[j];
      return isOver || (!allowed.includes('frozen') && standsStill(column, row)) ? [] : [j];
    });
    if (kept.length === tickers.length) return undefined;
    const names = kept.map((j) => tickers[j]!);
    return mayBeMet(constraints, names) ? kept : [];
  };
}

export const isSameChoice = (one: Tradable, other: Tradable): boolean => String(one) === String(other);
