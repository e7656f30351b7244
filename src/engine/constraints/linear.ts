import { z } from 'zod';
import type { Restriction } from './kind.ts';
import { ROUNDING } from './polytope.ts';

const termSchema = z
  .strictObject({
    /** The ticker or the group, as it was written. */
    name: z.string(),
    /** What the name stood for when the question was asked; none: a sector, of which the prices will tell. */
    tickers: z.array(z.string()).readonly(),
    factor: z.number(),
  })
  .readonly();

/** Σ factor · (the sum of the tickers' weights) ≤, ≥ or = bound. An asset that cannot be bought weighs nothing. */
export const linearSchema = z
  .object({
    kind: z.literal('linear'),
    terms: z.array(termSchema).readonly(),
    relation: z.enum(['<=', '>=', '=']),
    bound: z.number(),
    /** The constraint in the words it was given in. */
    text: z.string(),
  })
  .readonly();

export type LinearConstraint = z.infer<typeof linearSchema>;

export type LinearTerm = LinearConstraint['terms'][number];

/** The left side in words, such as `tech - 2 * bonds`. */
export const termsText = (terms: LinearConstraint['terms']): string =>
  terms
    .map(({ name, factor }, at) => {
      const sign = factor < 0 ? '- ' : at > 0 ? '+ ' : '';
      return `${sign}${Math.abs(factor) === 1 ? name : `${Math.abs(factor)} * ${name}`}`;
    })
    .join(' ');

export function restrictLinear({ terms, relation, bound }: LinearConstraint, tickers: readonly string[]): Restriction {
  const factorOf = (ticker: string): number =>
    terms.reduce((sum, term) => sum + (term.tickers.includes(ticker) ? term.factor : 0), 0);
  const coefficients = Float64Array.from(tickers, factorOf);
  const lower = relation === '<=' ? -Infinity : bound;
  const upper = relation === '>=' ? Infinity : bound;
  const [least, most] = [Math.min(...coefficients), Math.max(...coefficients)];
  const rows = [{ lower, upper, coefficients }];
  if (most >= lower - ROUNDING && least <= upper + ROUNDING) return { rows };
  return { rows, problem: 'constraints.linear-out-of-reach' };
}
