import { z } from 'zod';
import type { AllocateRequest } from '../engine-service/requests.ts';
import { weightBounds } from '../engine/constraints/index.ts';
import { type Mandate, mandateSchema, withLimit } from '../engine/mandate.ts';
import { UserError } from '../errors.ts';
import { plural, shortPercent } from '../format.ts';
import { DEFAULT_SAMPLING, DEFAULT_STRATEGY } from '../parse.ts';
import { describeConstraints } from './constraints.ts';
import type { GuildView } from './guilds.ts';
import { type Options, namedUniverse, readRequest } from './options.ts';

/** What a report or an alert asks about a universe, again and again. */
export const savedQueryShape = {
  /** A universe's name, the guild's own or everybody's. */
  universe: z.string(),
  mandate: mandateSchema,
};

export interface SavedQuery {
  readonly universe: string;
  readonly mandate: Mandate;
}

/**
 * The universe is the server's default where none is named.
 * @throws UserError as `readRequest` does, and when there is no such universe there
 */
export function readSavedQuery(options: Options, place: GuildView): SavedQuery {
  const named = options.universe ?? place.settings.universe;
  if (named === undefined) {
    const known = place.universes.map(({ name }) => name).join(', ');
    throw new UserError(`Say which universe: one of ${known}.`, 'universe');
  }
  const { name: universe } = namedUniverse(String(named), place.universes);
  const { mandate } = readRequest({ ...options, universe }, place);
  return { universe, mandate };
}

/** What `/allocate` would make of it. @param universe what the query's name stands for now */
export const requestOf = ({ mandate }: SavedQuery, universe: AllocateRequest['universe']): AllocateRequest => ({
  universe,
  strategy: DEFAULT_STRATEGY,
  mandate,
  sampling: DEFAULT_SAMPLING,
});

/** `us12, 21 trading days, alpha 95%, at most 40% an asset`: all but the limit. */
export function describeSavedQuery({ universe, mandate }: SavedQuery): string {
  const { horizonDays, risk, constraints } = mandate;
  return [
    universe,
    plural(horizonDays, 'trading day'),
    `alpha ${shortPercent(risk.alpha)}`,
    ...describeConstraints(constraints),
  ].join(', ');
}

/** Version 1 of a stored query. */
const formerQuestionSchema = z.object({
  universe: z.string(),
  horizonDays: z.number(),
  alpha: z.number(),
  minWeight: z.number(),
  maxWeight: z.number(),
});

/** From version 1 of an alert or a report, whose limit lay beside its question. */
export function migrateSavedQuery(old: unknown): object {
  const { question, lossLimit, ...rest } = z
    .looseObject({ question: formerQuestionSchema, lossLimit: z.number().optional() })
    .parse(old);
  const { universe, horizonDays, alpha, ...bounds } = question;
  const mandate = { horizonDays, constraints: weightBounds(bounds), risk: { alpha } };
  return { ...rest, universe, mandate: lossLimit === undefined ? mandate : withLimit(mandate, lossLimit) };
}

/** Numbers, for people to type: one above the highest there is. */
export const nextId = (taken: readonly { readonly id: string }[]): string =>
  String(1 + Math.max(0, ...taken.map(({ id }) => Number(id))));
