// Pure: a history of returns cut into chronological blocks and standardised.
import { UserError } from '../../errors.ts';
import { mean } from '../statistics.ts';
import type { Matrix } from '../types.ts';
import type { Recipe } from './artefact.ts';

/** Days [from, to) of the returns. */
export interface Block {
  readonly from: number;
  readonly to: number;
}

export interface Blocks {
  readonly training: Block;
  /** Stops the training. */
  readonly validation: Block;
  /** Gives residuals and skill. */
  readonly calibration: Block;
}

/**
 * `calibrated`: 70 % training, 15 % validation, 15 % calibration. `plain`: 80 % training, and the rest
 * is validation and calibration both. A block's windows may reach back into the block before it, whose
 * days are past by then.
 */
export const splitBlocks = (recipe: Recipe, days: number): Blocks => {
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
};

/** (n) each, daily returns. */
export interface Scaling {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/** @throws UserError when a ticker's return never changes in the block: it cannot be standardised */
export const measureScaling = (returns: Matrix, { from, to }: Block, tickers: readonly string[]): Scaling => {
  const columns = tickers.map((_, j) =>
    Array.from({ length: to - from }, (_day, t) => returns.data[(from + t) * returns.cols + j]!),
  );
  const means = columns.map(mean);
  const deviations = columns.map((column, j) => Math.sqrt(mean(column.map((r) => (r - means[j]!) ** 2))));
  const still = deviations.findIndex((deviation) => !(deviation > 1e-9));
  if (still !== -1) {
    throw new UserError(
      `The price of ${tickers[still]} does not move in the ${to - from} days that the model learns from; leave it out.`,
    );
  }
  return { means, deviations };
};

/** @returns (T, n) float32, (r − mean) / deviation */
export const standardise = ({ data, cols }: Matrix, { means, deviations }: Scaling): Float32Array =>
  Float32Array.from(data, (r, i) => (r - means[i % cols]!) / deviations[i % cols]!);

/** (T, n) standardised returns. */
export interface Series {
  readonly data: Float32Array;
  readonly cols: number;
}

/**
 * The windows that end just before a block's days; they may reach back before it.
 * @returns (to − from, L, n)
 */
export const windowsBefore = ({ data, cols }: Series, { from, to }: Block, lookBack: number): Float32Array => {
  const windows = new Float32Array((to - from) * lookBack * cols);
  for (let day = from; day < to; day += 1) {
    windows.set(data.subarray((day - lookBack) * cols, day * cols), (day - from) * lookBack * cols);
  }
  return windows;
};
