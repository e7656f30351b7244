/** Gaussian elimination of a positive definite system. (k, k), (k) → (k) */
export function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, k) => [...row, right[k]!]);
  for (const [k, pivot] of rows.entries()) {
    for (const row of rows.slice(k + 1)) {
      const factor = row[k]! / pivot[k]!;
      for (let l = k; l < row.length; l++) row[l]! -= factor * pivot[l]!;
    }
  }
  const x = right.map(() => 0);
  for (let k = rows.length - 1; k >= 0; k--) {
    const rest = x.reduce((sum, one, l) => (l > k ? sum + rows[k]![l]! * one : sum), 0);
    x[k] = (rows[k]!.at(-1)! - rest) / rows[k]![k]!;
  }
  return x;
}
