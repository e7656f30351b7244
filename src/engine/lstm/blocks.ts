// A history of returns: split in time, standardised, and compared with what was predicted.
import { UserError } from '../../errors.ts';
import { mean } from '../statistics.ts';
import type { Matrix } from '../types.ts';
import type { Recipe } from './lstm-model.ts';

/** Days [from, to) of the returns. */
export interface Block {
  readonly from: number;
  readonly to: number;
}

export interface Blocks {
  readonly training: Block;
  /** Decides when training stops. */
  readonly validation: Block;
  /** Yields the residuals and the skill. */
  readonly calibration: Block;
}

/**
 * Splits the days in the order of time ("Generative LSTM + CVaR", section 2). `filtered`: 70 % training, 15 %
 * validation, 15 % calibration. `plain`: 80 % training; the rest is validation and calibration both. Inputs for a
 * block may reach back into the block before it, whose days are past by then.
 */
export function splitBlocks(recipe: Recipe, days: number): Blocks {
  if (recipe === 'plain') {
    const rest = { from: Math.floor(0.8 * days), to: days };
    return { training: { from: 0, to: rest.from }, validation: rest, calibration: rest };
  }
  const [first, second] = [Math.floor(0.7 * days), Math.floor(0.85 * days)];
  return {
    training: { from: 0, to: first },
    validation: { from: first, to: second },
    calibration: { from: second, to: days },
  };
}

/** (n) each, of daily returns. */
export interface Scaling {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/** Returns that differ by less are equal but for rounding. */
const SAME_RETURN = 1e-9;
/** Stands for the deviation of a constant return, such as cash's: the network's noise then stays below a basis point. */
const CONSTANT_DEVIATION = 1e-4;

/**
 * @param stale (T, n) 1 for a return that is no observation; absent: all are
 * @throws UserError when a price is constant over the block
 */
export function measureScaling(
  { data, cols }: Matrix,
  { from, to }: Block,
  tickers: readonly string[],
  stale?: Uint8Array,
): Scaling {
  const columns = tickers.map((_, j) => {
    const cells = Array.from({ length: to - from }, (_day, t) => (from + t) * cols + j);
    return cells.filter((at) => stale?.[at] !== 1).map((at) => data[at]!);
  });
  const means = columns.map(mean);
  const measured = columns.map((column, j) => Math.sqrt(mean(column.map((r) => (r - means[j]!) ** 2))));
  const isConstant = (deviation: number, j: number): boolean =>
    columns[j]!.length === 0 || (deviation <= SAME_RETURN && Math.abs(means[j]!) <= SAME_RETURN);
  const constant = measured.findIndex(isConstant);
  if (constant !== -1) {
    throw new UserError(
      `The price of ${tickers[constant]} does not move in the ${to - from} days that the model learns from; leave it out.`,
      { code: 'lstm.constant-price', data: { ticker: tickers[constant], days: to - from } },
    );
  }
  return { means, deviations: measured.map((one) => (one > SAME_RETURN ? one : CONSTANT_DEVIATION)) };
}

/** @returns (T, n) z = (r − mean) / deviation */
export function standardise({ data, cols }: Matrix, { means, deviations }: Scaling): Float32Array {
  return Float32Array.from(data, (r, i) => (r - means[i % cols]!) / deviations[i % cols]!);
}

/** Standardised returns. */
export interface StandardisedReturns {
  /** (T, n) */
  readonly data: Float32Array;
  /** n */
  readonly cols: number;
}

/**
 * ε = r − (mean + deviation · ẑ), actual minus predicted ("Generative LSTM + CVaR", section 4).
 *
 * @param predictions (to − from, n) standardised
 * @returns (to − from, n) daily returns
 */
export function residualsOf(
  returns: Matrix,
  { from, to }: Block,
  predictions: Float32Array,
  { means, deviations }: Scaling,
): Matrix {
  const { cols } = returns;
  const data = returns.data.slice(from * cols, to * cols);
  predictions.forEach((z, i) => {
    data[i]! -= z * deviations[i % cols]! + means[i % cols]!;
  });
  return { rows: to - from, cols, data };
}
