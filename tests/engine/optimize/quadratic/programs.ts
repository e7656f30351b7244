// Seeded convex programs: covariances of daily returns and scaled ones, near-singular ones, caps and group rows.
import type { LinearRow, Polytope } from '../../../../src/engine/constraints/polytope.ts';
import { uniforms } from '../../../../src/engine/random.ts';
import type { Matrix } from '../../../../src/engine/types.ts';

export interface Case {
  readonly means: Float64Array;
  readonly covariance: Matrix;
  readonly feasible: Polytope;
  /** Whether Σ has full rank, so that there is one optimum. */
  readonly isRegular: boolean;
}

/** Standard deviations of a day, of a month in percent, and between. */
const SIZES = [0.01, 1, 0.002, 8];

/** Sample moments of n assets that share a factor. */
function momentsFrom(uniform: () => number, n: number, size: number, days: number) {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const assets = Array.from({ length: n }, () => ({
    beta: 0.5 + uniform(),
    size: size * (0.3 + 2 * uniform()),
    drift: 0.05 * normal(),
  }));
  const returns = Array.from({ length: days }, () => {
    const factor = normal();
    return assets.map((asset) => asset.size * (asset.drift + asset.beta * factor + normal()));
  });
  const means = Float64Array.from(assets, (_, j) => returns.reduce((total, day) => total + day[j]!, 0) / days);
  const data = new Float64Array(n * n);
  for (const day of returns) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) data[i * n + j]! += ((day[i]! - means[i]!) * (day[j]! - means[j]!)) / days;
    }
  }
  return { means, covariance: { rows: n, cols: n, data } };
}

const capOf = (uniform: () => number, n: number): number => {
  const most = [1, 1 / 2, 1 / n, 0.2, uniform()][Math.floor(5 * uniform())]!;
  return Math.max(1 / n, most);
};

/** Groups of half of the assets or so; their bounds leave equal weights. */
function groupRow(uniform: () => number, n: number): LinearRow {
  const coefficients = Float64Array.from({ length: n }, () => (uniform() < 0.5 ? 1 : 0));
  const equal = coefficients.reduce((total, value) => total + value, 0) / n;
  const [below, above] = [uniform() * equal, equal + uniform() * (1 - equal)];
  return [
    { lower: below, upper: above, coefficients },
    { lower: -Infinity, upper: above, coefficients },
    { lower: equal, upper: equal, coefficients },
  ][Math.floor(3 * uniform())]!;
}

/** Equal weights are always feasible. */
export function caseOf(seed: number): Case {
  const uniform = uniforms(seed, 'programs');
  const n = 2 + Math.floor(39 * uniform());
  const isRegular = seed % 5 !== 0;
  const days = isRegular ? 2 * n + 10 : Math.max(2, n - 1);
  const moments = momentsFrom(uniform, n, SIZES[seed % SIZES.length]!, days);
  const rows = Array.from({ length: seed % 3 }, () => groupRow(uniform, n));
  const most = capOf(uniform, n);
  const least = seed % 4 === 0 ? uniform() / n : 0;
  const feasible = { lower: new Float64Array(n).fill(least), upper: new Float64Array(n).fill(most), rows };
  return { ...moments, feasible, isRegular };
}

/** Of three assets, whose optima are known. */
export const THREE = {
  means: Float64Array.of(0.08, 0.1, 0.06),
  covariance: {
    rows: 3,
    cols: 3,
    data: Float64Array.of(0.04, 0.006, 0.002, 0.006, 0.09, 0.012, 0.002, 0.012, 0.0225),
  },
  long: { lower: new Float64Array(3), upper: new Float64Array(3).fill(1), rows: [] },
};
