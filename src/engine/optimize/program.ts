import type { Highs, Model } from 'highs';
import { PRECISION } from './problem.ts';
import { safeBound } from './safe-bound.ts';

/** HiGHS's tightest tolerances: its default, 1e-7, is all the gap that an answer may have. */
export const SOLVER_OPTIONS = {
  output_flag: false,
  presolve: 'off',
  solver: 'simplex',
  primal_feasibility_tolerance: 1e-10,
  dual_feasibility_tolerance: 1e-10,
  small_matrix_value: 1e-12,
};
const LENIENT_OPTIONS = { presolve: 'on', primal_feasibility_tolerance: 1e-9, dual_feasibility_tolerance: 1e-9 };

/**
 * A linear program that HiGHS solves again and again from its last basis, and whose answers are not taken on trust.
 * Owns one model. WebAssembly memory is not collected: `close()` must be called.
 */
export class Program {
  readonly model: Model;
  readonly #constants: Highs['constants'];
  readonly #isSound: (columns: Float64Array) => boolean;

  /** @param isSound whether a solution's columns are what a feasible point's must be */
  constructor(highs: Highs, isSound: (columns: Float64Array) => boolean) {
    this.#constants = highs.constants;
    this.#isSound = isSound;
    this.model = highs.createModel();
    this.model.options.set(SOLVER_OPTIONS);
  }

  /** @throws Error when HiGHS does not reach an optimum */
  solve(): { readonly columns: Float64Array; readonly objective: number } {
    this.#reachOptimum();
    return { columns: this.model.getSolution().colValue, objective: this.model.getObjectiveValue() };
  }

  /**
   * What no feasible point's objective can be below, computed here from the last solve's dual values.
   * Those of a worn basis can be a little off, which costs tightness but never truth.
   */
  bound(): number {
    const bound = this.#safeBound();
    if (this.model.getObjectiveValue() - bound <= PRECISION) return bound;
    this.model.clearSolver();
    this.#reachOptimum();
    return Math.max(bound, this.#safeBound());
  }

  close(): void {
    this.model.dispose();
  }

  #safeBound(): number {
    return safeBound(this.model.getLp('csr'), this.model.getSolution().rowDual);
  }

  /** From the last basis; from none; and with the tolerances that badly scaled coefficients leave room for. */
  #reachOptimum(): void {
    if (this.#isOptimalAfterRun()) return;
    this.model.clearSolver();
    if (this.#isOptimalAfterRun()) return;
    this.model.clearSolver();
    this.model.options.set(LENIENT_OPTIONS);
    try {
      if (this.#isOptimalAfterRun()) return;
    } finally {
      this.model.options.set(SOLVER_OPTIONS);
    }
    throw new Error(`HiGHS stopped with model status ${this.model.getModelStatus()}`);
  }

  /**
   * A run that fails is only a reason to try the next way, hence not the wrapper that throws. So is an
   * unsound answer, which an ill-conditioned basis takes for an optimum.
   */
  #isOptimalAfterRun(): boolean {
    const ran = this.model.raw.run().status !== this.#constants.status.error;
    const optimal = ran && this.model.getModelStatus() === this.#constants.modelStatus.optimal;
    return optimal && this.#isSound(this.model.getSolution().colValue);
  }
}
