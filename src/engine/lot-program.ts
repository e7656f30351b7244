import type { Highs, ModelData } from 'highs';
import { ROUNDING } from './constraints/polytope.ts';
import { MISSING, SPENDING, type PositionsOptions } from './positions.ts';

export interface LotProblem extends PositionsOptions {
  /** What is bought of an asset is at least this fraction of the money, or nothing; absent: no least. */
  readonly least?: number;
}

/** Lots below this fraction of the money count as continuous: rounding them down costs as little. */
const SMALLEST_LOT = 1e-5;

type Term = readonly [column: number, coefficient: number];

/** a_j for each asset. */
type Coefficients = (j: number) => number;

interface Row {
  readonly lower: number;
  readonly upper: number;
  readonly terms: readonly Term[];
}

/**
 * Over whole k_j ≥ 0, with v_j = kept_j + lot_j k_j for each asset that has a weight:
 *
 *     min  Σ |v_j − w_j| + SPENDING (1 − Σ v_j) + MISSING (what lower ends miss)
 *     subject to  Σ v_j + cost (Σ buys + Σ sells) ≤ 1,  v_j ≤ upper_j,  rows ≤ their upper ends,  Σ buys ≤ turnover,
 *                 v_j = 0 or v_j ≥ least
 *
 * The objective is `distance` of positions.ts. Columns: k, and then what else is needed.
 */
export class LotProgram {
  readonly #problem: LotProblem;
  readonly #weights: readonly number[];
  /** Those that can be bought. */
  readonly #assets: readonly number[];
  readonly #columns: { readonly upper: number; readonly cost: number; readonly isWhole: boolean }[] = [];
  readonly #rows: Row[] = [];

  constructor(problem: LotProblem, weights: readonly number[]) {
    this.#problem = problem;
    this.#weights = weights;
    this.#assets = [...weights.keys()].filter((j) => weights[j]! > 0 && this.#mostOf(j) > 0);
    for (const j of this.#assets) {
      const lot = problem.lots[j]!;
      this.#addColumn(this.#mostOf(j), -SPENDING * lot, lot >= SMALLEST_LOT);
    }
    this.#addDistances();
    this.#addRows();
    this.#addTrades();
    this.#addLeast();
  }

