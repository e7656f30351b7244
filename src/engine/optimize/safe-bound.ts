// Pure: a lower bound of a linear program that needs no trust in its solver.
import type { DetachedModelData } from 'highs';

/**
 * What no feasible point of `program` (minimised, all columns with finite bounds) can be below:
 * c·x = y·Ax + (c − Aᵀy)·x for any y, and both terms are least at the ends of their intervals
 * (Neumaier & Shcherbina 2004). The solver's own y makes the bound tight.
 */
export function safeBound(program: DetachedModelData, rowDuals: Float64Array): number {
  const { rowLower, rowUpper, colLower, colUpper, matrix } = program;
  const reduced = program.colCost.slice();
  let bound = program.offset;
  for (let row = 0; row < program.numRows; row++) {
    const dual = rowDuals[row]!;
    const end = dual > 0 ? rowLower[row]! : rowUpper[row]!;
    // A dual of the wrong sign for a one-sided row is rounding: without it the bound stays true.
    if (dual === 0 || !Number.isFinite(end)) continue;
    bound += dual * end;
    for (let at = matrix.starts[row]!; at < matrix.starts[row + 1]!; at++) {
      reduced[matrix.indices[at]!]! -= dual * matrix.values[at]!;
    }
  }
  for (let col = 0; col < program.numCols; col++) {
    bound += reduced[col]! * (reduced[col]! > 0 ? colLower[col]! : colUpper[col]!);
  }
  return bound;
}
