import type { Highs } from 'highs';
import type { Portfolio } from '../types.ts';
import { evenWeights } from '../equal-weights.ts';
import type { Optimal, Optimizer } from './answer.ts';
import { openOptimizer } from './optimizer.ts';
import { measurePortfolio, netOf } from './portfolio.ts';
import { LIMIT_TOLERANCE, type RiskProblem } from './problem.ts';

export interface FrontierProblem extends RiskProblem {
  /** The number of portfolios, both ends included; at least 2. */
  readonly points: number;
}

export interface Frontier {
  /**
   * From the smallest CVaR to the highest expected return, both strictly increasing, at limits spaced evenly in CVaR.
   * There are fewer points than requested if limits would be closer than the tolerance.
   */
  readonly points: readonly Portfolio[];
  /** A portfolio with the smallest CVaR. If there are several, the first point is the one with the highest return. */
  readonly minimum: Portfolio;
  /** A certified bound on how much lower another portfolio's CVaR can be. */
  readonly minimumGap: number;
  /** A reference that needs no model. */
  readonly equalWeight: Portfolio;
  /** A certified bound on how much higher the expected return of another portfolio under a point's limit can be. */
  readonly gap: number;
}

/**
 * The efficient frontier: the highest expected return for every reachable CVaR. Each point is verified.
 * @throws UserError when no weights meet the constraints; Error when a point fails its verification
 */
export async function frontier({ points, ...problem }: FrontierProblem, highs?: Highs): Promise<Frontier> {
  const { scenarios, alpha, feasible, trading } = problem;
  const equal = evenWeights(Array.from(feasible.upper, (most) => most > 0));
  if (!(points >= 2)) throw new Error(`expected at least 2 points, got ${points}`);
  const optimizer = await openOptimizer(problem, { highs });
  try {
    const { portfolio: minimum, gap: minimumGap } = optimizer.minimum();
    const loosest = bestUnder(Infinity, optimizer);
    const limits = limitsBetween(minimum.cvar, loosest.best.cvar, points);
    // Downwards takes a third less time, because few assets are held at the loose end.
    const solutions = [loosest, ...limits.map((limit) => bestUnder(limit, optimizer))];
    return {
      points: rising(solutions.map(({ best }) => best)),
      minimum,
      minimumGap,
      equalWeight: netOf(measurePortfolio(scenarios, alpha, equal), trading),
      gap: Math.max(...solutions.map(({ gap }) => gap)),
    };
  } finally {
    optimizer.close();
  }
}

/** Limits from below `highest` down to `lowest`, in even steps that are never finer than the tolerance. */
function limitsBetween(lowest: number, highest: number, points: number): number[] {
  const steps = Math.min(points - 1, Math.floor((highest - lowest) / LIMIT_TOLERANCE));
  return Array.from({ length: steps }, (_, at) => lowest + ((highest - lowest) * (steps - 1 - at)) / steps);
}

/** @param lossLimit at least the smallest CVaR */
function bestUnder(lossLimit: number, optimizer: Optimizer): Optimal {
  const solution = optimizer.best(lossLimit);
  if (solution.status === 'optimal') return solution;
  throw new Error(`the minimum CVaR ${solution.minimum.cvar} was said to exceed the limit ${lossLimit}`);
}

/** Reverses portfolios of falling CVaR, and drops those that do not rise strictly because of rounding. */
function rising(falling: readonly Portfolio[]): Portfolio[] {
  const kept: Portfolio[] = [];
  for (const portfolio of falling) {
    const [next] = kept;
    const rises = next === undefined || (portfolio.cvar < next.cvar && portfolio.expectedReturn < next.expectedReturn);
    if (rises) kept.unshift(portfolio);
  }
  return kept;
}
