import type { Highs, ModelData } from 'highs';
import type { Polytope } from '../../../src/engine/constraints/polytope.ts';
import type { Matrix } from '../../../src/engine/types.ts';

/** The whole Rockafellar–Uryasev program at once, by HiGHS: what the optimiser must agree with. */
export interface FullLp {
  minimumCvar(): number;
  /** Undefined when nothing keeps the limit. */
  highestReturn(lossLimit: number): number | undefined;
  /** The smallest CVaR with an expected return of at least `floor`; undefined when nothing has it. */
  minimumCvarAbove(floor: number): number | undefined;
}

/** @param k (1 − alpha) M, given apart so that the oracle does not share the engine's rounding */
export function fullLp(highs: Highs, scenarios: Matrix, k: number, feasible: Polytope): FullLp {
  const { rows, cols } = scenarios;
  const means = Float64Array.from({ length: cols }, (_, col) => {
    let total = 0;
    for (let row = 0; row < rows; row++) total += scenarios.data[row * cols + col]!;
    return total / rows;
  });
  const cvarRow = Float64Array.from({ length: cols + 1 + rows }, (_, col) =>
    col < cols ? 0 : col === cols ? 1 : 1 / k,
  );
  const meanRow = Float64Array.from(cvarRow, (_, col) => means[col] ?? 0);
  const lp = program(scenarios, feasible, cvarRow, meanRow);
  return {
    minimumCvar: () => solved(highs, { ...lp, colCost: cvarRow })!,
    highestReturn: (limit) => {
      const rowUpper = lp.rowUpper.with(CVAR_ROW, limit);
      const found = solved(highs, { ...lp, rowUpper, colCost: meanRow.map((mean) => -mean) });
      return found === undefined ? undefined : -found;
    },
    minimumCvarAbove: (floor) =>
      solved(highs, { ...lp, rowLower: lp.rowLower.with(MEAN_ROW, floor), colCost: cvarRow }),
  };
}

const CVAR_ROW = 1;
const MEAN_ROW = 2;

/**
 * Columns w (n), t, u (M); rows: budget, CVaR, mean, the polytope's, and u_s + t + c_s·w ≥ 0. Without a limit and an
 * objective.
 */
function program(
  { rows, cols, data }: Matrix,
  feasible: Polytope,
  cvarRow: Float64Array,
  meanRow: Float64Array,
): Omit<ModelData, 'colCost'> & Record<'rowLower' | 'rowUpper', Float64Array> {
  const free = { lower: -Infinity, upper: Infinity };
  const ends = [{ lower: 1, upper: 1 }, free, free, ...feasible.rows];
  const dense = [
    cvarRow.map((_, col) => (col < cols ? 1 : 0)),
    cvarRow,
    meanRow,
    ...feasible.rows.map(({ coefficients }) => cvarRow.map((_, col) => coefficients[col] ?? 0)),
  ];
  for (let row = 0; row < rows; row++) {
    const line = new Float64Array(cvarRow.length);
    line.set(data.subarray(row * cols, (row + 1) * cols));
    line[cols] = 1;
    line[cols + 1 + row] = 1;
    dense.push(line);
  }
  const entries = dense.map((line) => [...line.entries()].filter(([, value]) => value !== 0));
  const starts = [0];
  for (const line of entries) starts.push(starts.at(-1)! + line.length);
  return {
    numCols: cvarRow.length,
    numRows: dense.length,
    colLower: cvarRow.map((_, col) => (col < cols ? feasible.lower[col]! : col === cols ? -Infinity : 0)),
    colUpper: cvarRow.map((_, col) => (col < cols ? feasible.upper[col]! : Infinity)),
    rowLower: Float64Array.from(dense, (_, row) => ends[row]?.lower ?? 0),
    rowUpper: Float64Array.from(dense, (_, row) => ends[row]?.upper ?? Infinity),
    matrix: {
      format: 'csr',
      numRows: dense.length,
      numCols: cvarRow.length,
      starts,
      indices: entries.flatMap((line) => line.map(([col]) => col)),
      values: entries.flatMap((line) => line.map(([, value]) => value)),
    },
  };
}

function solved(highs: Highs, data: ModelData): number | undefined {
  return highs.withModel(data, (model) => {
    model.options.set({ output_flag: false, primal_feasibility_tolerance: 1e-10, dual_feasibility_tolerance: 1e-10 });
    model.run();
    const status = model.getModelStatus();
    if (status === highs.constants.modelStatus.infeasible) return undefined;
    if (status !== highs.constants.modelStatus.optimal) throw new Error(`the full program ended with status ${status}`);
    return model.getObjectiveValue();
  });
}
