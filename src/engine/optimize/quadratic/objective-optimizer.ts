import type { LinearRow } from '../../constraints/polytope.ts';
import type { Portfolio, Solution } from '../../types.ts';
import type { KnownMinimum, Minimum, Optimizer } from '../answer.ts';
import { scenariosBehind } from '../behind.ts';
import { openOptimizer } from '../optimizer.ts';
import { measurePortfolio, netOf } from '../portfolio.ts';
import { GAP_TOLERANCE, isKept, type RiskProblem, withoutIdleParts } from '../problem.ts';
import { Verifier } from '../verify.ts';
import { CvarLimit, type ConvexLimit, TurnoverLimit } from './limits.ts';
import type { Objective } from './objective.ts';
import { minimise } from './solve.ts';
import { openSolver, type QuadraticSolver } from './solver.ts';

/** A problem without sparsity. */
export type ConvexProblem = RiskProblem & { readonly sparsity?: never };

/**
 * Optimises an objective of its own, and no expected return, under limits on the CVaR.
 * @throws as `openOptimizer`
 */
export async function openObjectiveOptimizer(
  objective: Objective,
  asked: ConvexProblem,
  minimum?: KnownMinimum,
): Promise<ObjectiveOptimizer> {
  const { sparsity: _, ...problem } = withoutIdleParts(asked);
  const solver = await openSolver();
  let leastRisky: Optimizer | undefined;
  try {
    leastRisky = await openOptimizer(asked, { minimum });
    return new ObjectiveOptimizer(objective, problem, leastRisky, solver);
  } catch (error) {
    leastRisky?.close();
    solver.close();
    throw error;
  }
}

export class ObjectiveOptimizer implements Optimizer {
  readonly isConvex = true;
  readonly #objective: Objective;
  readonly #problem: ConvexProblem;
  readonly #leastRisky: Optimizer;
  readonly #solver: QuadraticSolver;
  readonly #verifier: Verifier;
  readonly #minimum: Minimum;
  /** What else than the CVaR is limited. */
  readonly #limits: readonly ConvexLimit[];
  /** Of these. */
  readonly #cuts: LinearRow[] = [];
  /** Of the CVaR, from one limit to the next. */
  #slopes: Float64Array[] = [];
  #loosest: Portfolio | undefined;

  constructor(objective: Objective, problem: ConvexProblem, leastRisky: Optimizer, solver: QuadraticSolver) {
    const { scenarios, alpha, trading, behind } = problem;
    this.#objective = objective;
    this.#problem = problem;
    this.#leastRisky = leastRisky;
    this.#solver = solver;
    this.#minimum = leastRisky.minimum();
    this.#verifier = new Verifier(problem, Math.max(GAP_TOLERANCE, this.#minimum.gap));
    this.#limits = [
      ...(trading === undefined ? [] : [new TurnoverLimit(trading)]),
      ...(behind === undefined
        ? []
        : [new CvarLimit(scenariosBehind(scenarios, behind).scenarios, alpha, behind.limit)]),
    ];
  }

  minimum(): Minimum {
    return this.#minimum;
  }

  /**
   * The portfolio with the best value and a CVaR of at most `lossLimit`, verified.
   * @throws Error when none is found
   */
  best(lossLimit: number): Solution {
    const { portfolio: minimum, gap } = this.#minimum;
    const best = this.loosest();
    if (isKept(best.cvar, lossLimit)) return { status: 'optimal', best, minimum, gap: 0 };
    if (minimum.cvar > lossLimit) return { status: 'infeasible', minimum, gap };
    const { scenarios, alpha } = this.#problem;
    const found = this.#solve(lossLimit, new CvarLimit(scenarios, alpha, lossLimit, this.#slopes));
    return { status: 'optimal', best: found, minimum, gap: 0 };
  }

  /** The portfolio with the best value, whatever its CVaR. */
  loosest(): Portfolio {
    this.#loosest ??= this.#solve();
    return this.#loosest;
  }

  /** Forgets the limits before, so that the answers are those of a new one. */
  restart(): void {
    this.#slopes = [];
  }

  #solve(lossLimit = Infinity, limit?: CvarLimit): Portfolio {
    const { scenarios, alpha, trading, feasible } = this.#problem;
    const inside = Float64Array.from(this.#minimum.portfolio.weights);
    const question = {
      objective: this.#objective,
      feasible,
      limits: limit === undefined ? this.#limits : [...this.#limits, limit],
      inside,
      cuts: limit === undefined ? this.#cuts : [...this.#cuts, ...limit.rows],
    };
    const weights = minimise(question, (program) => this.#solver.solve(program)) ?? inside;
    const best = netOf(measurePortfolio(scenarios, alpha, weights), trading);
    const { portfolio: minimum } = this.#minimum;
    this.#verifier.verify({ status: 'optimal', best, minimum, gap: 0 }, lossLimit);
    return best;
  }

  close(): void {
    this.#leastRisky.close();
    this.#solver.close();
  }
}
