import { z } from 'zod';
import type { UserError } from '../../errors.ts';
import { constraintSchema, constraintsSchema } from './index.ts';

const changeSchema = z.object({ constraint: constraintSchema, to: constraintSchema }).readonly();

const contradictionSchema = z
  .object({
    /** Without any one of them the others can be met; those that ask the same of one asset each count as one. */
    constraints: constraintsSchema,
    /** What every split meets, where it is part of the contradiction. */
    given: z.array(z.enum(['all-invested', 'long-only'])).readonly(),
    /**
     * Changes of one constraint that each mend it alone, while every other one stays; with it those `alike` change, which
     * ask the same of one asset each.
     */
    mend: z
      .array(
        changeSchema
          .unwrap()
          .extend({ alike: z.array(changeSchema).readonly().exactOptional() })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();

/** Constraints that cannot be met together, and what would mend them. Plain data; the doors word it. */
export type Contradiction = z.infer<typeof contradictionSchema>;

const explainedSchema = z.object({ conflicts: z.array(contradictionSchema).min(1).readonly() });

/** What an error says of constraints that contradict each other; none where it says nothing. */
export const contradictionsOf = ({ data }: UserError): readonly Contradiction[] =>
  explainedSchema.safeParse(data).data?.conflicts ?? [];
