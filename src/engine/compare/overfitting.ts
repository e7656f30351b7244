// The probability of backtest overfitting by combinatorially symmetric cross-validation (Bailey, Borwein, López de Prado
// & Zhu 2017). docs/mathematics.md, section 22.
import { combinations, ranges, type RunningSums, sharpeOf, totalOf } from './running-sums.ts';

/** As in the paper. */
const MOST_BLOCKS = 16;
const FEWEST_BLOCKS = 4;
/** Of a block; fewer days give no Sharpe ratio worth ranking. */
const LEAST_DAYS = 10;

export interface Overfitting {
  /**
   * How often what was best on one half of the days was below the median on the other. At the median it counts by half,
   * so that strategies without any difference come to 0.5 whatever their number.
   */
  readonly probability: number;
  readonly blocks: number;
  readonly splits: number;
}

/**
 * @param series of the same T days, two or more
 * @param horizonDays no block is shorter
 * @returns undefined where there are too few days or series
 */
export function overfitting(series: readonly RunningSums[], horizonDays: number): Overfitting | undefined {
  const days = series[0]?.length ?? 0;
  const fitting = Math.floor(days / Math.max(LEAST_DAYS, horizonDays));
  const blocks = Math.min(MOST_BLOCKS, fitting - (fitting % 2));
  if (blocks < FEWEST_BLOCKS || series.length < 2) return undefined;
  const sums = series.map((one) => ranges(days, blocks).map((range) => one.over([range])));
  const splits = combinations(blocks, blocks / 2);
  const all = [...Array(blocks).keys()];
  let below = 0;
  for (const inSample of splits) {
    const outOfSample = all.filter((block) => !inSample.includes(block));
    const sharpesOn = (chosen: readonly number[]): number[] =>
      sums.map((one) => orLowest(sharpeOf(totalOf(chosen.map((block) => one[block]!)))));
    below += belowMedian(sharpesOn(inSample), sharpesOn(outOfSample));
  }
  return { probability: below / splits.length, blocks, splits: splits.length };
}

const orLowest = (sharpe: number): number => (Number.isNaN(sharpe) ? -Infinity : sharpe);

/** 1 where the best of the ones is below the median of the others, ½ where it is at it. */
function belowMedian(ones: readonly number[], others: readonly number[]): number {
  const best = ones.indexOf(Math.max(...ones));
  const own = others[best]!;
  const above = others.filter((one) => one > own).length;
  const lower = others.filter((one) => one < own).length;
  return above === lower ? 0.5 : above > lower ? 1 : 0;
}
