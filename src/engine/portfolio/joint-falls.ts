import { tailSize, valueAtRisk } from '../risk.ts';
import type { Matrix } from '../types.ts';
import { symmetric } from './correlations.ts';

/**
 * How often assets fall together: of the scenarios in which one is among its own worst 1 − alpha, the share in which the
 * other is among its own. Unlike correlations in a portfolio's tail, it does not depend on how the tail was chosen.
 * @param scenarios C (M, n)
 * @param columns (k)
 * @returns (k, k); 1 − alpha where they have nothing to do with each other; NaN where an asset has no worst scenarios,
 *   since most are alike
 */
export function jointFalls({ rows, cols, data }: Matrix, columns: readonly number[], alpha: number): number[][] {
  const falls = columns.map((column) => {
    const losses = Float64Array.from({ length: rows }, (_, row) => -data[row * cols + column]!);
    const atRisk = valueAtRisk(losses, alpha);
    const worst: number[] = [];
    for (const [row, loss] of losses.entries()) if (loss >= atRisk) worst.push(row);
    return new Set(worst.length > 2 * tailSize(rows, alpha) + 1 ? [] : worst);
  });
  return symmetric(
    columns.length,
    (a, b) => falls[a]!.intersection(falls[b]!).size / Math.min(falls[a]!.size, falls[b]!.size),
  );
}
