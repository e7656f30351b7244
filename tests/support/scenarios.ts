import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Matrix } from '../../src/engine/types.ts';

/**
 * Fat-tailed, correlated returns from a seed, on the scale of 21 days: three factors and a shock of the
 * asset's own, all multiplied by one t-distributed size (4 degrees of freedom) a scenario. (M, n)
 */
export function fatTailed(rows: number, cols: number, seed: number): Matrix {
  const random = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(random);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const assets = Array.from({ length: cols }, () => ({
    mean: 0.002 + 0.02 * uniform(),
    loadings: [0.02 + 0.04 * uniform(), 0.015 * normal(), 0.015 * normal()] as const,
    volatility: 0.03 + 0.07 * uniform(),
  }));
  const data = new Float64Array(rows * cols);
  for (let row = 0, at = 0; row < rows; row++) {
    const size = Math.sqrt(4 / (normal() ** 2 + normal() ** 2 + normal() ** 2 + normal() ** 2));
    const [first, second, third] = [normal(), normal(), normal()];
    for (const { mean, loadings, volatility } of assets) {
      const factors = loadings[0] * first + loadings[1] * second + loadings[2] * third;
      data[at++] = Math.max(-0.95, mean + size * (factors + volatility * normal()));
    }
  }
  return { rows, cols, data };
}

/** Independent samples of one distribution: consecutive rows of a matrix, so many for each count. */
export function cutRows<const C extends readonly number[]>(
  { cols, data }: Matrix,
  counts: C,
): { [K in keyof C]: Matrix };
export function cutRows({ cols, data }: Matrix, counts: readonly number[]): Matrix[] {
  let from = 0;
  return counts.map((rows) => {
    const part = data.slice(from * cols, (from + rows) * cols);
    from += rows;
    return { rows, cols, data: part };
  });
}
