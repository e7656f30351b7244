import type { Model } from 'highs';

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
