import type { Highs } from 'highs';
import type { Polytope } from '../constraints/polytope.ts';
import type { Matrix, Portfolio, Solution } from '../types.ts';
import type { KnownMinimum, Optimizer } from './answer.ts';
import { reachableLimit, scenariosBehind, startsWithin } from './behind.ts';
import { ScenarioColumns } from './columns.ts';
import { DenseProgram } from './dense-program.ts';
import { Evaluator } from './evaluator.ts';
import { borrowHighs, returnHighs } from './highs.ts';
import { unitOf } from './master-parts.ts';
import { LIMIT_TOLERANCE, PRECISION, type ReturnProblem, type RiskProblem, withoutIdleParts } from './problem.ts';
import { type NewProgram, Program } from './program.ts';
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
  const start = startingWeights(feasible, highs, trading === undefined ? {} : { trading });
  return openFrom(start, problem, setup);
}

/** By the size of the scenarios, so that a search takes seconds at most. */
const mostSolvesFor = ({ rows, cols }: Matrix): number => Math.ceil(2000 / Math.max(1, (rows * cols) / 1e5));

interface Setup extends Required<Omit<OptimizerOptions, 'highs' | 'minimum'>> {
  readonly highs: Highs;
  readonly columns: ScenarioColumns;
  readonly minimum: KnownMinimum | undefined;
  readonly onClose: (() => void) | undefined;
}

/** @param start (n) feasible weights, of any number of assets, which need not keep the limit against the benchmark */
function openFrom(start: Float64Array, asked: RiskProblem, setup: Setup): Optimizer {
  const { highs, columns, cutWidth: halfWidth, precision, mostSolves, minimum, onClose } = setup;
  const { sparsity } = asked;
  const behind = asked.behind && scenariosBehind(asked.scenarios, asked.behind);
  const { problem, weights } = keepingUp(start, asked, behind?.scenarios, setup);
  const evaluator = new Evaluator(columns, problem);
  // Branch and bound solves hundreds of small programs.
  const newProgram: NewProgram = (isSound) =>
    sparsity === undefined ? new Program(highs, isSound) : new DenseProgram(isSound);
  const relaxation = new Relaxation({ newProgram, problem, columns, behind, halfWidth });
  const options = { start: weights, evaluator, relaxation, precision, minimum, onClose };
  try {
    if (sparsity === undefined) return new WarmOptimizer({ ...options, problem });
    const part = { ...setup, minimum: undefined, onClose: undefined };
    const open = (feasible: Polytope, from: Float64Array): Optimizer => openFrom(from, { ...problem, feasible }, part);
    const seed = (): Float64Array => sparseWeights(start, asked, behind?.scenarios, setup);
    return new SparseOptimizer({ ...options, problem: { ...problem, sparsity }, sparsity, seed, mostSolves, open });
  } catch (error) {
    relaxation.close();
    throw error;
  }
}

interface KeepingUp {
  /** Without sparsity. Its limit is raised where no program could tell it from the smallest that can be kept. */
  readonly problem: RiskProblem;
  /** (n) They may be too many. */
  readonly weights: Float64Array;
}

/**
 * Weights that keep the limit against the benchmark: those that fall behind it least, unless the ones given do.
 * @param differences (M, n)
 * @throws UserError when no weights keep it
 */
function keepingUp(start: Float64Array, asked: RiskProblem, differences: Matrix | undefined, setup: Setup): KeepingUp {
  const { sparsity, ...problem } = asked;
  const { behind } = problem;
  if (behind === undefined || differences === undefined) return { problem, weights: start };
  const { columns, minimum } = setup;
  const unit = unitOf(columns.largest);
  const weights = minimum === undefined ? start : Float64Array.from(minimum.weights);
  const reached = new Evaluator(columns, problem).evaluate(weights).behind!.tail.cvar;
  if (startsWithin(reached, behind, unit)) return { problem, weights };
  let found = closest(start, problem, differences, setup);
  // Few assets fall further behind, and the figure in the error is theirs.
  const isHopeless = sparsity !== undefined && found.cvar > behind.limit + LIMIT_TOLERANCE;
  if (isHopeless) found = closest(start, asked, differences, setup);
  const limit = reachableLimit(found.cvar, behind, unit);
  return { problem: { ...problem, behind: limit }, weights: Float64Array.from(found.weights) };
}

/** Some weights that meet everything. @throws UserError when none do */
function sparseWeights(start: Float64Array, asked: RiskProblem, differences: Matrix | undefined, setup: Setup) {
  const { behind, feasible } = asked;
  if (behind === undefined || differences === undefined) return startingWeights(feasible, setup.highs, asked);
  const { weights, cvar } = closest(start, asked, differences, setup);
  reachableLimit(cvar, behind, unitOf(setup.columns.largest));
  return Float64Array.from(weights);
}

/** The portfolio that falls behind the benchmark least, on the differences from it (M, n). */
function closest(start: Float64Array, problem: RiskProblem, differences: Matrix, setup: Setup): Portfolio {
  const { behind: _, ...rest } = problem;
  const part = { ...setup, columns: new ScenarioColumns(differences), minimum: undefined, onClose: undefined };
  const optimizer = openFrom(start, { ...rest, scenarios: differences }, part);
  try {
    return optimizer.minimum().portfolio;
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
