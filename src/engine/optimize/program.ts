import type { Highs, Model, Solution } from 'highs';
import { PRECISION } from './problem.ts';
import type { LinearModel } from './program-data.ts';
import { type SafeBound, safeBound } from './safe-bound.ts';

/**
 * HiGHS's tightest tolerances. Its default, 1e-7, would use up the whole gap that an answer may have. Devex weights and
 * no scaling take a third less time: columns are returns, all of a size, and a basis grows with every cut.
 */
export const SOLVER_OPTIONS = {
  output_flag: false,
  presolve: 'off',
  solver: 'simplex',
  simplex_dual_edge_weight_strategy: 1,
  simplex_scale_strategy: 0,
  primal_feasibility_tolerance: 1e-10,
  dual_feasibility_tolerance: 1e-10,
  small_matrix_value: 1e-12,
};
const LENIENT_OPTIONS = {
  presolve: 'on',
  simplex_scale_strategy: 2,
  primal_feasibility_tolerance: 1e-9,
  dual_feasibility_tolerance: 1e-9,
};

export interface ProgramSolution {
  readonly columns: Float64Array;
  readonly objective: number;
}

/** A linear program that is solved repeatedly. */
export interface LinearProgram {
  readonly model: LinearModel;
  /** @throws Error when no optimum is reached */
  solve(): ProgramSolution;
  /** Undefined when nothing is feasible. @throws Error when neither an optimum is reached nor this is shown */
  solveIfFeasible(): ProgramSolution | undefined;
  /** A lower bound on the objective, computed from the dual values of the last solve. */
  certificate(): SafeBound;
  /** The dual value of a column's bounds, by the last solve. */
  priceOf(column: number): number;
  close(): void;
}

/** @param isSound whether the columns of a solution are those of a feasible point */
export type NewProgram = (isSound: (columns: Float64Array) => boolean) => LinearProgram;

/**
 * A linear program that HiGHS solves repeatedly from its last basis, with checked solutions. Owns one model, whose
 * WebAssembly memory is not garbage-collected: `close()` must be called.
 */
export class Program implements LinearProgram {
  readonly model: Model;
  readonly #constants: Highs['constants'];
  readonly #isSound: (columns: Float64Array) => boolean;
  /** @param isSound whether the columns of a solution are those of a feasible point */
  constructor(highs: Highs, isSound: (columns: Float64Array) => boolean) {
    this.#constants = highs.constants;
    this.#isSound = isSound;
    this.model = highs.createModel();
    this.model.options.set(SOLVER_OPTIONS);
  }

  /** @throws Error when HiGHS does not reach an optimum */
  solve(): ProgramSolution {
    return { columns: this.#reachOptimum().colValue, objective: this.model.getObjectiveValue() };
  }

  /**
   * Undefined when nothing is feasible: shown by a ray of the dual program, or else found again without the last basis.
   * @throws Error when HiGHS reaches neither an optimum nor this
   */
  solveIfFeasible(): ProgramSolution | undefined {
    const first = this.#optimumAfterRun();
    if (first !== undefined) return { columns: first.colValue, objective: this.model.getObjectiveValue() };
    if (this.#isInfeasible()) {
      if (this.#isShownInfeasible()) return undefined;
      this.model.clearSolver();
      if (this.#optimumAfterRun() === undefined && this.#isInfeasible()) return undefined;
    }
    return this.solve();
  }

  #isInfeasible(): boolean {
    return this.model.getModelStatus() === this.#constants.modelStatus.infeasible;
  }

  /** Whether 0·x, bounded by the ray's duals, would have to be positive (Farkas). */
  #isShownInfeasible(): boolean {
    const ray = this.model.raw.getDualRay().value?.values;
    if (ray === undefined) return false;
    const lp = this.model.getLp('csr');
    const nothing = new Float64Array(lp.numCols);
    return [ray, ray.map((dual) => -dual)].some((duals) => safeBound(lp, duals, nothing).bound > PRECISION);
  }

  /**
   * A lower bound on the objective, computed from the dual values of the last solve. After many warm starts these can
   * be slightly wrong, which makes the bound looser but never invalid.
   */
  certificate(): SafeBound {
    const found = this.#safeBound(this.model.getSolution());
    if (this.model.getObjectiveValue() - found.bound <= PRECISION) return found;
    this.model.clearSolver();
    const again = this.#safeBound(this.#reachOptimum());
    return again.bound > found.bound ? again : found;
  }

  priceOf(column: number): number {
    return this.model.getSolution().colDual[column]!;
  }

  close(): void {
    this.model.dispose();
  }

  #safeBound({ rowDual }: Solution): SafeBound {
    return safeBound(this.model.getLp('csr'), rowDual);
  }

  /** Tries from the last basis, then from none, then with scaling and looser tolerances for bad coefficients. */
  #reachOptimum(): Solution {
    let optimum = this.#optimumAfterRun();
    if (optimum !== undefined) return optimum;
    this.model.clearSolver();
    optimum = this.#optimumAfterRun();
    if (optimum !== undefined) return optimum;
    this.model.clearSolver();
    this.model.options.set(LENIENT_OPTIONS);
    try {
      optimum = this.#optimumAfterRun();
    } finally {
      this.model.options.set(SOLVER_OPTIONS);
    }
    if (optimum !== undefined) return optimum;
    throw new Error(`HiGHS stopped with model status ${this.model.getModelStatus()}`);
  }

  /**
   * Uses the raw call, because a failed run must not throw: the next attempt may succeed. An unsound solution, which
   * HiGHS can report as optimal when its basis is ill-conditioned, counts as failed too.
   */
  #optimumAfterRun(): Solution | undefined {
    const ran = this.model.raw.run().status !== this.#constants.status.error;
    if (!ran || this.model.getModelStatus() !== this.#constants.modelStatus.optimal) return undefined;
    const solution = this.model.getSolution();
    return this.#isSound(solution.colValue) ? solution : undefined;
  }
}
