import type { Model } from 'highs';

/** Marks a cut in a list of rows, in which other rows have the number of their scenario. */
export const CUT = -1;

type NewRows = Parameters<Model['addRows']>[0];

/**
 * u_m + c_m·w + t ≥ 0 for explicit scenarios, in columns w (n), z, t, u.
 * @param returns (b, n), row-major
 * @param first the column of the first of their u
 */
export function explicitRows(returns: Float64Array, n: number, first: number): NewRows {
  const count = returns.length / n;
  const width = n + 2;
  const indices = new Int32Array(count * width);
  const values = new Float64Array(count * width);
  for (let row = 0; row < count; row++) {
    const at = row * width;
    for (let col = 0; col < n; col++) indices[at + col] = col;
    values.set(returns.subarray(row * n, (row + 1) * n), at);
    indices.set([n + 1, first + row], at + n);
    values.set([1, 1], at + n);
  }
  return {
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
  };
}

/** The rows and columns that a basis does not need, and the explicit scenarios among them. */
interface Inactive {
  readonly rows: ReadonlySet<number>;
  readonly cols: ReadonlySet<number>;
  readonly scenarios: readonly number[];
}

/**
 * Finds slack cuts, and explicit scenarios that are clearly inside or outside the tail.
 * @param added for each row from `firstRow` on, its explicit scenario or CUT
 * @param firstCol the column of the first explicit scenario's u
 * @param basic HiGHS's status of rows and columns in the basis
 */
export function findInactive(
  { colStatus, rowStatus }: ReturnType<Model['getBasis']>,
  added: readonly number[],
  firstRow: number,
  firstCol: number,
  basic: number,
): Inactive {
  const rows = new Set<number>();
  const cols = new Set<number>();
  const scenarios: number[] = [];
  let col = firstCol;
  added.forEach((scenario, at) => {
    const row = firstRow + at;
    if (scenario === CUT) {
      if (rowStatus[row] === basic) rows.add(row);
      return;
    }
    // If exactly one of the two is basic, removing both leaves a valid basis.
    if ((rowStatus[row] === basic) !== (colStatus[col] === basic)) {
      rows.add(row);
      cols.add(col);
      scenarios.push(scenario);
    }
    col++;
  });
  return { rows, cols, scenarios };
}
