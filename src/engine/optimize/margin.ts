// The best portfolio whose CVaR, priced on scenarios that it was not chosen on, keeps the limit with a margin.
// docs/mathematics.md, section 11.
import { createPricing, type PricedPortfolio, type Samples } from '../samples.ts';
import type { Portfolio } from '../types.ts';
import type { Optimizer } from './answer.ts';
import { GAP_TOLERANCE, isKept, LIMIT_TOLERANCE, type Trading } from './problem.ts';

/** How often the limit that the optimiser is given is corrected. */
const MOST_CORRECTIONS = 4;
/** A share of the limit that may stay unused. Prices aim at the middle of it, so that few corrections are needed. */
const NEAR_ENOUGH = 0.005;
/** A price within this share of the limit is brought to it by mixing, which takes a tenth of the time of an optimum. */
const MIXED_WITHIN = 0.02;
const MOST_MIXTURES = 12;
/** Where portfolios cannot be mixed, an optimum serves for many limits: few corrections find the one that keeps it. */
const MOST_UNMIXED_CORRECTIONS = 8;

export interface LimitChoice {
  readonly status: 'optimal' | 'infeasible';
  readonly portfolio: PricedPortfolio;
  /**
   * How much more another may earn, on the scenarios that portfolios are chosen on, because the search has ended early;
   * absent: less than any answer promises.
   */
  readonly gap?: number;
}

/** An optimum on the scenarios that portfolios are chosen on, and its CVaR there. */
interface Optimum extends Pick<Portfolio, 'cvar'> {
  readonly priced: PricedPortfolio;
  readonly gap: number;
}

/** Chooses under one limit after the other; quickest when each is near the one before. */
export class Chooser {
  readonly #optimizer: Optimizer;
  readonly #price: (weights: ArrayLike<number>) => PricedPortfolio;
  readonly #mostUnused: number;
  /** Whether prices aim below the limit. */
  readonly #hasReserve: boolean;
  readonly #least: Optimum;
  /** The certified gap of the least risky portfolio. */
  readonly minimumGap: number;
  #loosest: Optimum | undefined;
  /** All so far. */
  readonly #optima: Optimum[];

  /**
   * @param samples of which the optimiser has the scenarios
   * @param trading that of the optimiser's problem
   * @param mostUnused of a limit, beside the share that may stay unused of any
   */
  constructor(optimizer: Optimizer, samples: Samples, alpha: number, trading?: Trading, mostUnused = Infinity) {
    this.#optimizer = optimizer;
    this.#price = createPricing(samples, alpha, trading);
    this.#mostUnused = mostUnused;
    this.#hasReserve = samples.pricing !== undefined;
    const { portfolio, gap } = optimizer.minimum();
    this.#least = this.#priced(portfolio, 0);
    this.minimumGap = gap;
    this.#optima = [this.#least];
  }

  /** The least risky portfolio. Under a limit below its `leastLimit` nothing is answered. */
  get minimum(): PricedPortfolio {
    return this.#least.priced;
  }

