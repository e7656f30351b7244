// Tests whether losses were as value-at-risk and CVaR predicted. Losses are positive when money is lost.
// docs/mathematics.md, section 14.
import { chiSquareTail } from './statistics.ts';

/** A likelihood-ratio test. */
export interface LikelihoodRatio {
  readonly lr: number;
  /** The probability of a ratio at least this large under a correct model. */
  readonly pValue: number;
}

/** count · ln(share), with 0 · ln 0 = 0. */
const logLikelihood = (count: number, share: number): number => (count === 0 ? 0 : count * Math.log(share));

/** @param restricted log-likelihood under the hypothesis. @param free the largest log-likelihood */
function likelihoodRatio(restricted: number, free: number): LikelihoodRatio {
  // Rounding can make it negative.
  const lr = Math.max(0, -2 * (restricted - free));
  return { lr, pValue: chiSquareTail(lr) };
}

/**
 * Tests whether violations are as frequent as predicted (Kupiec 1995, proportion of failures).
 *
 * @param n number of decisions, at least 1
 * @param p the predicted probability of a violation, in (0, 1)
 */
export function kupiec(violations: number, n: number, p: number): LikelihoodRatio {
  const kept = n - violations;
  return likelihoodRatio(
    logLikelihood(violations, p) + logLikelihood(kept, 1 - p),
    logLikelihood(violations, violations / n) + logLikelihood(kept, kept / n),
  );
}

/** Whether each decision was violated; undefined for one that promised nothing, as it was infeasible or failed. */
export type Hits = readonly (boolean | undefined)[];

/** Whether any decision that promised something was followed at once by another. */
export const hasPairs = (hits: Hits): boolean =>
  hits.some((hit, t) => t > 0 && hit !== undefined && hits[t - 1] !== undefined);

/** How often a decision without (0) or with (1) a violation was followed by one without or with. */
interface Transitions {
  readonly n00: number;
  readonly n01: number;
  readonly n10: number;
  readonly n11: number;
}

function transitionsOf(hits: Hits): Transitions {
  const count = (from: boolean, to: boolean): number =>
    hits.filter((hit, t) => t > 0 && hits[t - 1] === from && hit === to).length;
  return { n00: count(false, false), n01: count(false, true), n10: count(true, false), n11: count(true, true) };
}

/**
 * Tests whether violations come independently of each other (Christoffersen 1998, independence). Only decisions that
 * follow each other count: those before and after an undefined one are no pair. Unless a violation has a successor, lr
 * is 0 and the p-value 1.
 *
 * @param hits in the order of time, one for each decision date; decisions must not overlap
 */
export function christoffersen(hits: Hits): LikelihoodRatio {
  const { n00, n01, n10, n11 } = transitionsOf(hits);
  const all = n00 + n01 + n10 + n11;
  return likelihoodRatio(
    logLikelihood(n00 + n10, (n00 + n10) / all) + logLikelihood(n01 + n11, (n01 + n11) / all),
    logLikelihood(n00, n00 / (n00 + n01)) +
      logLikelihood(n01, n01 / (n00 + n01)) +
      logLikelihood(n10, n10 / (n10 + n11)) +
      logLikelihood(n11, n11 / (n10 + n11)),
  );
}

/** (n) each, one element per decision. */
export interface Forecasts {
  readonly losses: readonly number[];
  readonly valuesAtRisk: readonly number[];
  readonly cvars: readonly number[];
}

/**
 * A predicted gain, or no loss at all, counts as this loss, since a ratio to it would mean nothing: whatever is lost then
 * is much more than predicted.
 */
const LEAST_CVAR = 0.0001;

/** Of each violation, the loss and the CVaR to compare it with. */
function violationsOf({ losses, valuesAtRisk, cvars }: Forecasts): { readonly loss: number; readonly cvar: number }[] {
  return losses.flatMap((loss, t) => {
    if (loss <= valuesAtRisk[t]!) return [];
    const cvar = cvars[t]!;
    return [cvar < LEAST_CVAR ? { loss: Math.max(0, loss), cvar: LEAST_CVAR } : { loss, cvar }];
  });
}

/**
 * Tests whether losses beyond the value-at-risk were as large as the CVaR (Acerbi & Szekely 2014, tests 1 and 2). Both
 * statistics are 0 on average for a correct CVaR and negative for one that is too small. Z2 also falls with too many
 * violations; `z2Critical` is its critical value.
 *
 * @param p of the tail, 1 − alpha
 * @returns without violations z1 is absent, since it is conditional on them, and z2 is 1
 */
export function acerbiSzekely(forecasts: Forecasts, p: number): { readonly z1?: number; readonly z2: number } {
  const violations = violationsOf(forecasts);
  const ratios = violations.reduce((sum, { loss, cvar }) => sum + loss / cvar, 0);
  return {
    ...(violations.length > 0 && { z1: 1 - ratios / violations.length }),
    z2: 1 - ratios / (forecasts.losses.length * p),
  };
}

/** Mean loss ÷ mean predicted CVaR, over the violations. @returns undefined when there are none */
export function esRatio(forecasts: Forecasts): number | undefined {
  const violations = violationsOf(forecasts);
  if (violations.length === 0) return undefined;
  const sumOf = (key: 'loss' | 'cvar'): number => violations.reduce((sum, violation) => sum + violation[key], 0);
  return sumOf('loss') / sumOf('cvar');
}
