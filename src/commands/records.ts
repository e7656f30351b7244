// Shared by the records of several features.
import { z } from 'zod';
import type { Constraint } from '../engine/constraints/index.ts';
import { mandateSchema, withLimit } from '../engine/mandate.ts';
import { ALLOWANCES } from '../engine/quality/quality.ts';
import { settingsUsedSchema } from '../settings-used.ts';

/** The recurring request of a report or an alert. */
export const savedQueryShape = {
  /** The name of a built-in or server universe. */
  universe: z.string(),
  mandate: mandateSchema,
  settingsUsed: settingsUsedSchema.exactOptional(),
  /** What the person accepts in the prices. */
  allow: z.array(z.enum(ALLOWANCES)).readonly().exactOptional(),
};

export type SavedQuery = Readonly<z.infer<z.ZodObject<typeof savedQueryShape>>>;

/** Version 1 of a stored query. */
const savedQueryV1Schema = z.object({
  universe: z.string(),
  horizonDays: z.number(),
  alpha: z.number(),
  minWeight: z.number(),
  maxWeight: z.number(),
});

/** The two bounds that earlier versions stored, as constraints, without those that restrict nothing. */
export function weightBounds({
  minWeight: least,
  maxWeight: most,
}: {
  readonly minWeight: number;
  readonly maxWeight: number;
}): Constraint[] {
  return [
    ...(most < 1 ? [{ kind: 'max-weight', weight: most } as const] : []),
    ...(least > 0 ? [{ kind: 'min-weight', weight: least } as const] : []),
  ];
}

/** From version 1 of an alert or a report, which stored the limit beside the query. */
export function migrateSavedQuery(old: unknown): object {
  const { question, lossLimit, ...rest } = z
    .looseObject({ question: savedQueryV1Schema, lossLimit: z.number().optional() })
    .parse(old);
  const { universe, horizonDays, alpha, ...bounds } = question;
  const mandate = { horizonDays, constraints: weightBounds(bounds), risk: { alpha } };
  return { ...rest, universe, mandate: lossLimit === undefined ? mandate : withLimit(mandate, lossLimit) };
}

/** Ids are short numbers that people can type: one above the highest in use. */
export const nextId = (taken: readonly { readonly id: string }[]): string =>
  String(1 + Math.max(0, ...taken.map(({ id }) => Number(id))));
