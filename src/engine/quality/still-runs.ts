// A price that does not move says nothing about its risk.
import type { Prices } from '../types.ts';

/** Adjusted closes of one price may differ by their last bits. Cash moves by more. */
const SAME_PRICE = 1e-6;
/** A longer run of days without a move is no calm market: nothing was traded, or the price was not kept. */
export const MOST_STILL_DAYS = 10;
/** An asset whose median move is smaller, such as a money market fund, is like cash: its still days are real. */
const CASH_MOVE = 0.0005;

/** Trading days in a row without a move. */
export interface StillRun {
  /** Rows [from, to) of the prices whose closes repeat the one before them. */
  readonly from: number;
  readonly to: number;
}

/** @returns the runs of one or more days, in order */
export function stillRuns(column: ArrayLike<number>): StillRun[] {
  const runs: StillRun[] = [];
  const end = column.length;
  let from = 1;
  for (let t = 1; t <= end; t += 1) {
    if (t < end && isStill(column, t)) continue;
    if (t > from) runs.push({ from, to: t });
    from = t + 1;
  }
  return runs;
}

/** Whether a price that moves at all moves by less than `CASH_MOVE` on most of the days with a move before `end`. */
export function isCashLike(column: ArrayLike<number>, end = column.length): boolean {
  let [moves, small] = [0, 0];
  for (let t = 1; t < end; t += 1) {
    if (isStill(column, t)) continue;
    moves += 1;
    if (Math.abs(moveOn(column, t)) < CASH_MOVE) small += 1;
  }
  return small > moves / 2;
}

/** The runs of more than MOST_STILL_DAYS; none for what is like cash. */
export function staleRuns(column: ArrayLike<number>, runs = stillRuns(column)): readonly StillRun[] {
  const long = runs.filter(({ from, to }) => to - from > MOST_STILL_DAYS);
  return long.length > 0 && isCashLike(column) ? [] : long;
}

/** Whether the price has stood still for more than MOST_STILL_DAYS until a row. Later rows do not count. */
export function standsStill(column: ArrayLike<number>, row: number): boolean {
  let first = row;
  while (first > 0 && isStill(column, first)) first -= 1;
  return row - first > MOST_STILL_DAYS && !isCashLike(column, row + 1);
}

/** (T) The closes of one asset. */
export function columnOf({ closes }: Pick<Prices, 'closes'>, j: number): Float64Array {
  const column = new Float64Array(closes.length);
  for (let t = 0; t < column.length; t += 1) column[t] = closes[t]![j]!;
  return column;
}

/**
 * Marks the daily returns that stale runs cover. They are no observations: whoever measures risk leaves them out.
 * @returns (T − 1, n) 1 for a stale return; undefined when there is none
 */
export function staleReturns(prices: Prices): Uint8Array | undefined {
  const cols = prices.tickers.length;
  let marks: Uint8Array | undefined;
  for (let j = 0; j < cols; j += 1) {
    for (const { from, to } of staleRuns(columnOf(prices, j))) {
      marks ??= new Uint8Array((prices.dates.length - 1) * cols);
      for (let t = from; t < to; t += 1) marks[(t - 1) * cols + j] = 1;
    }
  }
  return marks;
}

/** Simple return of row t. */
const moveOn = (column: ArrayLike<number>, t: number): number => column[t]! / column[t - 1]! - 1;

const isStill = (column: ArrayLike<number>, t: number): boolean => Math.abs(moveOn(column, t)) < SAME_PRICE;
