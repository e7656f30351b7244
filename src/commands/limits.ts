// Losses and limits in words. One rule for text, tables and pictures: a loss is rounded up, so that it is never
// understated, that a limit of the figure shown can be kept, and that figures of one answer never contradict each other.
import { isKept, LIMIT_TOLERANCE } from '../engine/optimize/problem.ts';
import type { PricedPortfolio } from '../engine/samples.ts';
import { percent, shortPercent } from '../format.ts';
import { RANGES } from '../parse.ts';

/** `the worst 5% of scenarios` */
export const worstScenarios = (alpha: number): string => `the worst ${shortPercent(1 - alpha)} of scenarios`;

/** A limit may be below the smallest CVaR by this much and still be kept: the tolerance without its last digits. */
const SLACK = 0.95 * LIMIT_TOLERANCE;

type LeastRisky = Pick<PricedPortfolio, 'cvar' | 'leastLimit'>;

/** The next hundredth of a percent, or the limit if that comes first: its digits are those that matter. */
function roundedUp(loss: number, limit: number | undefined): number {
  const hundredth = Math.ceil((loss - SLACK) * 1e4) / 1e4;
  return limit !== undefined && isKept(loss, limit) && limit < hundredth ? limit : hundredth;
}

/** Two decimals, and all those of a limit that has more. */
const percentOf = (rounded: number): string =>
  Math.abs(rounded * 1e4 - Math.round(rounded * 1e4)) > 1e-6 ? shortPercent(rounded) : percent(rounded);

/** Whether a loss is shown as a gain. */
export const isGain = (loss: number): boolean => roundedUp(loss, undefined) < 0;

/** What a loss is called. */
export const gainOrLoss = (loss: number): 'gain' | 'loss' => (isGain(loss) ? 'gain' : 'loss');

/**
 * A CVaR or a value-at-risk: `7.91%`, or `gain 51.23%` where it is negative.
 * @param limit of the answer, if it has one: a loss that keeps a limit of 7.125% is not shown as 7.13%
 */
export function lossText(loss: number, limit?: number): string {
  const rounded = roundedUp(loss, limit);
  return isGain(loss) ? `gain ${percent(-rounded)}` : percentOf(rounded);
}

/** An error or a gap, rounded up like a loss: `0.06%`. */
export const errorText = (size: number): string => percent(Math.ceil(size * 1e4 - 1e-6) / 1e4);

/** A CVaR that was estimated: `7.87% ± 0.06%`. @param error its standard error, which is rounded up like a loss */
export const estimateText = (cvar: number, error: number, limit?: number): string =>
  `${lossText(cvar, limit)} ± ${errorText(error)}`;

/** The same as a sentence without its full stop: `The average loss in the worst 5% of scenarios is **7.91%** (CVaR)`. */
export function averageLoss(alpha: number, cvar: number, limit?: number): string {
  const worst = worstScenarios(alpha);
  if (isGain(cvar)) return `Even in ${worst} it gains **${percent(-roundedUp(cvar, limit))}** on average (CVaR)`;
  return `The average loss in ${worst} is **${lossText(cvar, limit)}** (CVaR)`;
}

/**
 * @param leastLimit of the least risky split, see `PricedPortfolio`
 * @param limit of the answer, if it has one
 * @returns the smallest limit that can be kept, as text: rounded up, where limits may be so small
 */
export const smallestLimit = (leastLimit: number, limit?: number): string =>
  lossText(Math.max(leastLimit, RANGES.loss.min), limit);

/** The same for a button, as a fraction; undefined when no allowed limit is that large. */
export function limitToTry(leastLimit: number): number | undefined {
  const limit = roundedUp(Math.max(leastLimit, RANGES.loss.min), undefined);
  return limit > RANGES.loss.max ? undefined : limit;
}

/**
 * Of the least risky split, whose limit none can be below.
 * @param limit of the answer
 */
export function leastRiskySentence({ cvar, leastLimit }: LeastRisky, alpha: number, limit?: number): string {
  const [loss, smallest] = [lossText(cvar, limit), smallestLimit(leastLimit, limit)];
  if (loss === smallest) {
    return `The average loss in ${worstScenarios(alpha)} cannot be brought below **${loss}** (CVaR). The split below reaches that minimum.`;
  }
  return `The smallest limit that can be kept is **${smallest}**: the least risky split, below, has an average loss of ${loss} in ${worstScenarios(alpha)} (CVaR), and a margin covers the error of simulation.`;
}

/** A button's label. */
export const tryLabel = (limit: number): string => `Try ${shortPercent(limit)}`;
