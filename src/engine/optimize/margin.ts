// The best portfolio whose CVaR, priced on scenarios that it was not chosen on, keeps the limit with a margin.
// docs/mathematics.md, section 11.
import { createPricing, type PricedPortfolio, type Samples } from '../samples.ts';
import type { Portfolio } from '../types.ts';
import type { Optimizer } from './optimizer.ts';
import { isKept } from './problem.ts';

/** How often the limit that the optimiser is given is corrected. */
const MOST_CORRECTIONS = 4;
/** A share of the limit that may stay unused. Prices aim at the middle of it, so that few corrections are needed. */
const NEAR_ENOUGH = 0.005;

export type LimitChoice =
  | { readonly status: 'optimal'; readonly portfolio: PricedPortfolio; readonly gap: number }
  | { readonly status: 'infeasible'; readonly portfolio: PricedPortfolio; readonly gap: number };

/** Chooses under one limit after the other; quickest when each is near the one before. */
export class Chooser {
  readonly #optimizer: Optimizer;
  readonly #price: (weights: ArrayLike<number>) => PricedPortfolio;
  /** The least risky portfolio. Under a limit below its `leastLimit` nothing is answered. */
  readonly minimum: PricedPortfolio;
  readonly #gap: number;
  /** Where prices aim, as a share of the limit. */
  readonly #aim: number;
  #loosest: LimitChoice | undefined;
  /** What a portfolio is priced at, for each unit of its CVaR on the scenarios it is chosen on. */
  #ratio: number;

  /** @param samples of which the optimiser has the scenarios */
  constructor(optimizer: Optimizer, samples: Samples, alpha: number) {
    this.#optimizer = optimizer;
    this.#price = createPricing(samples, alpha);
    this.#aim = samples.pricing === undefined ? 1 : 1 - NEAR_ENOUGH / 2;
    const { portfolio, gap } = optimizer.minimum();
    this.minimum = this.#price(portfolio.weights);
    this.#gap = gap;
    this.#ratio = ratioOf(this.minimum, portfolio);
  }

  /** The highest expected return that the constraints allow. Limits from its `leastLimit` on change nothing. */
  loosest(): LimitChoice {
    if (this.#loosest === undefined) {
      const solution = this.#optimizer.best(Infinity);
      if (solution.status === 'infeasible') throw new Error('no limit was said to be exceeded');
      this.#loosest = { status: 'optimal', portfolio: this.#price(solution.best.weights), gap: solution.gap };
    }
    return this.#loosest;
  }

  /**
   * The highest expected return, or the least risky portfolio where the limit is below its own.
   * @throws Error when the limit is not a number
   */
  choose(limit = Infinity): LimitChoice {
    if (Number.isNaN(limit)) throw new Error(`expected a limit, got ${limit}`);
    if (!isKept(this.minimum.leastLimit, limit)) {
      return { status: 'infeasible', portfolio: this.minimum, gap: this.#gap };
    }
    if (isKept(this.loosest().portfolio.leastLimit, limit)) return this.loosest();
    let asked = (this.#aim * limit) / this.#ratio;
    let kept: LimitChoice | undefined;
    let broken: PricedPortfolio | undefined;
    for (let correction = 0; correction <= MOST_CORRECTIONS; correction += 1) {
      const solution = this.#optimizer.best(asked);
      if (solution.status === 'infeasible') break;
      const { best, gap } = solution;
      const priced = this.#price(best.weights);
      if (isKept(priced.leastLimit, limit)) {
        kept = { status: 'optimal', portfolio: priced, gap };
        if (priced.leastLimit >= limit * (1 - NEAR_ENOUGH)) return kept;
      } else {
        broken = priced;
      }
      this.#ratio = ratioOf(priced, best);
      asked = (this.#aim * limit) / this.#ratio;
    }
    return kept ?? { status: 'optimal', portfolio: this.#mixed(broken ?? this.minimum, limit), gap: this.#gap };
  }

  /** As much of a portfolio that breaks the limit as fits beside the least risky one. */
  #mixed(broken: PricedPortfolio, limit: number): PricedPortfolio {
    let [share, mixed] = [1, this.minimum];
    for (let step = 0.5; step > 1e-4; step /= 2) {
      share -= step;
      const tried = this.#price(
        broken.weights.map((weight, j) => share * weight + (1 - share) * this.minimum.weights[j]!),
      );
      if (!isKept(tried.leastLimit, limit)) continue;
      mixed = tried;
      share += step;
    }
    return mixed;
  }
}

const ratioOf = (priced: PricedPortfolio, chosen: Portfolio): number =>
  priced.leastLimit > 0 && chosen.cvar > 0 ? priced.leastLimit / chosen.cvar : 1;
