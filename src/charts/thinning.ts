// Pure: a path of many days in as many points as a picture can show.
import type { Path } from '../engine/backtest/types.ts';
import { drawdowns } from '../engine/metrics.ts';
import { monthsOf } from './time-axis.ts';

export interface Thinned {
  /** (P) as the axis of time has them. */
  readonly months: readonly number[];
  /** (P) profit since the first day, a fraction, after costs. */
  readonly profits: readonly number[];
  /** (P) how far below the highest value so far: a fraction, 0 or negative. */
  readonly drawdowns: readonly number[];
}

/** A picture is 1,350 pixels wide, and QuickChart takes 100 kB. */
const mostPoints = 400;

/** Of each few days the last one's value, and the deepest drawdown: no point hides a loss. */
export const thinned = ({ dates, net }: Pick<Path, 'dates' | 'net'>): Thinned => {
  const every = Math.ceil(net.length / mostPoints);
  const depths = drawdowns(net);
  // Counted from the end, so that the last day is a point; the first one is too.
  const lasts = net.map((_, day) => day).filter((day) => day === 0 || (net.length - 1 - day) % every === 0);
  return {
    months: lasts.map((day) => rounded(monthsOf(dates[day] ?? ''), 2)),
    profits: lasts.map((day) => rounded((net[day] ?? 1) - 1, 4)),
    drawdowns: lasts.map((day) => rounded(-Math.max(...depths.slice(Math.max(0, day - every + 1), day + 1)), 4)),
  };
};

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits)) + 0;
