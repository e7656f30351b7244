// Pure: minimum CVaR, then the best mean return under a limit, on one persistent model.
import type { Highs } from 'highs';
import type { Bounds, Matrix, Portfolio, Solution } from '../types.ts';
import { checkBounds } from './bounds.ts';
import { Cuts, mildestOfTail } from './cuts.ts';
import { loadHighs } from './highs.ts';
import { Master } from './master.ts';
import { meanReturns, portfolioOf, reachOf } from './portfolio.ts';
import { limitTolerance, type Problem, precision } from './problem.ts';
import { type Goal, type Point, Search } from './search.ts';
import { verify } from './verify.ts';

/** The optimiser on one set of scenarios, warm from one limit to the next. */
export interface Optimizer {
  /**
   * The highest mean return with a CVaR of at most `lossLimit`, or the least risky portfolio when that
   * one exceeds it; verified. Of the portfolios within 1e-9 of the best mean: the one with the lowest CVaR.
   */
  best(lossLimit: number): Solution;
  minimum(): Minimum;
  /** Frees the model's WebAssembly memory, which nothing else does. */
  close(): void;
}

/** The least risky portfolio there is. */
export interface Minimum {
  readonly portfolio: Portfolio;
  /** No other portfolio's CVaR is lower by more: certified. */
  readonly gap: number;
}

/** Ties in the mean return are broken by the CVaR among portfolios this close to the best. */
const tieWidth = 1e-9;

/**
 * How many scenarios each cut adds to the band (see `mildestOfTail`). Measured from 10,000 × 12 to 10,000 × 500 and
 * 1,000,000 × 12: 10 to 50 take about the same time. None, Kelley's cuts alone, takes six times as long with
 * 500 assets; the whole tail, the restricted program, seventy times as long with 100,000 scenarios.
 */
const bandWidth = 25;

/**
 * @throws UserError when no weights meet `bounds`
 * @throws Error when a return is not finite or `alpha` not between 0 and 1
 */
export async function openOptimizer(
  scenarios: Matrix,
  alpha: number,
  bounds: Bounds,
  highs?: Highs,
  width = bandWidth,
): Promise<Optimizer> {
  if (!(alpha > 0 && alpha < 1)) throw new Error(`expected alpha between 0 and 1, got ${alpha}`);
  const allowed = checkBounds(scenarios.cols, bounds);
  const reach = reachOf(scenarios);
  const master = new Master(highs ?? (await loadHighs()), meanReturns(scenarios), allowed, reach);
  const search = new Search(
    scenarios,
    alpha,
    allowed,
    master,
    new Cuts(scenarios, alpha, mildestOfTail(width), master),
  );
  return new WarmOptimizer(scenarios, alpha, bounds, master, search);
}

/**
 * One problem, one answer; infeasible is one too.
 * @throws UserError when no weights meet the bounds
 */
export async function optimize({ scenarios, limit, bounds }: Problem, highs?: Highs): Promise<Solution> {
  const optimizer = await openOptimizer(scenarios, limit.alpha, bounds, highs);
  try {
    return optimizer.best(limit.lossLimit);
  } finally {
    optimizer.close();
  }
}

class WarmOptimizer implements Optimizer {
  readonly #scenarios: Matrix;
  readonly #alpha: number;
  readonly #bounds: Bounds;
  readonly #master: Master;
  readonly #search: Search;
  #minimum: (Minimum & { readonly point: Point }) | undefined;

  constructor(scenarios: Matrix, alpha: number, bounds: Bounds, master: Master, search: Search) {
    this.#scenarios = scenarios;
    this.#alpha = alpha;
    this.#bounds = bounds;
    this.#master = master;
    this.#search = search;
  }

  minimum(): Minimum & { readonly point: Point } {
    if (this.#minimum === undefined) {
      const { cols } = this.#scenarios;
      const equal = this.#search.start(new Float64Array(cols).fill(1 / cols));
      this.#master.minimiseRisk();
      const { point, bound } = this.#search.run(equal, leastRisk);
      const portfolio = this.#portfolio(point);
      this.#minimum = { point, portfolio, gap: Math.max(0, portfolio.cvar - bound) };
    }
    return this.#minimum;
  }

  best(lossLimit: number): Solution {
    const { point, portfolio: minimum, gap } = this.minimum();
    const problem = { limit: { lossLimit, alpha: this.#alpha }, bounds: this.#bounds };
    const room = precision * this.#master.unit;
    if (minimum.cvar + 2 * room > lossLimit + limitTolerance) {
      return verify(this.#scenarios, problem, { status: 'infeasible', minimum, gap });
    }
    // A limit at the minimum, or below it within the tolerance, allows the minimum's risk and a hair more:
    // HiGHS finds a program that is not empty only in its last digit empty.
    const limit = Math.max(lossLimit, minimum.cvar + room);
    this.#search.forgetSlack();
    this.#master.maximiseReturn(limit);
    const highest = this.#search.run(point, { value: ({ mean }) => -mean, limit });
    this.#master.minimiseRisk(highest.point.mean - tieWidth);
    const best = this.#portfolio(this.#search.run(highest.point, leastRisk).point);
    const returnGap = Math.max(0, -highest.bound - best.expectedReturn);
    return verify(this.#scenarios, problem, { status: 'optimal', best, minimum, gap: returnGap });
  }

  close(): void {
    this.#master.close();
  }

  #portfolio({ weights }: Point): Portfolio {
    return portfolioOf(this.#scenarios, this.#alpha, weights);
  }
}

const leastRisk: Goal = { value: ({ cvar }) => cvar, limit: Infinity };
