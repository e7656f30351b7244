import type { Model } from 'highs';

/** In the list of rows, where explicit scenarios count from 0. */
export const CUT = -1;

type NewRows = Parameters<Model['addRows']>[0];

/**
 * u_s + c_s·w + t ≥ 0 for explicit scenarios, in columns w (n), z, t, u.
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

/** Which rows and columns a basis does not rest on, and the scenarios that are explicit by them. */
interface Inactive {
  readonly rows: ReadonlySet<number>;
  readonly cols: ReadonlySet<number>;
  readonly scenarios: readonly number[];
}

/**
 * Slack cuts, and explicit scenarios that are clearly in the tail or clearly out of it.
 * @param added what each row from `firstRow` on holds: an explicit scenario or a cut
 * @param firstCol the column of the first explicit scenario's u
 * @param basic HiGHS's status of what is in the basis
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
    // With one of the two basic, row and column leave a basis behind.
    if ((rowStatus[row] === basic) !== (colStatus[col] === basic)) {
      rows.add(row);
      cols.add(col);
      scenarios.push(scenario);
    }
    col++;
  });
  return { rows, cols, scenarios };
}
