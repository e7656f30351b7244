import type { Highs } from 'highs';
import type { Portfolio, Solution } from '../types.ts';
import { FrontierTracer } from './frontier-tracer.ts';
import { loadHighs } from './highs.ts';
import { openOptimizer, type Optimizer } from './optimizer.ts';
import { measurePortfolio } from './portfolio.ts';
import { LIMIT_TOLERANCE, PRECISION, type RiskProblem } from './problem.ts';
import { certifiedGap } from './safe-bound.ts';
import { verify } from './verify.ts';

export interface FrontierProblem extends RiskProblem {
  /** How many portfolios, both ends included; from 2. */
  readonly points: number;
}

export interface Frontier {
  /**
   * From the smallest CVaR to the highest expected return, both strictly increasing, at limits spaced evenly
   * in CVaR. Fewer than asked for where limits would be closer to each other than they can be kept.
   */
  readonly points: readonly Portfolio[];
  /** The least risky portfolio; of several, any: the first point then has the highest return of them. */
  readonly minimum: Portfolio;
  /** The reference that needs no model. */
  readonly equalWeight: Portfolio;
  /** No other portfolio that keeps a point's limit has an expected return higher by more: certified. */
  readonly gap: number;
}

type Optimal = Extract<Solution, { status: 'optimal' }>;

/**
 * The efficient frontier: the highest expected return for every CVaR that can be had, each point verified.
 * @throws UserError when no weights meet the constraints; Error when a point fails its verification
 */
export async function frontier({ points, ...problem }: FrontierProblem, highs?: Highs): Promise<Frontier> {
  const { scenarios, alpha } = problem;
  if (!(points >= 2)) throw new Error(`expected at least 2 points, got ${points}`);
  const solver = highs ?? (await loadHighs());
  const optimizer = await openOptimizer(problem, { highs: solver });
  try {
    const { portfolio: minimum } = optimizer.minimum();
    const loosest = bestUnder(Infinity, optimizer);
    const limits = limitsBetween(minimum.cvar, loosest.best.cvar, points);
    const solutions = [loosest, ...traceDown(problem, limits, loosest.best, optimizer, solver)];
    return {
      points: rising(solutions.map(({ best }) => best)),
      minimum,
      equalWeight: measurePortfolio(scenarios, alpha, new Float64Array(scenarios.cols).fill(1 / scenarios.cols)),
      gap: Math.max(...solutions.map(({ gap }) => gap)),
    };
  } finally {
    optimizer.close();
  }
}

/** Below `highest` down to `lowest`, in even steps that are never finer than a limit can be kept. */
function limitsBetween(lowest: number, highest: number, points: number): number[] {
  const steps = Math.min(points - 1, Math.floor((highest - lowest) / LIMIT_TOLERANCE));
  return Array.from({ length: steps }, (_, at) => lowest + ((highest - lowest) * (steps - 1 - at)) / steps);
}

/**
 * The best portfolios under falling limits, of which the last is the smallest CVaR. Downwards, because
 * few assets are held at the loose end, which takes a third less time. Ties need no second program: the
 * loosest portfolio is the calmest of those with the highest return, and below it the frontier rises strictly.
 */
function traceDown(
  problem: RiskProblem,
  limits: readonly number[],
  loosest: Portfolio,
  optimizer: Optimizer,
  highs: Highs,
): Optimal[] {
  const { portfolio: minimum } = optimizer.minimum();
  const tracer = new FrontierTracer(problem, highs, loosest.weights);
  try {
    return limits.map((lossLimit) => {
      // Near the minimum portfolios change fast with their limit, and there is no need to search for this one.
      if (lossLimit <= minimum.cvar) tracer.restartAt(minimum.weights);
      // HiGHS finds a program that is not empty only in its last digit empty.
      const found = tracer.bestUnder(Math.max(lossLimit, minimum.cvar + PRECISION));
      if (found === undefined) return bestUnder(lossLimit, optimizer);
      const best = measurePortfolio(problem.scenarios, problem.alpha, found.candidate.weights);
      const gap = certifiedGap(-best.expectedReturn, found.bound);
      const solution: Optimal = { status: 'optimal', best, minimum, gap };
      verify({ ...problem, lossLimit }, solution);
      return solution;
    });
  } finally {
    tracer.close();
  }
}

/** @param lossLimit not below the smallest CVaR */
function bestUnder(lossLimit: number, optimizer: Optimizer): Optimal {
  const solution = optimizer.best(lossLimit);
  if (solution.status === 'optimal') return solution;
  throw new Error(`the minimum CVaR ${solution.minimum.cvar} was said to exceed the limit ${lossLimit}`);
}

/** Portfolios of falling CVaR turned around, without those that rounding keeps from rising. */
function rising(falling: readonly Portfolio[]): Portfolio[] {
  const kept: Portfolio[] = [];
  for (const portfolio of falling) {
    const [next] = kept;
    const rises = next === undefined || (portfolio.cvar < next.cvar && portfolio.expectedReturn < next.expectedReturn);
    if (rises) kept.unshift(portfolio);
  }
  return kept;
}
