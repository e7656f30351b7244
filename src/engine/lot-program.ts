import type { Highs, ModelData } from 'highs';
import { ROUNDING, sum } from './constraints/polytope.ts';
import { activity, candidatesOf, type LotProblem, MISSING, SPENDING } from './lot-problem.ts';
import { expectedReturn } from './optimize/portfolio.ts';

/** Lots below this fraction of the money count as continuous: rounding them down costs as little. */
const SMALLEST_LOT = 1e-5;

type Nonzero = readonly [column: number, coefficient: number];

interface Row {
  readonly lower: number;
  readonly upper: number;
  readonly terms: readonly Nonzero[];
}

/** A bound of the CVaR for all v: the mean losses in the tail of one purchase, of each asset and of what is not bought. */
export interface LotCut {
  /** (n) */
  readonly losses: Float64Array;
  readonly constant: number;
  /** Whether it bounds what falls behind the benchmark. */
  readonly isBehind: boolean;
}

/**
 * Over whole k_j ≥ 0, with v_j = kept_j + lot_j k_j for each candidate that can be bought:
 *
 *     min  Σ |v_j − w_j| + SPENDING (1 − Σ v_j), or with gains g  −g·v + the cost of trades,  + what is missed, at its price
 *     subject to  Σ v_j + cost (Σ buys + Σ sells) ≤ 1,  v_j ≤ upper_j,  ends,  Σ buys ≤ turnover,  v_j = 0 or v_j ≥ least
 *
 * The objective is `Positions.objective`. Columns: k, and then what else is needed.
 */
export class LotProgram {
  readonly #problem: LotProblem;
  /** Those that can be bought. */
  readonly #assets: readonly number[];
  readonly #columns: { readonly upper: number; readonly cost: number; readonly isWhole: boolean }[] = [];
  readonly #rows: Row[] = [];
  /** The column of what exceeds the benchmark's limit. */
  readonly #beyond: number;

  constructor(problem: LotProblem) {
    this.#problem = problem;
    const { gains, lots } = problem;
    this.#assets = candidatesOf(problem).filter((j) => this.#mostOf(j) > 0);
    for (const j of this.#assets) {
      this.#addColumn(this.#mostOf(j), -(gains?.[j] ?? SPENDING) * lots[j]!, lots[j]! >= SMALLEST_LOT);
    }
    this.#beyond = this.#addColumn(Infinity, MISSING);
    this.#addDistances();
    this.#addEnds();
    this.#addTrades();
    this.#addSparsity();
  }

