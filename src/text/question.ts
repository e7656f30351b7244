// Pure: what a report or an alert asks, in words.
import type { Question } from '../app.ts';
import { plural, shortPercent } from './format.ts';

/** `us12, 21 trading days, alpha 95%, at most 40% an asset` */
export function describeQuestion({ universe, horizonDays, alpha, minWeight, maxWeight }: Question): string {
  return [
    universe,
    plural(horizonDays, 'trading day'),
    `alpha ${shortPercent(alpha)}`,
    ...(minWeight > 0 ? [`at least ${shortPercent(minWeight)} an asset`] : []),
    ...(maxWeight < 1 ? [`at most ${shortPercent(maxWeight)} an asset`] : []),
  ].join(', ');
}
