// What else happens when one asset moves: a local regression over the scenarios in which it moves about so.
import { UserError } from '../../errors.ts';
import { shortPercent } from '../../format.ts';
import { mean } from '../statistics.ts';
import type { Matrix } from '../types.ts';

export interface Shock {
  readonly ticker: string;
  /** The asset's return over the horizon, a fraction other than 0. */
  readonly move: number;
}

/** A shock to the asset of a column. */
export interface ColumnShock extends Pick<Shock, 'move'> {
  readonly column: number;
}

export interface Shocked extends Shock {
  /** The scenarios in which the asset moves so, give or take a fifth. */
  readonly scenarios: number;
  /** (n) The expected return of each asset; of the shocked one, the shock. */
  readonly returns: readonly number[];
  /** The portfolio's. */
  readonly portfolio: number;
}

/** Fewer say nothing of the others. */
export const LEAST_SCENARIOS = 30;
const BAND = 0.2;

/**
 * The mean of the others where one asset moves by `move`, by a linear fit within a fifth of it: the scenarios in there
 * are not spread evenly around it.
 * @param scenarios C (M, n)
 * @param weights (n)
 * @param column of the asset that moves
 * @throws UserError (option `shock`) when the asset moves so in fewer than LEAST_SCENARIOS
 */
export function applyShock(
  scenarios: Matrix,
  { tickers, weights }: { readonly tickers: readonly string[]; readonly weights: readonly number[] },
  { column, move }: ColumnShock,
): Shocked {
  const { cols, data } = scenarios;
  const ticker = tickers[column]!;
  const moves = Float64Array.from({ length: scenarios.rows }, (_, row) => data[row * cols + column]!);
  const rows = rowsNear(moves, move);
  if (rows.length < LEAST_SCENARIOS) throw tooFew({ ticker, move }, moves, rows.length);
  const near = rows.map((row) => moves[row]!);
  const returns = tickers.map((_, j) =>
    j === column
      ? move
      : valueAt(
          move,
          near,
          rows.map((row) => data[row * cols + j]!),
        ),
  );
  const portfolio = returns.reduce((sum, value, j) => sum + weights[j]! * value, 0);
  return { ticker, move, scenarios: rows.length, returns, portfolio };
}

/** The rows in which the move is within a fifth of the wanted one. */
function rowsNear(moves: Float64Array, move: number): number[] {
  const rows: number[] = [];
  for (const [row, one] of moves.entries()) if (Math.abs(one - move) <= BAND * Math.abs(move)) rows.push(row);
  return rows;
}

/** The least-squares line through points (xs, ys), at x. Nothing falls by more than all. */
function valueAt(x: number, xs: readonly number[], ys: readonly number[]): number {
  const [xMean, yMean] = [mean(xs), mean(ys)];
  const squares = xs.reduce((sum, one) => sum + (one - xMean) ** 2, 0);
  const products = xs.reduce((sum, one, at) => sum + (one - xMean) * (ys[at]! - yMean), 0);
  return Math.max(-1, squares === 0 ? yMean : yMean + (products / squares) * (x - xMean));
}

const moveText = (move: number): string => `${move > 0 ? '+' : ''}${shortPercent(move)}`;

/** Names the largest move of this sign that happens often enough, in whole percent. */
function tooFew({ ticker, move }: Shock, moves: Float64Array, found: number): UserError {
  const percents = Math.ceil(Math.abs(move) * 100) - 1;
  const steps = Array.from({ length: Math.max(0, percents) }, (_, at) => (Math.sign(move) * (percents - at)) / 100);
  const enough = steps.find((step) => rowsNear(moves, step).length >= LEAST_SCENARIOS);
  const mend = enough === undefined ? '' : `; the largest such move that happens often enough is ${moveText(enough)}`;
  return new UserError(
    `${ticker} ${moveText(move)} happens in ${found} of ${moves.length} scenarios, give or take a fifth, and at least ${LEAST_SCENARIOS} are needed${mend}.`,
    { option: 'shock', code: 'shock.too-few', data: { ticker, move, found, needed: LEAST_SCENARIOS, enough } },
  );
}
