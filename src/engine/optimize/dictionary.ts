import type { ProgramData } from './program-data.ts';

/** Room for columns that come later. */
const SPARE = 64;
/** A smaller pivot would make errors grow. */
const LEAST_PIVOT = 1e-9;

/**
 * The dictionary of a linear program (Chvátal 1983): each basic variable as a combination of those that are not basic.
 * Variables are the columns, and the activities A x of the rows: column j is variable j, row i is variable ~i.
 */
export class Dictionary {
  /** The basic variables, one for each row of the program. */
  readonly basic: number[] = [];
  /** The others, one for each column of the program. */
  readonly nonbasic: number[] = [];
  /** The combinations. */
  readonly rows: Float64Array[] = [];
  /** The objective as a combination: the reduced costs. */
  costs: Float64Array = new Float64Array(SPARE);
  /** Since the dictionary was computed from the program itself. */
  pivots = 0;
  readonly #data: ProgramData;
  /** Of each column: its place among the basic variables, or ~ its place among the others. */
  readonly #places: number[] = [];

  constructor(data: ProgramData) {
    this.#data = data;
  }

  get width(): number {
    return this.nonbasic.length;
  }

  /** Takes up the columns and rows that the program has gained. */
  extend(): void {
    const { numCols, numRows } = this.#data;
    while (this.#places.length < numCols) {
      this.#places.push(~this.nonbasic.length);
      this.nonbasic.push(this.#places.length - 1);
    }
    if (this.costs.length < this.width) this.#widen(this.width + SPARE);
    while (this.basic.length < numRows) this.#addRow(this.basic.length);
  }

  #widen(capacity: number): void {
    const widened = (row: Float64Array): Float64Array => {
      const wide = new Float64Array(capacity);
      wide.set(row);
      return wide;
    };
    this.costs = widened(this.costs);
    this.rows.forEach((row, at) => (this.rows[at] = widened(row)));
  }

  #addRow(index: number): void {
    const { starts, indices, values } = this.#data.matrix;
    const row = new Float64Array(this.costs.length);
    for (let at = starts[index]!; at < starts[index + 1]!; at++) this.#accumulate(row, indices[at]!, values[at]!);
    this.rows.push(row);
    this.basic.push(~index);
  }

  /** Adds a multiple of a column. */
  #accumulate(to: Float64Array, column: number, factor: number): void {
    const place = this.#places[column]!;
    if (place < 0) to[~place]! += factor;
    else addMultiple(to, this.rows[place]!, factor, this.width);
  }

  /** Computes the reduced costs from the program's costs. */
  price(): void {
    this.costs.fill(0);
    this.#data.colCost.forEach((cost, column) => {
      if (cost !== 0) this.#accumulate(this.costs, column, cost);
    });
  }

  /** Makes all rows basic. */
  reset(): void {
    this.basic.length = 0;
    this.rows.length = 0;
    this.nonbasic.length = 0;
    this.#places.length = 0;
    this.extend();
    this.price();
    this.pivots = 0;
  }

  /** Computes the dictionary with the same basic variables from the program itself. */
  rebuild(): void {
    const entering = this.basic.filter((variable) => variable >= 0);
    const leaving = this.nonbasic.filter((variable) => variable < 0);
    this.reset();
    // A row's place is its index, until it leaves.
    const places = new Set(leaving.map((variable) => ~variable));
    for (const column of entering) {
      const at = ~this.#places[column]!;
      let best = -1;
      for (const place of places) {
        if (best < 0 || Math.abs(this.rows[place]![at]!) > Math.abs(this.rows[best]![at]!)) best = place;
      }
      if (best < 0 || Math.abs(this.rows[best]![at]!) < LEAST_PIVOT) continue;
      places.delete(best);
      this.pivot(best, at);
    }
    this.pivots = 0;
  }

  /** Exchanges a basic variable, by its place, for another, by its. */
  pivot(place: number, at: number): void {
    const { width, rows, costs } = this;
    const row = rows[place]!;
    const pivot = row[at]!;
    for (let col = 0; col < width; col++) row[col]! /= -pivot;
    row[at] = 1 / pivot;
    for (let other = 0; other < rows.length; other++) if (other !== place) substitute(rows[other]!, row, at, width);
    substitute(costs, row, at, width);
    const [left, entered] = [this.basic[place]!, this.nonbasic[at]!];
    this.basic[place] = entered;
    this.nonbasic[at] = left;
    if (entered >= 0) this.#places[entered] = place;
    if (left >= 0) this.#places[left] = ~at;
    this.pivots += 1;
  }
}

function addMultiple(to: Float64Array, row: Float64Array, factor: number, width: number): void {
  for (let col = 0; col < width; col++) to[col]! += factor * row[col]!;
}

/** Replaces the variable at `at` by its combination. */
function substitute(target: Float64Array, row: Float64Array, at: number, width: number): void {
  const factor = target[at]!;
  if (factor === 0) return;
  target[at] = 0;
  addMultiple(target, row, factor, width);
}
