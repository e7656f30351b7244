import { type Polytope, sum } from '../constraints/polytope.ts';
import { type Certificate, type Cut, type Family, type FamilyColumns, isSound, unitOf } from './master-parts.ts';
import { addTradingRows, explicitRows, mostBought } from './master-rows.ts';
import type { Trading } from './problem.ts';
import type { LinearProgram, NewProgram } from './program.ts';

/** A solution of the master problem. By the cuts so far, no portfolio can do better than `objective`. */
export interface MasterSolution {
  /** (n) */
  readonly weights: Float64Array;
  readonly objective: number;
}

interface MasterOptions {
  /** c̄ (n) */
  readonly means: Float64Array;
  /** The size of the largest return, which bounds every portfolio's gain or loss. */
  readonly largest: number;
  readonly feasible: Polytope;
  readonly trading?: Trading | undefined;
  /** The limit on the CVaR of falling behind, and the size of the largest difference from the benchmark. */
  readonly behind?: { readonly limit: number; readonly largest: number } | undefined;
}

/**
 * The master problem of both programs, on one persistent linear program: the Rockafellar–Uryasev program with the CVaR
 * replaced by a column z that cuts bound from below.
 *
 *     min z,  or  min −(c̄·w − cost) with z ≤ limit
 *     subject to  Σ w = 1,  floor ≤ c̄·w − cost,  w in the polytope,
 *                 u_m ≥ −c_m·w − t,  u_m ≥ 0               for each explicit scenario m
 *                 z ≥ core·w + level t + share Σ u_m       for each cut (see `Cuts`)
 *
 * Trades add b_j ≥ w_j − held_j, b_j ≥ 0, Σ b ≤ turnover, and cost = rate · (2 Σ b − cash), since buys less sells are
 * the cash. A benchmark adds a second family of cuts, in columns z, t, u of its own, with z ≤ its limit.
 *
 * Columns: w (n), z, t, b (n), the benchmark's z and t, then all u. Rows: the budget, the expected return, the
 * polytope's, the trades', then cuts and explicit scenarios in the order in which they were added. Every column has
 * finite bounds that some optimum meets, so that any dual values give a valid bound (`safeBound`).
 *
 * Inside the model, small returns are divided by a power of two that brings the largest near 1, because its
 * solver's tolerances are absolute. `close()` must be called.
 */
export class Master {
  /** The return that 1 inside the model stands for; at most 1. */
  readonly unit: number;
  readonly #means: Float64Array;
  readonly #program: LinearProgram;
  readonly #feasible: Polytope;
  readonly #trading: Trading | undefined;
  readonly #n: number;
  readonly #families: { readonly [F in Family]?: FamilyColumns } & { readonly loss: FamilyColumns };
  /** The number of columns. */
  #width = 0;
  /** What the objective is apart from the model's. */
  #constant = 0;
  #isRestricted = false;

  constructor(newProgram: NewProgram, { means, largest, feasible, trading, behind }: MasterOptions) {
    this.#means = means;
    this.#feasible = feasible;
    this.#trading = trading;
    this.#n = means.length;
    this.unit = unitOf(largest);
    this.#program = newProgram((columns) => isSound(columns.subarray(0, this.#n), feasible, trading));
    try {
      this.#addColumns(feasible.lower, feasible.upper);
      const loss = this.#addFamily(largest, Infinity);
      if (trading !== undefined) {
        const most = mostBought(trading, feasible.upper);
        this.#addColumns(new Float64Array(this.#n), most);
      }
      this.#families = { loss, ...(behind !== undefined && { behind: this.#addFamily(behind.largest, behind.limit) }) };
      this.#addRows();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #addColumns(lower: Float64Array, upper: Float64Array): void {
    this.#program.model.addVars(lower, upper);
    this.#width += lower.length;
  }

  #addFamily(largest: number, limit: number): FamilyColumns {
    const box = (largest / this.unit) * (1 + 1e-9);
    const z = this.#width;
    this.#addColumns(Float64Array.of(-box, -box), Float64Array.of(Math.min(limit / this.unit, box), box));
    return { z, t: z + 1, explicit: [], box };
  }

