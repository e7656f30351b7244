import type { Highs } from 'highs';
import { excess, type Polytope, sum } from '../constraints/polytope.ts';
import { CUT, explicitRows, findInactive } from './master-rows.ts';
import { PRECISION } from './problem.ts';
import { Program } from './program.ts';

/** What the program answers: no portfolio does better than `objective` by what the cuts know so far. */
export interface MasterSolution {
  /** (n) */
  readonly weights: Float64Array;
  readonly objective: number;
}

/** One lower bound of the CVaR: z ≥ core·w + level t + share Σ u over all explicit scenarios. */
export interface Cut {
  /** (n) */
  readonly core: Float64Array;
  readonly level: number;
  readonly share: number;
}

/**
 * The master problem of both questions on one persistent HiGHS model: the Rockafellar–Uryasev program with the CVaR
 * replaced by a column z that cuts bound from below.
 *
 *     min z,  or  min −μ·w with z ≤ L
 *     subject to  Σ w = 1,  floor ≤ μ·w,  w in the polytope,
 *                 u_s ≥ −c_s·w − t,  u_s ≥ 0               for each explicit scenario s
 *                 z ≥ core·w + level t + share Σ u_s       for each cut (see `Cuts`)
 *
 * Columns: w (n), z, t, then u. Rows: the budget, the expected return, the polytope's, then in the order in which
 * they came the cuts and the explicit scenarios. Every column has finite bounds that some optimum meets, so that any
 * dual values make a true bound (`safeBound`).
 *
 * Inside, returns are divided by a power of two that brings the largest near 1 when all are small,
 * because HiGHS's tolerances are absolute. `close()` must be called.
 */
export class Master {
  /** What 1 inside the model is outside; at most 1. */
  readonly unit: number;
  readonly #means: Float64Array;
  readonly #program: Program;
  readonly #basic: number;
  readonly #n: number;
  /** Inside, no portfolio gains or loses more in any scenario. */
  readonly #box: number;
  /** How many rows never leave. */
  readonly #fixedRows: number;
  /** Columns u, all after w, z and t. */
  #explicitCount = 0;
  /** What each row after the fixed ones holds: an explicit scenario, in the order of the columns, or a cut. */
  #added: number[] = [];

  /**
   * @param means μ (n)
   * @param largest the size of the largest return, which no portfolio's gain or loss exceeds
   */
  constructor(highs: Highs, means: Float64Array, feasible: Polytope, largest: number) {
    this.#means = means;
    this.#n = means.length;
    this.#fixedRows = 2 + feasible.rows.length;
    this.unit = largest < 1 ? 2 ** Math.floor(Math.log2(largest)) : 1;
    this.#box = (largest / this.unit) * (1 + 1e-9);
    this.#basic = highs.constants.basisStatus.basic;
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

  /** Objective: the smallest z, of portfolios whose expected return is at least `floor`. */
  minimiseRisk(floor = -Infinity): void {
    this.#setProblem(new Float64Array(this.#n + 1).fill(1, this.#n), Infinity, floor);
  }

  /** Objective: the smallest negated expected return, of portfolios whose z is at most `limit`. */
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

  /** Gives these scenarios (b) columns of their own in the cuts that follow. `returns` (b, n), row-major. */
  addExplicit(scenarios: readonly number[], returns: Float64Array): void {
    const n = this.#n;
    const count = scenarios.length;
    if (count === 0) return;
    const first = n + 2 + this.#explicitCount;
    this.#program.model.addVars(new Float64Array(count), new Float64Array(count).fill(2 * this.#box));
    this.#program.model.addRows(explicitRows(this.#inside(returns), n, first));
    this.#explicitCount += count;
    this.#added = this.#added.concat(scenarios);
  }

  addCut({ core, level, share }: Cut): void {
    const n = this.#n;
    const indices = Int32Array.from({ length: n + 2 + this.#explicitCount }, (_, col) => col);
    const values = new Float64Array(indices.length).fill(-share);
    for (let col = 0; col < n; col++) values[col] = -core[col]! / this.unit;
    values[n] = 1;
    values[n + 1] = -level;
    this.#program.model.addRow(0, Infinity, { indices, values });
    this.#added.push(CUT);
  }

  /**
   * Drops what the last answer does not rest on: slack cuts, and explicit scenarios that are clearly in
   * the tail or clearly out of it. Goes on from the same basis. Without it every limit would make the
   * program longer, and the next one slower.
   *
   * @returns the scenarios that are explicit no more
   */
  dropInactive(): readonly number[] {
    const { model } = this.#program;
    const basis = model.getBasis();
    const first = this.#n + 2;
    const { rows, cols, scenarios } = findInactive(basis, this.#added, this.#fixedRows, first, this.#basic);
    if (rows.size > 0) model.deleteRows({ kind: 'set', indices: [...rows] });
    if (cols.size > 0) model.deleteCols({ kind: 'set', indices: [...cols] });
    model.setBasis({
      colStatus: basis.colStatus.filter((_, at) => !cols.has(at)),
      rowStatus: basis.rowStatus.filter((_, at) => !rows.has(at)),
    });
    this.#added = this.#added.filter((_, at) => !rows.has(at + this.#fixedRows));
    this.#explicitCount -= scenarios.length;
    return scenarios;
  }

  /** @throws Error when HiGHS does not reach an optimum: the program is bounded and never empty. */
  solve(): MasterSolution {
    const { columns, objective } = this.#program.solve();
    return { weights: columns.slice(0, this.#n), objective: objective * this.unit };
  }

  /** What no portfolio's objective can be below. Must follow the last solve without a change of the program. */
  bound(): number {
    return this.#program.bound() * this.unit;
  }

  close(): void {
    this.#program.close();
  }
}

/** An ill-conditioned basis can pass for an optimum at weights that break the constraints. */
function isSound(weights: Float64Array, { rows }: Polytope): boolean {
  return Math.abs(sum(weights) - 1) <= PRECISION && rows.every((row) => Math.abs(excess(row, weights)) <= PRECISION);
}
