// Pure: the linear program that knows a little of the scenarios, and its certified bound.
import type { Highs, Model } from 'highs';
import type { Bounds } from '../types.ts';
import { safeBound } from './safe-bound.ts';

/** What the program answers: no portfolio does better than `objective` by what the cuts know so far. */
export interface Vertex {
  /** (n) */
  readonly weights: Float64Array;
  readonly objective: number;
}

/** One lower bound of the CVaR: z ≥ core·w + level t + share Σ u over the whole band. */
export interface Cut {
  /** (n) */
  readonly core: Float64Array;
  readonly level: number;
  readonly share: number;
}

/** HiGHS's tightest tolerances: its default, 1e-7, is all the gap that an answer may have. */
const options = {
  output_flag: false,
  presolve: 'off',
  solver: 'simplex',
  primal_feasibility_tolerance: 1e-10,
  dual_feasibility_tolerance: 1e-10,
  small_matrix_value: 1e-12,
};

/**
 * The relaxation of both problems on one persistent HiGHS model. Columns: the weights w (n), the risk
 * z, the threshold t, then for each scenario s of the band its loss beyond the threshold, u_s ≥ −c_s·w − t.
 * Rows: Σ w = 1; the mean return; then cuts and the band's. Every column has finite bounds that some
 * optimum meets, so that any dual values make a true bound (`safeBound`).
 *
 * Inside, returns are divided by a power of two that brings the largest near 1 when all are small,
 * because HiGHS's tolerances are absolute. WebAssembly memory is not collected: `close()` must be called.
 */
export class Master {
  /** (n) */
  readonly means: Float64Array;
  /** What 1 inside the model is outside; at most 1. */
  readonly unit: number;
  readonly #model: Model;
  readonly #optimalStatus: number;
  readonly #n: number;
  /** Inside, no portfolio gains or loses more in any scenario. */
  readonly #box: number;
  /** Columns of the band's u, all after w, z and t. */
  #band = 0;

  /** @param reach the size of the largest return, which no portfolio's gain or loss exceeds */
  constructor(highs: Highs, means: Float64Array, bounds: Bounds, reach: number) {
    this.means = means;
    this.#n = means.length;
    this.unit = reach < 1 ? 2 ** Math.floor(Math.log2(reach)) : 1;
    this.#box = (reach / this.unit) * (1 + 1e-9);
    this.#optimalStatus = highs.constants.modelStatus.optimal;
    this.#model = highs.createModel();
    try {
      this.#model.options.set(options);
      const all = (value: number): Float64Array => new Float64Array(this.#n).fill(value);
      this.#model.addVars(all(bounds.minWeight), all(bounds.maxWeight));
      this.#model.addVars([-this.#box, -this.#box], [this.#box, this.#box]);
      const indices = Int32Array.from(means.keys());
      this.#model.addRow(1, 1, { indices, values: all(1) });
      this.#model.addRow(-Infinity, Infinity, { indices, values: this.#inside(means) });
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #inside(returns: Float64Array): Float64Array {
    return returns.map((value) => value / this.unit);
  }

  /** Objective: the smallest z, of portfolios whose mean return is at least `floor`. */
  minimiseRisk(floor = -Infinity): void {
    this.#setProblem(new Float64Array(this.#n + 1).fill(1, this.#n), Infinity, floor);
  }

  /** Objective: the smallest negated mean return, of portfolios whose z is at most `limit`. */
  maximiseReturn(limit: number): void {
    const costs = new Float64Array(this.#n + 1);
    costs.set(this.#inside(this.means).map((mean) => -mean));
    this.#setProblem(costs, limit, -Infinity);
  }

  #setProblem(costs: Float64Array, riskLimit: number, floor: number): void {
    this.#model.changeColsCost({ kind: 'range', from: 0, to: this.#n }, costs);
    this.#model.changeColBounds(this.#n, -this.#box, Math.min(riskLimit / this.unit, this.#box));
    this.#model.changeRowBounds(1, floor / this.unit, Infinity);
  }

  /** Lets the cuts that follow know these scenarios one by one. `returns` (b, n), row-major. */
  widenBand(returns: Float64Array): void {
    const n = this.#n;
    const count = returns.length / n;
    if (count === 0) return;
    const first = n + 2 + this.#band;
    this.#model.addVars(new Float64Array(count), new Float64Array(count).fill(2 * this.#box));
    const inside = this.#inside(returns);
    const width = n + 2;
    const indices = new Int32Array(count * width);
    const values = new Float64Array(count * width);
    for (let row = 0; row < count; row++) {
      const at = row * width;
      for (let col = 0; col < n; col++) indices[at + col] = col;
      values.set(inside.subarray(row * n, (row + 1) * n), at);
      indices.set([n + 1, first + row], at + n);
      values.set([1, 1], at + n);
    }
    this.#model.addRows({
      lower: new Float64Array(count),
      upper: new Float64Array(count).fill(Infinity),
      matrix: {
        format: 'csr',
        numRows: count,
        numCols: first + count,
        starts: Int32Array.from({ length: count + 1 }, (_, row) => row * width),
        indices,
        values,
      },
    });
    this.#band += count;
  }

  addCut({ core, level, share }: Cut): void {
    const n = this.#n;
    const indices = Int32Array.from({ length: n + 2 + this.#band }, (_, col) => col);
    const values = new Float64Array(indices.length).fill(-share);
    for (let col = 0; col < n; col++) values[col] = -core[col]! / this.unit;
    values[n] = 1;
    values[n + 1] = -level;
    this.#model.addRow(0, Infinity, { indices, values });
  }

  /** @throws Error when HiGHS does not reach an optimum: the program is bounded and never empty. */
  solve(): Vertex {
    if (!this.#optimal()) {
      this.#model.clearSolver();
      if (!this.#optimal()) throw new Error(`HiGHS stopped with model status ${this.#model.getModelStatus()}`);
    }
    const weights = this.#model.getSolution().colValue.slice(0, this.#n);
    return { weights, objective: this.#model.getObjectiveValue() * this.unit };
  }

  #optimal(): boolean {
    this.#model.run();
    return this.#model.getModelStatus() === this.#optimalStatus;
  }

  /** What no portfolio's objective can be below, computed here from the last solve's dual values. */
  bound(): number {
    return safeBound(this.#model.getLp('csr'), this.#model.getSolution().rowDual) * this.unit;
  }

  close(): void {
    this.#model.dispose();
  }
}