  #addRows(): void {
    const { model } = this.#program;
    const n = this.#n;
    const trading = this.#trading;
    const indices = Int32Array.from(this.#means.keys());
    model.addRow(1, 1, { indices, values: new Float64Array(n).fill(1) });
    const bought = trading !== undefined && trading.cost > 0 ? [...indices].map((at) => n + 2 + at) : [];
    model.addRow(-Infinity, Infinity, {
      indices: [...indices, ...bought],
      values: [...this.#inside(this.#means), ...bought.map(() => -this.#costOfBuying())],
    });
    for (const { lower, upper, coefficients } of this.#feasible.rows) {
      model.addRow(lower, upper, { indices, values: coefficients });
    }
    if (trading !== undefined) addTradingRows(model, trading, this.#feasible.upper, n + 2);
  }

  #inside(returns: Float64Array): Float64Array {
    return returns.map((value) => value / this.unit);
  }

  /** Of one unit of b, which is sold for or paid in cash too, in the model's unit. */
  #costOfBuying(): number {
    return (2 * (this.#trading?.cost ?? 0)) / this.unit;
  }

  /** By how much the cost is lower than that of b, because cash is not sold. */
  #costOfCash(): number {
    return this.#trading === undefined ? 0 : this.#trading.cost * (1 - sum(this.#trading.held));
  }

  /** Sets the objective min z, over portfolios with a net expected return of at least `floor`. */
  minimiseRisk(floor = -Infinity): void {
    this.#setProblem(new Float64Array(this.#n + 1).fill(1, this.#n), Infinity, floor);
    this.#setCostOfBuying(0);
    this.#constant = 0;
  }

  /** Sets the objective min −c̄·w + cost, over portfolios with z at most `limit`. */
  maximiseReturn(limit: number): void {
    const costs = new Float64Array(this.#n + 1);
    costs.set(this.#inside(this.#means).map((mean) => -mean));
    this.#setProblem(costs, limit, -Infinity);
    this.#setCostOfBuying(this.#costOfBuying());
    this.#constant = -this.#costOfCash();
  }

  #setCostOfBuying(cost: number): void {
    const n = this.#n;
    if (this.#trading === undefined) return;
    this.#program.model.changeColsCost({ kind: 'range', from: n + 2, to: 2 * n + 1 }, new Float64Array(n).fill(cost));
  }

  #setProblem(costs: Float64Array, riskLimit: number, floor: number): void {
    this.#program.model.changeColsCost({ kind: 'range', from: 0, to: this.#n }, costs);
    const { z, box } = this.#families.loss;
    this.#program.model.changeColBounds(z, -box, Math.min(riskLimit / this.unit, box));
    this.#program.model.changeRowBounds(1, (floor - this.#costOfCash()) / this.unit, Infinity);
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

  /** Keeps the weights within bounds (n) inside the polytope's, until others are set. */
  confine(lower: Float64Array, upper: Float64Array): void {
    this.#setWeightBounds(lower, upper);
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

  /** Makes scenarios explicit: later cuts of the family use a column for each. @param returns (b, n) theirs, row-major */
  addExplicit(family: Family, count: number, returns: Float64Array): void {
    if (count === 0) return;
    const { t, box, explicit } = this.#columnsOf(family);
    const first = this.#width;
    this.#addColumns(new Float64Array(count), new Float64Array(count).fill(2 * box));
    this.#program.model.addRows(explicitRows(this.#inside(returns), this.#n, t, first));
    for (let column = first; column < this.#width; column++) explicit.push(column);
  }

  addCut(family: Family, { core, level, share }: Cut): void {
    const n = this.#n;
    const { z, t, explicit } = this.#columnsOf(family);
    const indices = Int32Array.from([...core.keys(), z, t, ...explicit]);
    const values = new Float64Array(indices.length).fill(-share);
    for (let col = 0; col < n; col++) values[col] = -core[col]! / this.unit;
    values[n] = 1;
    values[n + 1] = -level;
    this.#program.model.addRow(0, Infinity, { indices, values });
  }

  #columnsOf(family: Family): FamilyColumns {
    const columns = this.#families[family];
    if (columns === undefined) throw new Error('there is no benchmark to fall behind');
    return columns;
  }

  /** @throws Error when no optimum is found; there always is one, since the program is bounded and feasible */
  solve(): MasterSolution {
    return this.#solution(this.#program.solve());
  }

  /** The same, undefined when no weights within the bounds that are set keep the limits. */
  solveIfFeasible(): MasterSolution | undefined {
    const found = this.#program.solveIfFeasible();
    return found && this.#solution(found);
  }

  #solution({ columns, objective }: { readonly columns: Float64Array; readonly objective: number }): MasterSolution {
    return { weights: columns.slice(0, this.#n), objective: objective * this.unit + this.#constant };
  }

  /**
   * A lower bound on the objective of every portfolio within the bounds that are set. The program must not have changed
   * since the last solve.
   */
  bound(): number {
    return this.certificate().bound;
  }

  /** The same bound, with what the same dual values say of changes. */
  certificate(): Certificate {
    const { bound, reducedCosts } = this.#program.certificate();
    const price = Math.max(0, -reducedCosts[this.#n]!);
    return { bound: bound * this.unit + this.#constant, price, reducedCosts: reducedCosts.subarray(0, this.#n) };
  }

  /** By how much the expected return rises with the limit, by the last solution. 0 where the limit does not bind. */
  priceOfRisk(): number {
    return Math.abs(this.#program.priceOf(this.#n));
  }

  close(): void {
    this.#program.close();
  }
}
