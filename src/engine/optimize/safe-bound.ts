/** The data of a linear program, row by row. */
export interface BoundedProgram {
  readonly numCols: number;
  readonly numRows: number;
  readonly offset: number;
  readonly colCost: Float64Array | readonly number[];
  readonly colLower: ArrayLike<number>;
  readonly colUpper: ArrayLike<number>;
  readonly rowLower: ArrayLike<number>;
  readonly rowUpper: ArrayLike<number>;
  readonly matrix: {
    readonly starts: ArrayLike<number>;
    readonly indices: ArrayLike<number>;
    readonly values: ArrayLike<number>;
  };
}

export interface SafeBound {
  readonly bound: number;
  /** e: by how much the bound rises with the end at which a column is smallest. */
  readonly reducedCosts: Float64Array;
}

/**
 * A lower bound of a linear program that is valid even if its solver is wrong (Neumaier & Shcherbina 2004). For
 *
 *     min γ·x   subject to  a ≤ Ax ≤ b,  x⁻ ≤ x ≤ x⁺   (all x⁻, x⁺ finite)
 *
 * and any dual values y, γ·x = y·Ax + (γ − Aᵀy)·x, and both terms are smallest at an end of their intervals:
 *
 *     γ·x ≥ Σ_i min(y_i a_i, y_i b_i) + Σ_j min(e_j x⁻_j, e_j x⁺_j),   e = γ − Aᵀy
 *
 * The solver's own y makes the bound tight.
 */
export function safeBound(program: BoundedProgram, rowDuals: Float64Array, costs = program.colCost): SafeBound {
  const { rowLower, rowUpper, colLower, colUpper, matrix } = program;
  const reduced = Float64Array.from(costs);
  let bound = program.offset;
  for (let row = 0; row < program.numRows; row++) {
    const dual = rowDuals[row]!;
    const end = dual > 0 ? rowLower[row]! : rowUpper[row]!;
    // A dual of the wrong sign for a one-sided row comes from rounding. The bound is valid without it.
    if (dual === 0 || !Number.isFinite(end)) continue;
    bound += dual * end;
    for (let at = matrix.starts[row]!; at < matrix.starts[row + 1]!; at++) {
      reduced[matrix.indices[at]!]! -= dual * matrix.values[at]!;
    }
  }
  for (let col = 0; col < program.numCols; col++) {
    bound += reduced[col]! * (reduced[col]! > 0 ? colLower[col]! : colUpper[col]!);
  }
  return { bound, reducedCosts: reduced };
}

/** How far a minimised value may lie above the optimum, which is at least `bound`. */
export function certifiedGap(value: number, bound: number): number {
  return Math.max(0, value - bound);
}
