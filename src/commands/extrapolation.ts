import { isGain } from './limits.ts';

/** Trading days. The longest horizon that the model was judged on. */
const LONGEST_JUDGED = 63;

/**
 * A sentence that must stand, in amber, with figures that the model was not judged on; none for others.
 * @param cvars of the portfolios shown
 */
export function extrapolation(horizonDays: number, cvars: readonly number[]): string[] {
  const beyond = [
    ...(horizonDays > LONGEST_JUDGED ? [`horizons of more than ${LONGEST_JUDGED} trading days`] : []),
    ...(cvars.some(isGain) ? ['gains even in the worst cases'] : []),
  ];
  return beyond.length === 0 ? [] : [`Extrapolation: the model was not judged on ${beyond.join(' and ')}.`];
}
