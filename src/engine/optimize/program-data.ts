import type { BoundedProgram } from './safe-bound.ts';

/** The columns of a row that are not 0, and their values. */
interface Entries {
  readonly indices: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

interface ColumnRange {
  readonly from: number;
  /** Included. */
  readonly to: number;
}

/** What the master problem is built with: methods of HiGHS's `Model`. */
export interface LinearModel {
  addVars(lower: Float64Array, upper: Float64Array): unknown;
  addRow(lower: number, upper: number, entries: Entries): unknown;
  addRows(rows: NewRows): unknown;
  changeColsCost(range: ColumnRange & { readonly kind: 'range' }, costs: Float64Array): unknown;
  changeColBounds(col: number, lower: number, upper: number): unknown;
  changeColsBounds(range: ColumnRange & { readonly kind: 'range' }, lower: Float64Array, upper: Float64Array): unknown;
  changeRowBounds(row: number, lower: number, upper: number): unknown;
}

/** Row by row (CSR). */
export interface NewRows {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly matrix: {
    readonly format: 'csr';
    readonly numRows: number;
    readonly numCols: number;
    readonly starts: Int32Array;
    readonly indices: Int32Array;
    readonly values: Float64Array;
  };
}

/** A linear program that grows: min γ·x with a ≤ Ax ≤ b and x⁻ ≤ x ≤ x⁺. */
export class ProgramData implements LinearModel, BoundedProgram {
  readonly offset = 0;
  readonly colCost: number[] = [];
  readonly colLower: number[] = [];
  readonly colUpper: number[] = [];
  readonly rowLower: number[] = [];
  readonly rowUpper: number[] = [];
  readonly matrix = { starts: [0], indices: [] as number[], values: [] as number[] };
  /** Whether costs or bounds of rows have changed, so that no basis of before is surely feasible for the dual program. */
  isChanged = true;

  get numCols(): number {
    return this.colCost.length;
  }

  get numRows(): number {
    return this.rowLower.length;
  }

  addVars(lower: Float64Array, upper: Float64Array): void {
    this.colCost.push(...lower.map(() => 0));
    this.colLower.push(...lower);
    this.colUpper.push(...upper);
  }

  addRow(lower: number, upper: number, { indices, values }: Entries): void {
    this.rowLower.push(lower);
    this.rowUpper.push(upper);
    for (let at = 0; at < indices.length; at++) {
      if (values[at] === 0) continue;
      this.matrix.indices.push(indices[at]!);
      this.matrix.values.push(values[at]!);
    }
    this.matrix.starts.push(this.matrix.indices.length);
  }

  addRows({ lower, upper, matrix: { starts, indices, values } }: NewRows): void {
    lower.forEach((bound, row) => {
      const [from, to] = [starts[row]!, starts[row + 1]!];
      this.addRow(bound, upper[row]!, { indices: indices.subarray(from, to), values: values.subarray(from, to) });
    });
  }

  changeColsCost({ from }: ColumnRange, costs: Float64Array): void {
    replace(this.colCost, from, costs);
    this.isChanged = true;
  }

  changeColBounds(col: number, lower: number, upper: number): void {
    this.colLower[col] = lower;
    this.colUpper[col] = upper;
  }

  changeColsBounds({ from }: ColumnRange, lower: Float64Array, upper: Float64Array): void {
    replace(this.colLower, from, lower);
    replace(this.colUpper, from, upper);
  }

  changeRowBounds(row: number, lower: number, upper: number): void {
    this.rowLower[row] = lower;
    this.rowUpper[row] = upper;
    this.isChanged = true;
  }
}

function replace(values: number[], from: number, by: Float64Array): void {
  by.forEach((value, at) => (values[from + at] = value));
}
