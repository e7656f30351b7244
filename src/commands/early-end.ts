// What is said where a search for few of many assets has ended before it had looked at all of them.
import type { Allocation } from '../engine-service/answers.ts';
import { GAP_TOLERANCE } from '../engine/optimize/problem.ts';
import { errorText, lossText, worstScenarios } from './limits.ts';

/** Of the least risky split that was found: how much less another may lose. */
interface WithMinimumGap {
  readonly minimumGap?: number | undefined;
}

/** Whether a split may exist that loses less than the least risky one that was found by more than any answer promises. */
export const mayLoseLess = ({ minimumGap = 0 }: WithMinimumGap): boolean => minimumGap > GAP_TOLERANCE;

/** `the search ended early, and another split may lose up to 0.12% less` */
export const mayLoseLessText = ({ minimumGap = 0 }: WithMinimumGap): string =>
  `the search ended early, and another split may lose up to ${errorText(minimumGap)} less`;

/** Of the best split that was found; nothing where it is the best there is. */
export const earlyEndSentences = ({ status, gap }: Allocation): string[] =>
  status === 'infeasible' || gap === undefined
    ? []
    : [`It is the best found: the search ended early, and another split may earn up to ${errorText(gap)} more.`];

/** Of the least risky split that was found, which keeps no limit that is asked for. */
export function leastFoundSentence(allocation: Allocation, alpha: number, limit?: number): string {
  const average = `**${lossText(allocation.portfolio.cvar, limit)}** in ${worstScenarios(alpha)} (CVaR)`;
  return `The least risky split that was found, below, has an average loss of ${average}: ${mayLoseLessText(allocation)}.`;
}
