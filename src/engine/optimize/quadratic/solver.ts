import type { Highs, Model, ModelData } from 'highs';
import type { Matrix } from '../../types.ts';
import { borrowHighs, returnHighs } from '../highs.ts';
import { Loan } from '../loan.ts';
import {
  kktResidual,
  type PrimalDualSolution,
  type QuadraticProgram,
  scaled,
  inUnits,
  times,
  columnUnits,
} from './program.ts';
import { MOST_COLUMNS, solveByQuadprog } from './dual-method.ts';

const OPTIONS = {
  output_flag: false,
  primal_feasibility_tolerance: 1e-9,
  dual_feasibility_tolerance: 1e-9,
  simplex_iteration_limit: 100_000,
  /** Seconds: a safeguard. */
  time_limit: 20,
};
/** Work is limited, so that the same question has the same answer. Ten times what a program has needed. */
const mostIterations = (columns: number): number => 1000 + 20 * columns;

/** The first moves no optimum. Other units, a regularisation and another scale end some searches that would go on for ever. */
const ATTEMPTS = [
  { regularisation: 0, scale: 1, hasUnits: false },
  { regularisation: 0, scale: 1, hasUnits: true },
  { regularisation: 1e-8, scale: 10, hasUnits: false },
] as const;

type SolveAttempt = (typeof ATTEMPTS)[number];

/** How far an optimum of a scaled program may be from the KKT conditions, beside costs of about 1. */
const KKT_TOLERANCE = 1e-7;

/**
 * Solves convex programs by HiGHS. What it gives must meet the KKT conditions: now and then it gives nothing, or what
 * is no optimum. Then `quadprog` is asked.
 */
export class QuadraticSolver {
  #highs: Highs | undefined;
  readonly #loan: Loan;

  constructor(highs: Highs, loan: Loan) {
    this.#highs = highs;
    this.#loan = loan;
  }

  /**
   * @returns (N) undefined when nothing is feasible
   * @throws Error when no optimum is found, such as that of an unbounded program, or a figure is not finite
   */
  solve(asked: QuadraticProgram): Float64Array | undefined {
    if (![asked.costs, asked.hessian?.data ?? []].every((figures) => figures.every(Number.isFinite)))
      throw new Error('expected finite figures of a convex program');
    const program = scaled(asked);
    const tolerance = KKT_TOLERANCE * program.costs.reduce((most, cost) => Math.max(most, Math.abs(cost)), 1);
    const isRight = (found: PrimalDualSolution | undefined): found is PrimalDualSolution =>
      found !== undefined && kktResidual(program, found) <= tolerance;
    for (const attempt of ATTEMPTS) {
      const found = this.#solveByHighs(program, attempt);
      if (found === 'infeasible') return undefined;
      if (isRight(found)) return found.columns;
    }
    const found = program.costs.length <= MOST_COLUMNS ? solveByQuadprog(program) : undefined;
    if (isRight(found)) return found.columns;
    throw new Error(`no solver reached an optimum of a convex program of ${program.costs.length} columns`);
  }

  close(): void {
    this.#loan.end();
  }

  #solveByHighs(
    program: QuadraticProgram,
    { scale, regularisation, hasUnits }: SolveAttempt,
  ): PrimalDualSolution | 'infeasible' | undefined {
    const highs = this.#highs;
    if (highs === undefined) return undefined;
    const options = {
      qp_regularization_value: regularisation,
      qp_iteration_limit: mostIterations(program.costs.length),
    };
    const units = hasUnits ? columnUnits(program) : new Float64Array(program.costs.length).fill(1);
    const data = modelData(inUnits(times(program, scale), units));
    try {
      const found = this.#loan.use(() => highs.withModel(data, (model) => optimumOf(model, options, highs)));
      if (found === undefined || found === 'infeasible') return found;
      return {
        columns: found.columns.map((value, at) => value * units[at]!),
        rowDuals: found.rowDuals.map((dual) => dual / scale),
      };
    } catch {
      // It may be in any state, and the loan does not give it back.
      this.#highs = undefined;
      return undefined;
    }
  }
}

/** A solver with a borrowed HiGHS, until `close`. */
export async function openSolver(): Promise<QuadraticSolver> {
  const highs = await borrowHighs();
  return new QuadraticSolver(highs, new Loan(() => returnHighs(highs)));
}

function optimumOf(model: Model, options: object, { constants }: Highs) {
  model.options.set({ ...OPTIONS, ...options });
  if (model.raw.run().status === constants.status.error) return undefined;
  const status = model.getModelStatus();
  if (status === constants.modelStatus.infeasible) return 'infeasible' as const;
  if (status !== constants.modelStatus.optimal) return undefined;
  const { colValue, rowDual } = model.getSolution();
  return { columns: colValue, rowDuals: rowDual };
}

function modelData({ hessian, costs, lower, upper, rows }: QuadraticProgram): ModelData {
  const columns = costs.length;
  const triangleOf = ({ data }: Matrix): Float64Array[] =>
    Array.from(costs, (_, at) => {
      const row = data.slice(at * columns, (at + 1) * columns);
      return row.fill(0, 0, at);
    });
  return {
    numCols: columns,
    numRows: rows.length,
    colCost: costs,
    colLower: lower,
    colUpper: upper,
    rowLower: rows.map((row) => row.lower),
    rowUpper: rows.map((row) => row.upper),
    matrix: {
      format: 'csr',
      numRows: rows.length,
      numCols: columns,
      ...compressed(rows.map(({ coefficients }) => coefficients)),
    },
    ...(hessian && { hessian: { format: 'triangular', dimension: columns, ...compressed(triangleOf(hessian)) } }),
  };
}

/** What is not 0, vector by vector. */
function compressed(vectors: readonly Float64Array[]) {
  const [starts, indices, values]: [number[], number[], number[]] = [[0], [], []];
  for (const vector of vectors) {
    vector.forEach((value, at) => {
      if (value === 0) return;
      indices.push(at);
      values.push(value);
    });
    starts.push(indices.length);
  }
  return { starts, indices, values };
}
