import type { Highs } from 'highs';
import type { Polytope } from '../constraints/polytope.ts';
import type { Matrix, Solution } from '../types.ts';
import type { KnownMinimum, Optimizer } from './answer.ts';
import { reachableLimit, scenariosBehind, startsWithin } from './behind.ts';
import { ScenarioColumns } from './columns.ts';
import { Evaluator } from './evaluator.ts';
import { borrowHighs, returnHighs } from './highs.ts';
import { unitOf } from './master-parts.ts';
import { PRECISION, type ReturnProblem, type RiskProblem, withoutIdleParts } from './problem.ts';
import { Relaxation } from './relaxation.ts';
import { SparseOptimizer } from './sparse-optimizer.ts';
import { startingWeights } from './starting-weights.ts';
import { WarmOptimizer } from './warm-optimizer.ts';

export type { KnownMinimum, Minimum, Optimizer } from './answer.ts';

export interface OptimizerOptions {
  /** Absent: one that is borrowed until `close`. */
  readonly highs?: Highs | undefined;
  /**
   * How many scenarios on either side of the value-at-risk a cut makes explicit near the optimum (see `Cuts`). Measured
   * from 5,000 × 12 to 10,000 × 500: 15 to 30 take about the same time.
   */
  readonly cutWidth?: number;
  /** The gap at which a search ends, for returns near 1. Answers promise a gap a hundred times as wide. */
  readonly precision?: number;
  /**
   * The most linear programs of one search for portfolios of few assets, which ends there with the best so far and its
   * gap. No clock, so that the same answer comes on every machine.
   */
  readonly mostSolves?: number;
  /** What `minimum` has found before for the same problem; absent: it is searched for. */
  readonly minimum?: KnownMinimum | undefined;
}

/**
 * @throws UserError when no weights meet the constraints
 * @throws Error when a return is not finite, `alpha` is not between 0 and 1, or the number of assets differs
 */
export async function openOptimizer(asked: RiskProblem, options: OptimizerOptions = {}): Promise<Optimizer> {
  const problem = withoutIdleParts(asked);
  const { scenarios, alpha, feasible, trading } = problem;
  if (!(alpha > 0 && alpha < 1)) throw new Error(`expected alpha between 0 and 1, got ${alpha}`);
  const { length: assets } = feasible.lower;
  if (assets !== scenarios.cols) throw new Error(`constraints of ${assets} assets, scenarios of ${scenarios.cols}`);
  if (trading !== undefined && trading.held.length !== assets) {
    throw new Error(`holdings of ${trading.held.length} assets, scenarios of ${assets}`);
  }
  const columns = new ScenarioColumns(scenarios);
  const {
    highs = await borrowHighs(),
    cutWidth = 20,
    precision = PRECISION,
    mostSolves = mostSolvesFor(scenarios),
    minimum,
  } = options;
  const onClose = options.highs === undefined ? () => returnHighs(highs) : undefined;
  const setup: Setup = { highs, columns, cutWidth, precision, mostSolves, minimum, onClose };
  const start = startingWeights(feasible, highs, problem);
  return openFrom(start, problem, setup);
}

/** By the size of the scenarios, so that a search takes seconds at most. */
const mostSolvesFor = ({ rows, cols }: Matrix): number => Math.ceil(4000 / Math.max(1, (rows * cols) / 1e5));

interface Setup extends Required<Omit<OptimizerOptions, 'highs' | 'minimum'>> {
  readonly highs: Highs;
  readonly columns: ScenarioColumns;
  readonly minimum: KnownMinimum | undefined;
  readonly onClose: (() => void) | undefined;
}

/** @param start (n) feasible weights, of any number of assets, which need not keep the limit against the benchmark */
function openFrom(start: Float64Array, asked: RiskProblem, setup: Setup): Optimizer {
  const { highs, columns, cutWidth: halfWidth, precision, mostSolves, minimum, onClose } = setup;
  const { sparsity, ...others } = asked;
  const behind = others.behind && scenariosBehind(others.scenarios, others.behind);
  const { problem, weights } = keepingUp(start, others, behind?.scenarios, setup);
  const evaluator = new Evaluator(columns, problem);
  const relaxation = new Relaxation({ highs, problem, columns, behind, halfWidth });
  const options = { start: weights, evaluator, relaxation, precision, minimum, onClose };
  try {
    if (sparsity === undefined) return new WarmOptimizer({ ...options, problem });
    const part = { ...setup, minimum: undefined, onClose: undefined };
    const open = (feasible: Polytope, from: Float64Array): Optimizer => openFrom(from, { ...problem, feasible }, part);
    const seed = (): Float64Array =>
      behind === undefined
        ? startingWeights(asked.feasible, highs, asked)
        : closest(start, asked, behind.scenarios, setup).weights;
    return new SparseOptimizer({ ...options, problem: { ...problem, sparsity }, sparsity, seed, mostSolves, open });
  } catch (error) {
    relaxation.close();
    throw error;
  }
}

/**
 * Weights that keep the limit against the benchmark: those that fall behind it least, unless the ones given do.
 * @param differences (M, n)
 * @throws UserError when no weights keep it
 */
function keepingUp(start: Float64Array, problem: RiskProblem, differences: Matrix | undefined, setup: Setup): KeepingUp {
  const { behind } = problem;
  if (behind === undefined || differences === undefined) return { problem, weights: start };
  const { columns, minimum } = setup;
  const weights = minimum === undefined ? start : Float64Array.from(minimum.weights);
  const reached = new Evaluator(columns, problem).evaluate(weights).behind!.tail.cvar;
  if (startsWithin(reached, behind, unitOf(columns.largest))) return { problem, weights };
  return closest(start, problem, differences, setup);
}

interface KeepingUp {
  /** Its limit is raised where no program could tell it from the smallest that can be kept. */
  readonly problem: RiskProblem;
  /** (n) */
  readonly weights: Float64Array;
}

/** Weights with the smallest CVaR of falling behind the benchmark. @throws UserError when it exceeds the limit */
function closest(start: Float64Array, problem: RiskProblem, differences: Matrix, setup: Setup): KeepingUp {
  const { behind, ...rest } = problem;
  const columns = new ScenarioColumns(differences);
  const part = { ...setup, columns, minimum: undefined, onClose: undefined };
  const optimizer = openFrom(start, { ...rest, scenarios: differences }, part);
  try {
    const { portfolio } = optimizer.minimum();
    const limit = reachableLimit(portfolio.cvar, behind!, unitOf(setup.columns.largest));
    return { problem: { ...problem, behind: limit }, weights: Float64Array.from(portfolio.weights) };
  } finally {
    optimizer.close();
  }
}

/**
 * Solves one problem. Infeasible is a result, not an error.
 * @throws UserError when no weights meet the constraints
 */
export async function optimize({ lossLimit, ...problem }: ReturnProblem, highs?: Highs): Promise<Solution> {
  const optimizer = await openOptimizer(problem, { highs });
  try {
    return optimizer.best(lossLimit);
  } finally {
    optimizer.close();
  }
}
