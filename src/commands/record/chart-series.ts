// The bars and lines of a record's picture.
import type { ChartSeries } from '../../charts/spec.ts';
import { COLOURS } from '../../charts/theme.ts';
import { ENOUGH_DECISIONS, type LimitRecord } from '../../engine/record/record.ts';

/** Worst losses of more than this, in units of the limit, are marked. */
export const MOST_DEPTH = 1.15;

export const isFew = ({ feasible }: LimitRecord): boolean => feasible < ENOUGH_DECISIONS;

/** The share of decisions that was broken. */
export const shareOf = ({ feasible, violations }: LimitRecord): number => (feasible === 0 ? 0 : violations / feasible);

/** How often a true promise fails the test. */
const LEVEL = 0.05;

const isTooOften = (one: LimitRecord, alpha: number): boolean => shareOf(one) > 1 - alpha && (one.kupiecP ?? 1) < LEVEL;

function colourOf(one: LimitRecord, isBad: boolean): string {
  if (isFew(one)) return COLOURS.loss;
  return isBad ? COLOURS.tail : COLOURS.profit;
}

/** A limit that was never kept leaves a gap. */
export const depthLine = (limits: readonly LimitRecord[], alpha: number): ChartSeries => ({
  type: 'line',
  label: 'worst losses',
  xAxisID: 'xLimit',
  yAxisID: 'yDepth',
  data: limits.map(({ realisedToLimit }) => realisedToLimit ?? null),
  spanGaps: false,
  borderColor: COLOURS.held,
  borderWidth: 4,
  pointRadius: 9,
  pointBackgroundColor: limits.map((one) =>
    colourOf(one, (one.realisedToLimit ?? 0) > MOST_DEPTH || isTooOften(one, alpha)),
  ),
  pointBorderWidth: 0,
});

export const brokenBars = (limits: readonly LimitRecord[], alpha: number): ChartSeries => ({
  type: 'bar',
  label: 'broken',
  xAxisID: 'xLimit',
  yAxisID: 'yBroken',
  data: limits.map(shareOf),
  backgroundColor: limits.map((one) => colourOf(one, isTooOften(one, alpha))),
  barPercentage: 0.75,
  maxBarThickness: 60,
  categoryPercentage: 1,
});

/** A dashed line across its panel. */
export const level = (label: string, limits: readonly LimitRecord[], at: number, yAxisID: string): ChartSeries => ({
  type: 'line',
  label,
  xAxisID: 'xLimit',
  yAxisID,
  data: limits.map(() => at),
  borderColor: COLOURS.limit,
  borderWidth: 3,
  borderDash: [8, 6],
  pointRadius: 0,
});
