import { z } from 'zod';
import { UserError } from '../../errors.ts';
import { shortPercent } from '../../format.ts';

const bound = z.object({ kind: z.string(), weight: z.number() });

const constraintProblemSchema = z.discriminatedUnion('code', [
  /** All assets at `weight` sum to only `reached` < 1; a bound of `enough` would do. */
  z.object({
    code: z.literal('constraints.max-weight-too-low'),
    data: z.object({ assets: z.number(), weight: z.number(), reached: z.number(), enough: z.number() }),
  }),
  /** All assets at `weight` sum to `needed` > 1; a bound of `enough` would do. */
  z.object({
    code: z.literal('constraints.min-weight-too-high'),
    data: z.object({ assets: z.number(), weight: z.number(), needed: z.number(), enough: z.number() }),
  }),
  /** An asset's lower bound exceeds its upper bound. Each has the kind of constraint that it comes from. */
  z.object({
    code: z.literal('constraints.bounds-cross'),
    data: z.object({ ticker: z.string(), lower: bound, upper: bound }),
  }),
  /** No weights fall behind the benchmark by less than `least`, which exceeds the `limit`. */
  z.object({
    code: z.literal('constraints.behind-too-low'),
    data: z.object({ limit: z.number(), least: z.number() }),
  }),
  /** A linear constraint that no split meets: its left side lies between `least` and `most`. In its own words. */
  z.object({
    code: z.literal('constraints.linear-out-of-reach'),
    data: z.object({ text: z.string(), bound: z.number(), least: z.number(), most: z.number() }),
  }),
  /** So few assets cannot hold all the money within the bounds, or the bounds ask for more of them. */
  z.object({
    code: z.literal('constraints.max-assets-too-few'),
    data: z.object({ count: z.number(), enough: z.number() }),
  }),
  /** No number of positions of at least `weight` adds up to all the money within the bounds. */
  z.object({
    code: z.literal('constraints.min-position-too-high'),
    data: z.object({ weight: z.number(), enough: z.number() }),
  }),
  /** The other constraints can be met by trades of `enough` of all money, and not of `weight`. */
  z.object({
    code: z.literal('constraints.turnover-too-low'),
    data: z.object({ weight: z.number(), enough: z.number() }),
  }),
  /** Each constraint can be met, but not all together. */
  z.object({ code: z.literal('constraints.contradict'), data: z.object({ assets: z.number() }) }),
]);

/** Why no weights meet the constraints. Plain data; Discord and the terminal word it. Weights are fractions. */
export type ConstraintProblem = z.infer<typeof constraintProblemSchema>;

export const constraintError = (problem: ConstraintProblem): UserError =>
  new UserError(describe(problem), { code: problem.code, data: problem.data });

/** The problem behind an error, also if it came from another thread; undefined for other errors. */
export const constraintProblemOf = ({ code, data }: UserError): ConstraintProblem | undefined =>
  constraintProblemSchema.safeParse({ code, data }).data;

/** A message for the log, and for callers that do not word problems themselves. */
function describe({ code, data }: ConstraintProblem): string {
  if (code === 'constraints.max-weight-too-low') {
    return `${data.assets} assets of at most ${shortPercent(data.weight)} each reach only ${shortPercent(data.reached)}.`;
  }
  if (code === 'constraints.min-weight-too-high') {
    return `${data.assets} assets of at least ${shortPercent(data.weight)} each need ${shortPercent(data.needed)}.`;
  }
  if (code === 'constraints.bounds-cross') {
    return `${data.ticker} must be at least ${shortPercent(data.lower.weight)} and at most ${shortPercent(data.upper.weight)}.`;
  }
  if (code === 'constraints.behind-too-low') {
    const [limit, least] = [shortPercent(data.limit), shortPercent(data.least)];
    return `No split falls behind the benchmark by at most ${limit}; the least that can be kept is ${least}.`;
  }
  if (code === 'constraints.linear-out-of-reach') {
    const [least, most] = [shortPercent(data.least), shortPercent(data.most)];
    return `No split meets "${data.text}": what it adds up lies between ${least} and ${most}.`;
  }
  if (code === 'constraints.max-assets-too-few') {
    return `The weights need at least ${data.enough} assets; at most ${data.count} are allowed.`;
  }
  if (code === 'constraints.min-position-too-high') {
    return `Positions of at least ${shortPercent(data.weight)} do not add up to all the money within the bounds.`;
  }
  if (code === 'constraints.turnover-too-low') {
    return `Trades of at most ${shortPercent(data.weight)} are too few for the other constraints: they take ${shortPercent(data.enough)}.`;
  }
  return `No split of these ${data.assets} assets meets all constraints at once.`;
}
