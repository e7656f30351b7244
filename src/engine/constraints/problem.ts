import { z } from 'zod';
import { UserError } from '../../errors.ts';

const bound = z.object({ kind: z.string(), weight: z.number() });

const constraintProblemSchema = z.discriminatedUnion('code', [
  /** So many assets of at most `weight` make only `reached` < 1; `enough` would do. */
  z.object({
    code: z.literal('constraints.max-weight-too-low'),
    data: z.object({ assets: z.number(), weight: z.number(), reached: z.number(), enough: z.number() }),
  }),
  /** So many assets of at least `weight` need `needed` > 1; `enough` would do. */
  z.object({
    code: z.literal('constraints.min-weight-too-high'),
    data: z.object({ assets: z.number(), weight: z.number(), needed: z.number(), enough: z.number() }),
  }),
  /** The largest lower bound of an asset exceeds its smallest upper bound; each with the kind it comes from. */
  z.object({
    code: z.literal('constraints.bounds-cross'),
    data: z.object({ ticker: z.string(), lower: bound, upper: bound }),
  }),
  /** Each constraint can be met, all together cannot. */
  z.object({ code: z.literal('constraints.contradict'), data: z.object({ assets: z.number() }) }),
]);

/** Why no weights meet the constraints: plain data, worded by each door. Weights are fractions. */
export type ConstraintProblem = z.infer<typeof constraintProblemSchema>;

export const constraintError = (problem: ConstraintProblem): UserError =>
  new UserError(describe(problem), { code: problem.code, data: problem.data });

/** The problem that an error stands for, also when it has come from another thread; undefined for any other error. */
export const constraintProblemOf = ({ code, data }: UserError): ConstraintProblem | undefined =>
  constraintProblemSchema.safeParse({ code, data }).data;

/** For the log, and for a door that has no words of its own. */
function describe({ code, data }: ConstraintProblem): string {
  if (code === 'constraints.max-weight-too-low') {
    return `${data.assets} assets of at most ${percent(data.weight)} each reach only ${percent(data.reached)}.`;
  }
  if (code === 'constraints.min-weight-too-high') {
    return `${data.assets} assets of at least ${percent(data.weight)} each need ${percent(data.needed)}.`;
  }
  if (code === 'constraints.bounds-cross') {
    return `${data.ticker} must be at least ${percent(data.lower.weight)} and at most ${percent(data.upper.weight)}.`;
  }
  return `No split of these ${data.assets} assets meets all constraints at once.`;
}

const percent = (fraction: number): string => `${Number((fraction * 100).toFixed(4))}%`;
