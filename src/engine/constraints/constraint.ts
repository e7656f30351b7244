import { z } from 'zod';
import { behindSchema } from './behind.ts';
import { linearSchema } from './linear.ts';
import { maxAssetsSchema } from './max-assets.ts';
import { maxWeightSchema } from './max-weight.ts';
import { minPositionSchema } from './min-position.ts';
import { minWeightSchema } from './min-weight.ts';
import { costSchema, maxTurnoverSchema } from './trading.ts';

export const constraintSchema = z.discriminatedUnion('kind', [
  maxWeightSchema,
  minWeightSchema,
  linearSchema,
  maxAssetsSchema,
  minPositionSchema,
  maxTurnoverSchema,
  costSchema,
  behindSchema,
]);

/** A constraint of any kind; `kind` names it. Weights are fractions. */
export type Constraint = z.infer<typeof constraintSchema>;

export type ConstraintByKind = { readonly [C in Constraint as C['kind']]: C };

export const constraintsSchema = z.array(constraintSchema).readonly();