  /** Without whole numbers, which `wholeColumns` names. */
  data({ constants }: Highs): ModelData {
    const rows = this.#rows;
    const [numCols, numRows] = [this.#columns.length, rows.length];
    const { lots } = this.#problem;
    const fixed = [...lots.keys()].filter((j) => !this.#assets.includes(j));
    const kept = this.#assets.reduce((sum, j) => sum + this.#kept(j), 0);
    const starts = [0];
    for (const { terms } of rows) starts.push(starts.at(-1)! + terms.length);
    return {
      numCols,
      numRows,
      sense: constants.objectiveSense.minimize,
      offset: SPENDING * (1 - kept) + fixed.reduce((sum, j) => sum + this.#weights[j]!, 0),
      colCost: this.#columns.map(({ cost }) => cost),
      colLower: new Float64Array(numCols),
      colUpper: this.#columns.map(({ upper }) => upper),
      rowLower: rows.map(({ lower }) => lower),
      rowUpper: rows.map(({ upper }) => upper),
      matrix: {
        format: 'csr',
        numRows,
        numCols,
        starts,
        indices: rows.flatMap(({ terms }) => terms.map(([column]) => column)),
        values: rows.flatMap(({ terms }) => terms.map(([, value]) => value)),
      },
    };
  }

  /** Whether nothing can be bought. */
  get isEmpty(): boolean {
    return this.#assets.length === 0;
  }

  get wholeColumns(): Int32Array {
    return Int32Array.from([...this.#columns.keys()].filter((column) => this.#columns[column]!.isWhole));
  }

  /** The row a·v ≤ upper, with a (n). */
  atMost(a: Float64Array, upper: number) {
    const { terms, constant } = this.#linear((j) => a[j]!);
    const indices = Int32Array.from(terms, ([column]) => column);
    return { upper: upper - constant, indices, values: Float64Array.from(terms, ([, value]) => value) };
  }

  /** (n) v of a solution, whose numbers of lots need not be whole. */
  weightsIn(solution: Float64Array): Float64Array {
    const weights = new Float64Array(this.#weights.length);
    this.#assets.forEach((j, at) => (weights[j] = this.#kept(j) + this.#problem.lots[j]! * solution[at]!));
    return weights;
  }

  /** (n) The numbers of lots in a solution. */
  countsIn(solution: Float64Array): Float64Array {
    const counts = new Float64Array(this.#weights.length);
    this.#assets.forEach((j, at) => {
      const value = solution[at]!;
      const isWhole = this.#problem.lots[j]! >= SMALLEST_LOT;
      counts[j] = Math.max(0, isWhole ? Math.round(value) : Math.floor(value + ROUNDING));
    });
    return counts;
  }

  #kept(j: number): number {
    return this.#problem.kept?.[j] ?? 0;
  }

  #mostOf(j: number): number {
    const { lots, feasible } = this.#problem;
    return Math.floor((Math.min(1, feasible.upper[j]!) - this.#kept(j)) / lots[j]! + ROUNDING);
  }

  /** @returns its index */
  #addColumn(upper: number, cost: number, isWhole = false): number {
    this.#columns.push({ upper, cost, isWhole });
    return this.#columns.length - 1;
  }

  /** a·v as terms, and the constant beside them. */
  #linear(a: Coefficients): { readonly terms: Term[]; readonly constant: number } {
    return {
      terms: this.#assets.map((j, at) => [at, a(j) * this.#problem.lots[j]!] as const),
      constant: this.#assets.reduce((sum, j) => sum + a(j) * this.#kept(j), 0),
    };
  }

  /** lower ≤ a·v + other terms ≤ upper */
  #addRow(a: Coefficients, [lower, upper]: readonly [number, number], ...others: readonly Term[]): void {
    const { terms, constant } = this.#linear(a);
    this.#rows.push({ lower: lower - constant, upper: upper - constant, terms: [...terms, ...others] });
  }

  #addDistances(): void {
    const { lower } = this.#problem.feasible;
    for (const j of this.#assets) {
      const weight = this.#weights[j]!;
      const apart = this.#addColumn(Infinity, 1);
      this.#addRow(only(j), [-Infinity, weight], [apart, -1]);
      this.#addRow(only(j), [weight, Infinity], [apart, 1]);
      if (lower[j]! > 0) this.#addRow(only(j), [lower[j]!, Infinity], [this.#addColumn(1, MISSING), 1]);
    }
  }

  #addRows(): void {
    for (const { lower, upper, coefficients } of this.#problem.feasible.rows) {
      const a: Coefficients = (j) => coefficients[j]!;
      if (upper < Infinity) this.#addRow(a, [-Infinity, upper]);
      if (lower > -Infinity) this.#addRow(a, [lower, Infinity], [this.#addColumn(Infinity, MISSING), 1]);
    }
  }

  /** The budget, and what is bought and sold. */
  #addTrades(): void {
    const { trading } = this.#problem;
    if (trading === undefined) {
      this.#addRow(() => 1, [-Infinity, 1]);
      return;
    }
    const { held, cost, mostTurnover } = trading;
    const bought: Term[] = [];
    const costs: Term[] = [];
    for (const j of this.#assets) {
      const [buys, sells] = [this.#addColumn(1, 0), this.#addColumn(1, 0)];
      this.#addRow(only(j), [-Infinity, held[j]!], [buys, -1]);
      this.#addRow(only(j), [held[j]!, Infinity], [sells, 1]);
      bought.push([buys, 1]);
      costs.push([buys, cost], [sells, cost]);
    }
    const soldWhole = held.reduce((sum, weight, j) => (this.#assets.includes(j) ? sum : sum + weight), 0);
    this.#addRow(() => 1, [-Infinity, 1 - cost * soldWhole], ...costs);
    if (mostTurnover < Infinity) this.#rows.push({ lower: -Infinity, upper: mostTurnover, terms: bought });
  }

  #addLeast(): void {
    const { least = 0, lots } = this.#problem;
    if (least === 0) return;
    this.#assets.forEach((j, at) => {
      const isHeld = this.#addColumn(1, 0, true);
      const most = this.#mostOf(j);
      this.#rows.push({ lower: -Infinity, upper: 0, terms: [[at, 1] as const, [isHeld, -most] as const] });
      this.#rows.push({ lower: 0, upper: Infinity, terms: [[at, lots[j]!] as const, [isHeld, -least] as const] });
    });
  }
}

const only =
  (j: number): Coefficients =>
  (other) =>
    other === j ? 1 : 0;
