// Pure: whether losses came as value-at-risk and CVaR had promised. Losses are positive when money is lost.
import { chiSquareTail } from './special.ts';

export { z2Critical } from './z2-critical.ts';

/** A likelihood ratio, and how often one so large comes by chance when the model is right. */
export interface LikelihoodRatio {
  readonly lr: number;
  readonly pValue: number;
}

/** count · ln(share), where what never happened weighs nothing. */
const logLikelihood = (count: number, share: number): number => (count === 0 ? 0 : count * Math.log(share));

const likelihoodRatio = (restricted: number, free: number, degrees: 1 | 2): LikelihoodRatio => {
  // Rounding alone can make it negative.
  const lr = Math.max(0, -2 * (restricted - free));
  return { lr, pValue: chiSquareTail(lr, degrees) };
};

const hitsOf = (hits: readonly boolean[]): number => hits.filter(Boolean).length;

/**
 * Whether the number of violations fits their probability (Kupiec 1995, proportion of failures).
 *
 * @param n of decisions, at least 1
 * @param p how often a violation was promised, in (0, 1)
 */
export const kupiec = (violations: number, n: number, p: number): LikelihoodRatio => {
  const kept = n - violations;
  return likelihoodRatio(
    logLikelihood(violations, p) + logLikelihood(kept, 1 - p),
    logLikelihood(violations, violations / n) + logLikelihood(kept, kept / n),
    1,
  );
};

/** How often a day without (0) or with (1) a violation was followed by one without or with. */
interface Transitions {
  readonly n00: number;
  readonly n01: number;
  readonly n10: number;
  readonly n11: number;
}

const transitionsOf = (hits: readonly boolean[]): Transitions => {
  const count = (from: boolean, to: boolean): number =>
    hits.filter((hit, t) => t > 0 && hits[t - 1] === from && hit === to).length;
  return { n00: count(false, false), n01: count(false, true), n10: count(true, false), n11: count(true, true) };
};

/**
 * Whether a violation makes another one next time more or less likely (Christoffersen 1998, independence).
 * Without a violation that has a successor there is nothing to say: lr 0, p-value 1.
 *
 * @param hits in the order of time, true for a violation; decisions must not overlap
 */
export const christoffersen = (hits: readonly boolean[]): LikelihoodRatio => {
  const { n00, n01, n10, n11 } = transitionsOf(hits);
  const all = n00 + n01 + n10 + n11;
  return likelihoodRatio(
    logLikelihood(n00 + n10, (n00 + n10) / all) + logLikelihood(n01 + n11, (n01 + n11) / all),
    logLikelihood(n00, n00 / (n00 + n01)) +
      logLikelihood(n01, n01 / (n00 + n01)) +
      logLikelihood(n10, n10 / (n10 + n11)) +
      logLikelihood(n11, n11 / (n10 + n11)),
    1,
  );
};

/** Both questions at once (Christoffersen 1998, conditional coverage). */
export const conditionalCoverage = (hits: readonly boolean[], p: number): LikelihoodRatio => {
  const lr = kupiec(hitsOf(hits), hits.length, p).lr + christoffersen(hits).lr;
  return { lr, pValue: chiSquareTail(lr, 2) };
};

/** One date each, (n). */
export interface Forecasts {
  readonly losses: readonly number[];
  readonly valuesAtRisk: readonly number[];
  readonly cvars: readonly number[];
}

const violationsOf = ({ losses, valuesAtRisk }: Forecasts): number[] =>
  losses.flatMap((loss, t) => (loss > valuesAtRisk[t]! ? [t] : []));

/**
 * Whether losses beyond the value-at-risk were as large as the CVaR said (Acerbi & Szekely 2014, tests 1 and 2).
 * Both statistics are 0 on average when it is right and negative when it is too small; Z2 also falls when there
 * are too many violations. `z2Critical` says how low is too low.
 *
 * @param p of the tail, 1 − alpha
 * @returns z1 is absent without violations, which it is conditional on; z2 is then 1
 */
export const acerbiSzekely = (forecasts: Forecasts, p: number): { readonly z1?: number; readonly z2: number } => {
  const { losses, cvars } = forecasts;
  const violations = violationsOf(forecasts);
  const ratios = violations.reduce((sum, t) => sum + losses[t]! / cvars[t]!, 0);
  return {
    ...(violations.length > 0 && { z1: 1 - ratios / violations.length }),
    z2: 1 - ratios / (losses.length * p),
  };
};

/** Mean loss ÷ mean predicted CVaR, over violations. @returns undefined without any */
export const esRatio = (forecasts: Forecasts): number | undefined => {
  const violations = violationsOf(forecasts);
  if (violations.length === 0) return undefined;
  const sumOf = (values: readonly number[]): number => violations.reduce((sum, t) => sum + values[t]!, 0);
  return sumOf(forecasts.losses) / sumOf(forecasts.cvars);
};
