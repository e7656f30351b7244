// Pure: the linear program that knows a little of the scenarios.
import type { Highs } from 'highs';
import type { Bounds } from '../types.ts';
import { sum } from './bounds.ts';
import { precision } from './problem.ts';
import { Program } from './program.ts';

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

/** Among `#learnt`, where scenarios count from 0. */
const cut = -1;

/**
 * The relaxation of both problems on one persistent HiGHS model. Columns: the weights w (n), the risk
 * z, the threshold t, then for each scenario s of the band its loss beyond the threshold, u_s ≥ −c_s·w − t.
 * Rows: Σ w = 1; the mean return; then cuts and the band's. Every column has finite bounds that some
 * optimum meets, so that any dual values make a true bound (`safeBound`).
 *
 * Inside, returns are divided by a power of two that brings the largest near 1 when all are small,
 * because HiGHS's tolerances are absolute. `close()` must be called.
 */
export class Master {
  /** (n) */
  readonly means: Float64Array;
  /** What 1 inside the model is outside; at most 1. */
  readonly unit: number;
  readonly #program: Program;
  readonly #basic: number;
  readonly #n: number;
  /** Inside, no portfolio gains or loses more in any scenario. */
  readonly #box: number;
  /** Columns of the band's u, all after w, z and t. */
  #band = 0;
  /** What each row after the first two holds: a scenario of the band, in the order of the columns, or a cut. */
  #learnt: number[] = [];

  /** @param reach the size of the largest return, which no portfolio's gain or loss exceeds */
  constructor(highs: Highs, means: Float64Array, bounds: Bounds, reach: number) {
    this.means = means;
    this.#n = means.length;
    this.unit = reach < 1 ? 2 ** Math.floor(Math.log2(reach)) : 1;
    this.#box = (reach / this.unit) * (1 + 1e-9);
    this.#basic = highs.constants.basisStatus.basic;
    this.#program = new Program(highs, (columns) => Math.abs(sum(columns.subarray(0, this.#n)) - 1) <= precision);
    try {
      const all = (value: number): Float64Array => new Float64Array(this.#n).fill(value);
      this.#program.model.addVars(all(bounds.minWeight), all(bounds.maxWeight));
      this.#program.model.addVars([-this.#box, -this.#box], [this.#box, this.#box]);
      const indices = Int32Array.from(means.keys());
      this.#program.model.addRow(1, 1, { indices, values: all(1) });
      this.#program.model.addRow(-Infinity, Infinity, { indices, values: this.#inside(means) });
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
    this.#program.model.changeColsCost({ kind: 'range', from: 0, to: this.#n }, costs);
    this.#program.model.changeColBounds(this.#n, -this.#box, Math.min(riskLimit / this.unit, this.#box));
    this.#program.model.changeRowBounds(1, floor / this.unit, Infinity);
  }

  /** Lets the cuts that follow know these scenarios (b) one by one. `returns` (b, n), row-major. */
  widenBand(scenarios: readonly number[], returns: Float64Array): void {
    const n = this.#n;
    const count = scenarios.length;
    if (count === 0) return;
    const first = n + 2 + this.#band;
    this.#program.model.addVars(new Float64Array(count), new Float64Array(count).fill(2 * this.#box));
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
    this.#program.model.addRows({
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
    this.#learnt = this.#learnt.concat(scenarios);
  }

  addCut({ core, level, share }: Cut): void {
    const n = this.#n;
    const indices = Int32Array.from({ length: n + 2 + this.#band }, (_, col) => col);
    const values = new Float64Array(indices.length).fill(-share);
    for (let col = 0; col < n; col++) values[col] = -core[col]! / this.unit;
    values[n] = 1;
    values[n + 1] = -level;
    this.#program.model.addRow(0, Infinity, { indices, values });
    this.#learnt.push(cut);
  }

  /**
   * Forgets what the last answer does not rest on: slack cuts, and scenarios of the band that are clearly in
   * the tail or clearly out of it. Goes on from the same basis. Without it every limit would make the
   * program longer, and the next one slower.
   *
   * @returns the scenarios that left the band
   */
  forgetSlack(): number[] {
    const { colStatus, rowStatus } = this.#program.model.getBasis();
    const isBasic = (status: number | undefined) => status === this.#basic;
    const rows = new Set<number>();
    const cols = new Set<number>();
    const leaving: number[] = [];
    let col = this.#n + 2;
    this.#learnt.forEach((scenario, at) => {
      const row = at + 2;
      if (scenario === cut) {
        if (isBasic(rowStatus[row])) rows.add(row);
        return;
      }
      // With one of the two basic, row and column leave a basis behind.
      if (isBasic(rowStatus[row]) !== isBasic(colStatus[col])) {
        rows.add(row);
        cols.add(col);
        leaving.push(scenario);
      }
      col++;
    });
    if (rows.size > 0) this.#program.model.deleteRows({ kind: 'set', indices: [...rows] });
    if (cols.size > 0) this.#program.model.deleteCols({ kind: 'set', indices: [...cols] });
    this.#program.model.setBasis({
      colStatus: colStatus.filter((_, at) => !cols.has(at)),
      rowStatus: rowStatus.filter((_, at) => !rows.has(at)),
    });
    this.#learnt = this.#learnt.filter((_, at) => !rows.has(at + 2));
    this.#band -= leaving.length;
    return leaving;
  }

  /** @throws Error when HiGHS does not reach an optimum: the program is bounded and never empty. */
  solve(): Vertex {
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
