// Pure: what a report or an alert asks, read and in words.
import type { AllocateRequest, GuildView, Question } from '../app.ts';
import { UserError } from '../errors.ts';
import { plural, shortPercent } from '../format.ts';
import { namedUniverse, readRequest, type Options } from './options.ts';
import { USUAL_DRAW } from '../parse.ts';

/**
 * The universe is the server's default where none is named.
 * @throws UserError as `readRequest` does, and when there is no such universe there
 */
export function readQuestion(options: Options, place: GuildView): Question {
  const named = options.universe ?? place.settings.universe;
  if (named === undefined) {
    const known = place.universes.map(({ name }) => name).join(', ');
    throw new UserError(`Say which universe: one of ${known}.`, 'universe');
  }
  const { name: universe } = namedUniverse(String(named), place.universes);
  const { horizonDays, alpha, minWeight, maxWeight } = readRequest({ ...options, universe }, place);
  return { universe, horizonDays, alpha, minWeight, maxWeight };
}

/** What `/allocate` would make of it, but for the limit. @param universe what the question's name stands for now */
export const requestOf = (
  question: Question,
  universe: AllocateRequest['universe'],
): Omit<AllocateRequest, 'lossLimit'> => ({ ...question, universe, ...USUAL_DRAW });

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
