import type { Highs } from 'highs';
import { excess, type Polytope, sum } from '../constraints/polytope.ts';
import { explicitRows } from './master-rows.ts';
import { PRECISION } from './problem.ts';
import { Program } from './program.ts';

/** A solution of the master problem. By the cuts so far, no portfolio can do better than `objective`. */
export interface MasterSolution {
  /** (n) */
  readonly weights: Float64Array;
  readonly objective: number;
}

/** A lower bound of the CVaR: z ≥ core·w + level t + share Σ u, where u has a column for each explicit scenario. */
export interface Cut {
  /** (n) */
  readonly core: Float64Array;
  readonly level: number;
  readonly share: number;
}

/**
 * The master problem of both programs, on one persistent HiGHS model: the Rockafellar–Uryasev program with the CVaR
 * replaced by a column z that cuts bound from below.
 *
 *     min z,  or  min −c̄·w with z ≤ limit
 *     subject to  Σ w = 1,  floor ≤ c̄·w,  w in the polytope,
 *                 u_m ≥ −c_m·w − t,  u_m ≥ 0               for each explicit scenario m
 *                 z ≥ core·w + level t + share Σ u_m       for each cut (see `Cuts`)
 *
 * Columns: w (n), z, t, then u. Rows: the budget, the expected return, the polytope's, then cuts and explicit scenarios
 * in the order in which they were added. Every column has finite bounds that some optimum meets, so that any dual
 * values give a valid bound (`safeBound`).
 *
 * Inside the model, small returns are divided by a power of two that brings the largest near 1, because HiGHS's
 * tolerances are absolute. `close()` must be called.
 */
export class Master {
  /** The return that 1 inside the model stands for; at most 1. */
  readonly unit: number;
  readonly #means: Float64Array;
  readonly #program: Program;
  readonly #feasible: Polytope;
  readonly #n: number;
  /** The largest gain or loss of any portfolio in any scenario, in the model's unit. */
  readonly #box: number;
  /** Columns u, all after w, z and t. */
  #explicitCount = 0;
  #isRestricted = false;

  /**
   * @param means c̄ (n)
   * @param largest the size of the largest return, which bounds every portfolio's gain or loss
   */
  constructor(highs: Highs, means: Float64Array, feasible: Polytope, largest: number) {
    this.#means = means;
    this.#feasible = feasible;
    this.#n = means.length;
    this.unit = largest < 1 ? 2 ** Math.floor(Math.log2(largest)) : 1;
    this.#box = (largest / this.unit) * (1 + 1e-9);
    this.#program = new Program(highs, (columns) => isSound(columns.subarray(0, this.#n), feasible));
    try {
      const { model } = this.#program;
      model.addVars(feasible.lower, feasible.upper);
      model.addVars([-this.#box, -this.#box], [this.#box, this.#box]);
      const indices = Int32Array.from(means.keys());
      model.addRow(1, 1, { indices, values: new Float64Array(this.#n).fill(1) });
      model.addRow(-Infinity, Infinity, { indices, values: this.#inside(means) });
      for (const { lower, upper, coefficients } of feasible.rows) {
        model.addRow(lower, upper, { indices, values: coefficients });
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #inside(returns: Float64Array): Float64Array {
    return returns.map((value) => value / this.unit);
  }

  /** Sets the objective min z, over portfolios with an expected return of at least `floor`. */
  minimiseRisk(floor = -Infinity): void {
    this.#setProblem(new Float64Array(this.#n + 1).fill(1, this.#n), Infinity, floor);
  }

  /** Sets the objective min −c̄·w, over portfolios with z at most `limit`. */
  maximiseReturn(limit: number): void {
    const costs = new Float64Array(this.#n + 1);
    costs.set(this.#inside(this.#means).map((mean) => -mean));
    this.#setProblem(costs, limit, -Infinity);
  }

  #setProblem(costs: Float64Array, riskLimit: number, floor: number): void {
    this.#program.model.changeColsCost({ kind: 'range', from: 0, to: this.#n }, costs);
    this.#program.model.changeColBounds(this.#n, -this.#box, Math.min(riskLimit / this.unit, this.#box));
    this.#program.model.changeRowBounds(1, floor / this.unit, Infinity);
  }

  /** Keeps the weights within `reach` of `centre` (n), until `release`. */
  restrict(centre: Float64Array, reach: number): void {
    const { lower, upper } = this.#feasible;
    this.#setWeightBounds(
      lower.map((bound, at) => Math.max(bound, centre[at]! - reach)),
      upper.map((bound, at) => Math.min(bound, centre[at]! + reach)),
    );
    this.#isRestricted = true;
  }

  release(): void {
    if (!this.#isRestricted) return;
    this.#setWeightBounds(this.#feasible.lower, this.#feasible.upper);
    this.#isRestricted = false;
  }

  #setWeightBounds(lower: Float64Array, upper: Float64Array): void {
    this.#program.model.changeColsBounds({ kind: 'range', from: 0, to: this.#n - 1 }, lower, upper);
  }

  /** Makes scenarios explicit: later cuts use a column for each. @param returns (b, n) theirs, row-major */
  addExplicit(count: number, returns: Float64Array): void {
    const n = this.#n;
    if (count === 0) return;
    const first = n + 2 + this.#explicitCount;
    this.#program.model.addVars(new Float64Array(count), new Float64Array(count).fill(2 * this.#box));
    this.#program.model.addRows(explicitRows(this.#inside(returns), n, first));
    this.#explicitCount += count;
  }

  addCut({ core, level, share }: Cut): void {
    const n = this.#n;
    const indices = Int32Array.from({ length: n + 2 + this.#explicitCount }, (_, col) => col);
    const values = new Float64Array(indices.length).fill(-share);
    for (let col = 0; col < n; col++) values[col] = -core[col]! / this.unit;
    values[n] = 1;
    values[n + 1] = -level;
    this.#program.model.addRow(0, Infinity, { indices, values });
  }

  /** @throws Error when HiGHS finds no optimum; there always is one, since the program is bounded and feasible */
  solve(): MasterSolution {
    const { columns, objective } = this.#program.solve();
    return { weights: columns.slice(0, this.#n), objective: objective * this.unit };
  }

  /**
   * A lower bound on every portfolio's objective. The program must not have changed since the last solve, nor be
   * restricted.
   */
  bound(): number {
    return this.#program.bound() * this.unit;
  }

  /** By how much the expected return rises with the limit, by the last solution. 0 where the limit does not bind. */
  priceOfRisk(): number {
    return Math.abs(this.#program.model.getSolution().colDual[this.#n]!);
  }

  close(): void {
    this.#program.close();
  }
}

/** Detects weights that break the constraints, which HiGHS can report as optimal when its basis is ill-conditioned. */
function isSound(weights: Float64Array, { rows }: Polytope): boolean {
  return Math.abs(sum(weights) - 1) <= PRECISION && rows.every((row) => Math.abs(excess(row, weights)) <= PRECISION);
}