  /** The highest expected return that the constraints allow. Limits from its `leastLimit` on change nothing. */
  loosest(): LimitChoice {
    this.#loosest ??= this.#bestUnder(Infinity);
    if (this.#loosest === undefined) throw new Error('no limit was said to be exceeded');
    return choiceOf(this.#loosest);
  }

  /**
   * The highest expected return, or the least risky portfolio where the limit is below its own.
   * @throws Error when the limit is not a number
   */
  choose(limit = Infinity): LimitChoice {
    if (Number.isNaN(limit)) throw new Error(`expected a limit, got ${limit}`);
    if (!isKept(this.minimum.leastLimit, limit)) return { ...choiceOf(this.#least), status: 'infeasible' };
    if (isKept(this.loosest().portfolio.leastLimit, limit)) return this.loosest();
    if (!this.#optimizer.isConvex) return this.#unmixed(limit);
    for (let correction = 0; correction <= MOST_CORRECTIONS; correction += 1) {
      const { kept, broken } = this.#around(limit);
      const [from, to] = [kept.priced.leastLimit, broken.priced.leastLimit];
      if (this.#hasReserve && this.#isNear(from, limit)) return choiceOf(kept);
      const share = shareBetween(from, to, this.#targetOf(limit));
      const optimum = this.#bestUnder(kept.cvar + share * (broken.cvar - kept.cvar));
      if (optimum === undefined) break;
      const { leastLimit } = optimum.priced;
      if (this.#isNear(leastLimit, limit)) return choiceOf(optimum);
      const isBetween = leastLimit > from && leastLimit < to;
      if (!isBetween || Math.abs(leastLimit - limit) <= MIXED_WITHIN * Math.abs(limit)) break;
    }
    return this.#mixed(limit);
  }

  /**
   * The best optimum that keeps the limit, where a mixture of two would hold too many assets. The limit that the
   * optimiser is given is halved between an optimum that keeps it and one that breaks it, until no other is between.
   */
  #unmixed(limit: number): LimitChoice {
    const { kept, broken } = this.#around(limit);
    const [from, to] = [kept.priced.leastLimit, broken.priced.leastLimit];
    let share = shareBetween(from, to, this.#targetOf(limit));
    let [low, high, used] = [kept.cvar, broken.cvar, from];
    for (let correction = 0; correction <= MOST_UNMIXED_CORRECTIONS; correction += 1) {
      if (this.#isNear(used, limit) || high - low <= LIMIT_TOLERANCE) break;
      const asked = low + share * (high - low);
      const optimum = this.#bestUnder(asked);
      if (optimum === undefined) break;
      used = optimum.priced.leastLimit;
      if (isKept(used, limit)) low = Math.max(asked, optimum.cvar);
      else high = Math.min(high, optimum.cvar);
      share = 0.5;
    }
    const keeping = this.#optima.filter(({ priced }) => isKept(priced.leastLimit, limit));
    const best = keeping.reduce((a, b) => (b.priced.expectedReturn > a.priced.expectedReturn ? b : a), this.#least);
    return choiceOf(best);
  }

  #unusedOf(limit: number): number {
    return Math.min(NEAR_ENOUGH * Math.abs(limit), this.#mostUnused);
  }

  #targetOf(limit: number): number {
    return this.#hasReserve ? limit - this.#unusedOf(limit) / 2 : limit;
  }

  /** Whether a limit is kept, and nearly all of it used. */
  #isNear(leastLimit: number, limit: number): boolean {
    return isKept(leastLimit, limit) && leastLimit >= limit - this.#unusedOf(limit);
  }

  #priced({ weights, cvar }: Portfolio, gap: number): Optimum {
    return { priced: this.#price(weights), cvar, gap };
  }

  #bestUnder(asked: number): Optimum | undefined {
    const solution = this.#optimizer.best(asked);
    if (solution.status === 'infeasible') return undefined;
    const optimum = this.#priced(solution.best, solution.gap);
    this.#optima.push(optimum);
    return optimum;
  }

  /** The optimum that keeps the limit by the least, and the one that breaks it by the least. */
  #around(limit: number): { readonly kept: Optimum; readonly broken: Optimum } {
    let [kept, broken] = [this.#least, this.#loosest!];
    for (const one of this.#optima) {
      const { leastLimit } = one.priced;
      if (!isKept(leastLimit, limit)) {
        if (leastLimit < broken.priced.leastLimit) broken = one;
      } else if (leastLimit > kept.priced.leastLimit) kept = one;
    }
    return { kept, broken };
  }

  /**
   * Of the optimum that keeps the limit by the least and the one that breaks it by the least as much of this one as the
   * limit allows. The CVaR is convex, so the mixture is as good as an optimum where the two are near each other.
   */
  #mixed(limit: number): LimitChoice {
    const { kept, broken } = this.#around(limit);
    // By regula falsi: a convex function is below its secant.
    let [low, high] = [
      { share: 0, priced: kept.priced },
      { share: 1, priced: broken.priced },
    ];
    for (let tries = 0; tries < MOST_MIXTURES && !this.#isNear(low.priced.leastLimit, limit); tries += 1) {
      const step = shareBetween(low.priced.leastLimit, high.priced.leastLimit, this.#targetOf(limit));
      const share = low.share + step * (high.share - low.share);
      const priced = this.#price(
        kept.priced.weights.map((weight, j) => weight + share * (broken.priced.weights[j]! - weight)),
      );
      if (isKept(priced.leastLimit, limit)) low = { share, priced };
      else high = { share, priced };
    }
    return { status: 'optimal', portfolio: low.priced };
  }
}

const choiceOf = ({ priced, gap }: Optimum): LimitChoice => ({
  status: 'optimal',
  portfolio: priced,
  ...(gap > GAP_TOLERANCE && { gap }),
});

/** How far from a to b a value lies. */
const shareBetween = (a: number, b: number, value: number): number => (value - a) / (b - a);
