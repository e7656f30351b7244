import type { Highs, Model, ModelData } from 'highs';
import { isFeasible, type Polytope } from '../constraints/polytope.ts';
import { constraintError, isConstraintError } from '../constraints/problem.ts';
import { borrowHighs, returnHighs } from './highs.ts';
import { addTradingRows, mostBought } from './master-rows.ts';
import type { RiskProblem, Sparsity, Trading } from './problem.ts';
import { SOLVER_OPTIONS } from './program.ts';
import { turnoverOf } from './trading.ts';

/** What else the weights must meet. */
type Parts = Pick<RiskProblem, 'trading' | 'sparsity'>;

/** Far below the solver's tolerance: weights that break a row by more are left to the solver to judge. */
const NEGLIGIBLE = 1e-12;

/**
 * Feasible weights (n): equal ones if they are allowed and can be reached, otherwise those that a linear program finds,
 * mixed-integer where few assets are asked for.
 * @throws UserError (`constraints.contradict`, or `constraints.turnover-too-low` with the turnover that is `enough`) when
 *   there are no feasible weights
 */
export function startingWeights(feasible: Polytope, highs: Highs, parts: Parts = {}): Float64Array {
  const { trading, sparsity } = parts;
  const assets = feasible.lower.length;
  const equal = new Float64Array(assets).fill(1 / assets);
  const isTradable = trading === undefined || turnoverOf(equal, trading.held) <= trading.mostTurnover;
  const isSparse = sparsity === undefined || (assets <= sparsity.most && 1 / assets >= sparsity.least);
  if (isTradable && isSparse && isFeasible(feasible, equal, NEGLIGIBLE)) return equal;
  return highs.withModel(programOf(feasible), (model) => {
    addParts(model, feasible, parts, highs);
    model.run();
    const status = model.getModelStatus();
    if (status === highs.constants.modelStatus.optimal) {
      const { colValue } = model.getSolution();
      if (sparsity === undefined) return colValue.slice(0, assets);
      const isHeld = colValue.subarray(-assets);
      return colValue.slice(0, assets).map((weight, at) => (isHeld[at]! < 0.5 ? 0 : Math.max(weight, sparsity.least)));
    }
    if (status === highs.constants.modelStatus.infeasible) {
      const enough = trading && leastTurnover(feasible, highs, { ...parts, trading });
      throw enough === undefined
        ? constraintError('constraints.contradict')
        : constraintError('constraints.turnover-too-low', { enough });
    }
    throw new Error(`HiGHS stopped with model status ${status} before it found weights to start from`);
  });
}

/** How much must be bought to meet the rest; undefined when that is impossible whatever is traded. */
function leastTurnover(feasible: Polytope, highs: Highs, parts: Parts & { readonly trading: Trading }) {
  const { length: assets } = feasible.lower;
  const { held } = parts.trading;
  return highs.withModel(programOf(feasible), (model) => {
    addParts(model, feasible, { ...parts, trading: { ...parts.trading, mostTurnover: Infinity } }, highs);
    model.changeColsCost({ kind: 'range', from: assets, to: 2 * assets - 1 }, new Float64Array(assets).fill(1));
    model.run();
    if (model.getModelStatus() !== highs.constants.modelStatus.optimal) return undefined;
    return turnoverOf(model.getSolution().colValue.subarray(0, assets), held);
  });
}

function addParts(model: Model, { upper }: Polytope, { trading, sparsity }: Parts, highs: Highs): void {
  model.options.set({ ...SOLVER_OPTIONS, presolve: 'on' });
  if (trading !== undefined) {
    model.addVars(new Float64Array(upper.length), mostBought(trading, upper));
    addTradingRows(model, trading, upper, upper.length);
  }
  if (sparsity !== undefined) addSparsity(model, sparsity, upper, highs);
}

/**
 * Checks constraints before anything is computed for them.
 * @throws UserError (`constraints.contradict`) when no weights meet them
 */
export async function assertFeasible(feasible: Polytope, parts: Parts = {}): Promise<void> {
  // Bounds without rows were already checked by `feasibleSet`.
  if (feasible.rows.length === 0 && parts.trading === undefined && parts.sparsity === undefined) return;
  const highs = await borrowHighs();
  try {
    startingWeights(feasible, highs, parts);
    returnHighs(highs);
  } catch (error) {
    // HiGHS has not failed where it finds that there are none.
    if (isConstraintError(error)) returnHighs(highs);
    throw error;
  }
}

/**
 * Adds a binary column y_j for each asset, last of all columns: least y_j ≤ w_j ≤ upper_j y_j and Σ y ≤ most.
 * Only this program is mixed-integer. Others branch themselves, so that their bounds are certified (`SparseSearch`).
 */
function addSparsity(model: Model, { most, least }: Sparsity, upper: Float64Array, { constants }: Highs): void {
  const [assets, first] = [upper.length, model.raw.getDimensions().numCols];
  model.options.set({ solver: 'choose', mip_feasibility_tolerance: 1e-10 });
  model.addVars(new Float64Array(assets), new Float64Array(assets).fill(1));
  upper.forEach((bound, at) => {
    model.changeColIntegrality(first + at, constants.variableType.integer);
    model.addRow(-Infinity, 0, { indices: [at, first + at], values: [1, -bound] });
    if (least > 0) model.addRow(0, Infinity, { indices: [at, first + at], values: [1, -least] });
  });
  const indices = Int32Array.from(upper, (_, at) => first + at);
  model.addRow(0, most, { indices, values: new Float64Array(assets).fill(1) });
}

/** min 0 over the polytope. */
function programOf({ lower, upper, rows }: Polytope): ModelData {
  const assets = lower.length;
  const all = [{ lower: 1, upper: 1, coefficients: new Float64Array(assets).fill(1) }, ...rows];
  return {
    numCols: assets,
    numRows: all.length,
    colCost: new Float64Array(assets),
    colLower: lower,
    colUpper: upper,
    rowLower: all.map((row) => row.lower),
    rowUpper: all.map((row) => row.upper),
    matrix: {
      format: 'csr',
      numRows: all.length,
      numCols: assets,
      starts: Array.from({ length: all.length + 1 }, (_, row) => row * assets),
      indices: all.flatMap(() => [...lower.keys()]),
      values: all.flatMap(({ coefficients }) => Array.from(coefficients)),
    },
  };
}
