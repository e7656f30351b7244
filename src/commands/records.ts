// What the records of several features have in common.
import { z } from 'zod';
import { weightBounds } from '../engine/constraints/index.ts';
import { mandateSchema, withLimit, type Mandate } from '../engine/mandate.ts';

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

/** Ids are numbers, for people to type: one above the highest there is. */
export const nextId = (taken: readonly { readonly id: string }[]): string =>
  String(1 + Math.max(0, ...taken.map(({ id }) => Number(id))));
