// The part of the plane that the picture of a frontier shows.
import type { AxisRange } from '../../charts/axes.ts';
import type { Restated } from '../question.ts';
import { PLOT_HEIGHT, SIZES } from '../../charts/theme.ts';

export interface RiskAndReturn {
  readonly cvar: number;
  /** The smallest limit that it is an answer to: at least its CVaR. */
  readonly leastLimit: number;
  readonly expectedReturn: number;
}

/** All figures are fractions over the horizon; CVaR and the limit are positive when money is lost. */
export interface FrontierChartInput {
  readonly asked: Restated;
  /** The universe's name. */
  readonly label: string;
  /** Trading days. */
  readonly horizonDays: number;
  readonly alpha: number;
  /** At least one, by ascending CVaR. */
  readonly points: readonly RiskAndReturn[];
  readonly equalWeight: RiskAndReturn;
  /** The smallest limit that can be kept. */
  readonly smallestLimit: number;
  /** Whether the search for it has ended early. */
  readonly mayKeepLess?: boolean;
  readonly lossLimit?: number;
}

export interface Frame {
  readonly risk: AxisRange;
  readonly mean: AxisRange;
  /** A limit far from the curve would squeeze everything else, so it is named at the edge without a line. */
  readonly isLimitOnScale: boolean;
}

/** The picture without labels and axis titles, in layout units; accurate enough to place text. */
export const PLOT = { width: SIZES.width - 120, height: PLOT_HEIGHT - 16 } as const;

/** Room for text, in layout units: two rows above the highest point, two below the lowest. */
const ROOM = { above: 64, below: 62, left: 34, right: 48 } as const;
/** The narrowest span, so that a single portfolio has a picture too: a share of its middle, and at least this. */
const NARROWEST = { share: 0.2, least: 0.0005 } as const;

export function frameOf({ points, equalWeight, lossLimit }: FrontierChartInput): Frame {
  const shown = [...points, equalWeight];
  const risk = spanOf(shown.map(({ cvar }) => cvar));
  const width = risk.until - risk.from;
  const isLimitOnScale =
    lossLimit !== undefined && lossLimit >= risk.from - 1.5 * width && lossLimit <= risk.until + 0.75 * width;
  const mean = spanOf(shown.map(({ expectedReturn }) => expectedReturn));
  return {
    risk: widen(isLimitOnScale ? spanOf([risk.from, risk.until, lossLimit]) : risk, ROOM.left, ROOM.right, PLOT.width),
    mean: widen(mean, ROOM.below, ROOM.above, PLOT.height),
    isLimitOnScale,
  };
}

function spanOf(values: readonly number[]): AxisRange {
  const [from, until] = [Math.min(...values), Math.max(...values)];
  const enough = Math.max(NARROWEST.least, (NARROWEST.share * Math.abs(from + until)) / 2);
  const missing = Math.max(0, enough - (until - from)) / 2;
  return { from: from - missing, until: until + missing };
}

/** Widens a span so that `before` and `after` of a length of `size` are free at the ends. */
function widen({ from, until }: AxisRange, before: number, after: number, size: number): AxisRange {
  const unit = (until - from) / (size - before - after);
  return { from: from - before * unit, until: until + after * unit };
}