  /** @param most a larger objective does not count */
  data({ constants }: Highs, most: number): ModelData {
    const objective = this.#columns.map(({ cost }, column): Nonzero => [column, cost]).filter(([, cost]) => cost !== 0);
    const offset = this.#offset();
    const rows = [...this.#rows, { lower: -Infinity, upper: most - offset, terms: objective }];
    const [numCols, numRows] = [this.#columns.length, rows.length];
    const { integer, continuous } = constants.variableType;
    const starts = [0];
    for (const { terms } of rows) starts.push(starts.at(-1)! + terms.length);
    return {
      numCols,
      numRows,
      sense: constants.objectiveSense.minimize,
      offset,
      colCost: this.#columns.map(({ cost }) => cost),
      integrality: this.#columns.map(({ isWhole }) => (isWhole ? integer : continuous)),
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

  /** How many assets can be bought. */
  get size(): number {
    return this.#assets.length;
  }

  /** The row that a cut is. */
  rowOf({ losses, constant, isBehind }: LotCut) {
    const { limit, behind } = this.#problem;
    const terms = [...this.#termsOf(losses), ...(isBehind ? [[this.#beyond, -1] as const] : [])];
    return {
      upper: (isBehind ? behind!.limit : limit) - constant - activity({ coefficients: losses }, this.#problem.kept),
      indices: Int32Array.from(terms, ([column]) => column),
      values: Float64Array.from(terms, ([, value]) => value),
    };
  }

  /** (n) v of a solution, whose numbers of lots need not be whole. */
  weightsIn(solution: Float64Array): Float64Array {
    const weights = Float64Array.from(this.#problem.kept);
    this.#assets.forEach((j, at) => (weights[j]! += this.#problem.lots[j]! * solution[at]!));
    return weights;
  }

  /** (n) The numbers of lots in a solution. */
  countsIn(solution: Float64Array): Float64Array {
    const counts = new Float64Array(this.#problem.lots.length);
    this.#assets.forEach((j, at) => {
      const value = solution[at]!;
      counts[j] = Math.max(0, this.#columns[at]!.isWhole ? Math.round(value) : Math.floor(value + ROUNDING));
    });
    return counts;
  }

  /** By how much a solution exceeds the benchmark's limit. */
  beyondIn(solution: Float64Array): number {
    return solution[this.#beyond]!;
  }

  /** What cannot be changed. */
  #offset(): number {
    const { wanted, kept, lower, gains, trading } = this.#problem;
    const others = [...wanted.keys()].filter((j) => !this.#assets.includes(j));
    const missing = sum(others.map((j) => MISSING * Math.max(0, lower[j]! - kept[j]!)));
    if (gains === undefined) {
      return SPENDING * (1 - sum(kept)) + sum(others.map((j) => Math.abs(wanted[j]! - kept[j]!))) + missing;
    }
    const soldWhole =
      trading === undefined ? [] : others.map((j) => trading.cost * Math.abs(trading.held[j]! - kept[j]!));
    return sum(soldWhole) - expectedReturn(gains, kept) + missing;
  }

  #mostOf(j: number): number {
    const { lots, upper, kept } = this.#problem;
    return Math.floor((Math.min(1, upper[j]!) - kept[j]!) / lots[j]! + ROUNDING);
  }

  /** @returns its index */
  #addColumn(upper: number, cost: number, isWhole = false): number {
    this.#columns.push({ upper, cost, isWhole });
    return this.#columns.length - 1;
  }

  /** a·v without its constant, a·kept. */
  #termsOf(coefficients: Float64Array): Nonzero[] {
    return this.#assets.map((j, at) => [at, coefficients[j]! * this.#problem.lots[j]!] as const);
  }

  /** lower ≤ v_j + other terms ≤ upper, where `at` is the column of j */
  #addRow(at: number, [lower, upper]: readonly [number, number], ...others: readonly Nonzero[]): void {
    const j = this.#assets[at]!;
    const kept = this.#problem.kept[j]!;
    this.#rows.push({
      lower: lower - kept,
      upper: upper - kept,
      terms: [[at, this.#problem.lots[j]!], ...others],
    });
  }

  /** Of each asset from its weight, where no gains are sought, and from its lower end. */
  #addDistances(): void {
    const { wanted, lower, gains } = this.#problem;
    for (const [at, j] of this.#assets.entries()) {
      if (gains === undefined) {
        const [above, below] = [this.#addColumn(Infinity, 1), this.#addColumn(Infinity, 1)];
        this.#addRow(at, [wanted[j]!, wanted[j]!], [above, -1], [below, 1]);
      }
      if (lower[j]! > 0) this.#addRow(at, [lower[j]!, Infinity], [this.#addColumn(Infinity, MISSING), 1]);
    }
  }

  #addEnds(): void {
    const { ends, kept } = this.#problem;
    for (const end of ends) {
      const missed: Nonzero[] = end.price < Infinity ? [[this.#addColumn(Infinity, end.price), -1]] : [];
      const terms = [...this.#termsOf(end.coefficients), ...missed];
      this.#rows.push({ lower: -Infinity, upper: end.upper - activity(end, kept), terms });
    }
  }

  /** The budget, and what is bought and sold. */
  #addTrades(): void {
    const { trading, kept, gains } = this.#problem;
    const spent = this.#assets.map((j, at) => [at, this.#problem.lots[j]!] as const);
    const rest = 1 - sum(kept);
    if (trading === undefined) {
      this.#rows.push({ lower: -Infinity, upper: rest, terms: spent });
      return;
    }
    const { held, cost, mostTurnover } = trading;
    const price = gains === undefined ? 0 : cost;
    const bought: Nonzero[] = [];
    const costs: Nonzero[] = [];
    for (const [at, j] of this.#assets.entries()) {
      const [buys, sells] = [this.#addColumn(Infinity, price), this.#addColumn(Infinity, price)];
      this.#addRow(at, [held[j]!, held[j]!], [buys, -1], [sells, 1]);
      bought.push([buys, 1]);
      costs.push([buys, cost], [sells, cost]);
    }
    const soldWhole = [...held.keys()].filter((j) => !this.#assets.includes(j)).map((j) => held[j]! - kept[j]!);
    this.#rows.push({ lower: -Infinity, upper: rest - cost * sum(soldWhole), terms: [...spent, ...costs] });
    if (mostTurnover < Infinity) this.#rows.push({ lower: -Infinity, upper: mostTurnover, terms: bought });
  }

  #addSparsity(): void {
    const { sparsity, kept } = this.#problem;
    const stay = kept.filter((part) => part > 0).length;
    if (sparsity === undefined || (sparsity.least === 0 && sparsity.most >= this.#assets.length + stay)) return;
    const count: Nonzero[] = [];
    for (const [at, j] of this.#assets.entries()) {
      if (kept[j]! > 0) continue;
      const isHeld = this.#addColumn(1, 0, true);
      this.#rows.push({ lower: -Infinity, upper: 0, terms: [[at, 1] as const, [isHeld, -this.#mostOf(j)] as const] });
      this.#addRow(at, [0, Infinity], [isHeld, -sparsity.least]);
      count.push([isHeld, 1]);
    }
    const most = sparsity.most - stay;
    if (most < count.length) this.#rows.push({ lower: -Infinity, upper: most, terms: count });
  }
}
