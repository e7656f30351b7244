import type { Highs, ModelData } from 'highs';
import { isFeasible, type Polytope } from '../constraints/polytope.ts';
import { constraintError } from '../constraints/problem.ts';
import { UserError } from '../../errors.ts';
import { borrowHighs, returnHighs } from './highs.ts';
import { SOLVER_OPTIONS } from './program.ts';

/** Far below the solver's tolerance: weights that break a row by more are left to the solver to judge. */
const NEGLIGIBLE = 1e-12;

/**
 * Feasible weights (n): equal ones if they are allowed, otherwise those that a linear program finds.
 * @throws UserError (`constraints.contradict`) when there are no feasible weights
 */
export function startingWeights(feasible: Polytope, highs: Highs): Float64Array {
  const assets = feasible.lower.length;
  const equal = new Float64Array(assets).fill(1 / assets);
  if (isFeasible(feasible, equal, NEGLIGIBLE)) return equal;
  return highs.withModel(programOf(feasible), (model) => {
    model.options.set({ ...SOLVER_OPTIONS, presolve: 'on' });
    model.run();
    const status = model.getModelStatus();
    if (status === highs.constants.modelStatus.optimal) return model.getSolution().colValue.slice();
    if (status === highs.constants.modelStatus.infeasible) {
      throw constraintError({ code: 'constraints.contradict', data: { assets } });
    }
    throw new Error(`HiGHS stopped with model status ${status} before it found weights to start from`);
  });
}

/**
 * Checks constraints before anything is computed for them.
 * @throws UserError (`constraints.contradict`) when no weights meet them
 */
export async function assertFeasible(feasible: Polytope): Promise<void> {
  // Bounds without rows were already checked by `feasibleSet`.
  if (feasible.rows.length === 0) return;
  const highs = await borrowHighs();
  try {
    startingWeights(feasible, highs);
    returnHighs(highs);
  } catch (error) {
    // HiGHS has not failed where it finds that there are none.
    if (error instanceof UserError) returnHighs(highs);
    throw error;
  }
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
