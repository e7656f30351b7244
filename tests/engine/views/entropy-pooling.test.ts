import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { poolEntropy, type PooledView } from '../../../src/engine/views/entropy-pooling.ts';
import { uniforms } from '../../../src/engine/random.ts';
import { fatTailed } from '../../support/scenarios.ts';

const ROWS = 400;

const columns = (seed: number): Float64Array[] => {
  const { cols, data } = fatTailed(ROWS, 4, seed);
  return Array.from({ length: cols }, (_, j) => Float64Array.from({ length: ROWS }, (__, m) => data[m * cols + j]!));
};

const meanOf = (a: Float64Array, p?: Float64Array): number =>
  a.reduce((sum, one, m) => sum + one * (p === undefined ? 1 / ROWS : p[m]!), 0);

/** The column's mean moves by so many of its standard errors of one scenario. */
const viewOf = (column: Float64Array, by: number, isEquality: boolean): PooledView => {
  const mean = meanOf(column);
  const deviation = Math.sqrt(meanOf(column.map((one) => (one - mean) ** 2)));
  return { a: column.map((one) => one - mean - by * deviation), isEquality };
};

const entropyFrom = (p: Float64Array): number => p.reduce((sum, one) => sum + one * Math.log(ROWS * one), 0);

const views = fc.array(
  fc.record({
    j: fc.integer({ min: 0, max: 3 }),
    by: fc.double({ min: -0.6, max: 0.6, noNaN: true }),
    isEquality: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

describe('poolEntropy', () => {
  it('tilts by one multiplier for one view, which bisection finds too', () => {
    const { a } = viewOf(columns(1)[0]!, 0.5, true);
    const tilted = (lambda: number): Float64Array => {
      const raw = a.map((one) => Math.exp(lambda * one));
      const total = raw.reduce((sum, one) => sum + one, 0);
      return raw.map((one) => one / total);
    };
    let [low, high] = [0, 200];
    for (let step = 0; step < 200; step++) {
      const middle = (low + high) / 2;
      if (meanOf(a, tilted(middle)) < 0) low = middle;
      else high = middle;
    }
    const pooled = poolEntropy([{ a, isEquality: true }], ROWS, 0.1);
    const wanted = tilted(low);
    for (const [m, p] of pooled!.probabilities.entries()) expect(p).toBeCloseTo(wanted[m]!, 9);
  });

  it('meets every view, and no probabilities that meet them too are nearer to equal ones', () => {
    fc.assert(
      fc.property(views, fc.integer({ min: 1, max: 200 }), (wanted, seed) => {
        const assets = columns(seed);
        const pooledViews = wanted
          // Two equalities of one asset contradict.
          .filter(({ j }, at) => wanted.findIndex((one) => one.j === j) === at)
          .map(({ j, by, isEquality }) => viewOf(assets[j]!, by, isEquality));
        const pooled = poolEntropy(pooledViews, ROWS, 0.01);
        if (pooled === undefined) return;
        const { probabilities: p, share } = pooled;
        expect(p.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
        expect(share).toBeCloseTo(Math.exp(-entropyFrom(p)), 9);
        const means = pooledViews.map(({ a }) => meanOf(a, p));
        const misses = pooledViews.map(({ isEquality }, k) => (isEquality ? Math.abs(means[k]!) : -means[k]!));
        expect(Math.max(...misses)).toBeLessThan(1e-8);
        const binding = pooledViews.filter((_, k) => Math.abs(means[k]!) < 1e-8).map(({ a }) => a);
        for (const moved of movesKeeping(p, binding, seed)) {
          expect(entropyFrom(moved)).toBeGreaterThanOrEqual(entropyFrom(p) - 1e-12);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('meets whatever it does not refuse, also of many views that nearly contradict each other', () => {
    const uniform = uniforms(7, 'views');
    const pick = (below: number): number => Math.floor(below * uniform());
    let met = 0;
    for (let round = 0; round < 150; round++) {
      const assets = columns(1 + (round % 5));
      const wanted = Array.from({ length: 1 + pick(6) }, () => {
        const [own, other, by] = [assets[pick(4)]!, assets[pick(5)], 0.2 * (uniform() - 0.5)];
        const sign = uniform() < 0.5 ? -1 : 1;
        return { a: own.map((one, m) => sign * (one - (other?.[m] ?? 0) - by)), isEquality: uniform() < 0.4 };
      });
      const pooled = poolEntropy(wanted, ROWS, 0.1);
      if (pooled === undefined) continue;
      met++;
      for (const { a, isEquality } of wanted) {
        const mean = meanOf(a, pooled.probabilities);
        expect(isEquality ? Math.abs(mean) : -mean).toBeLessThan(1e-8);
      }
    }
    expect(met).toBeGreaterThan(30);
  });

  it('leaves equal probabilities where the views hold already', () => {
    const pooled = poolEntropy([viewOf(columns(2)[1]!, -0.3, false)], ROWS, 0.1);
    expect(pooled!.share).toBeCloseTo(1, 12);
    expect(pooled!.probabilities[7]).toBeCloseTo(1 / ROWS, 14);
  });

  it('does not mind a view that is said twice', () => {
    const view = viewOf(columns(3)[0]!, 0.4, true);
    const [once, twice] = [
      poolEntropy([view], ROWS, 0.1),
      poolEntropy([view, view, { ...view, isEquality: false }], ROWS, 0.1),
    ];
    expect(twice!.share).toBeCloseTo(once!.share, 9);
  });

  it('knows views that contradict, that no scenario reaches, or that leave too little', () => {
    const [asset] = columns(4);
    const contradicting = [viewOf(asset!, 0.2, true), viewOf(asset!, -0.2, true)];
    const unreachable = [{ a: asset!.map((one) => one - 10), isEquality: true }];
    for (const impossible of [contradicting, unreachable]) {
      expect(poolEntropy(impossible, ROWS, 0.001)).toBeUndefined();
    }
    const costly = [viewOf(asset!, 1.2, true)];
    const { share } = poolEntropy(costly, ROWS, 0.01)!;
    expect(poolEntropy(costly, ROWS, share + 1e-6)).toBeUndefined();
    expect(poolEntropy(costly, ROWS, share - 1e-6)).toBeDefined();
  });
});

/** Probabilities a little away, with the same sum and the same means of the views. */
function movesKeeping(p: Float64Array, kept: readonly Float64Array[], seed: number): Float64Array[] {
  const basis: Float64Array[] = [];
  const rest = (vector: Float64Array): Float64Array => {
    let left = vector;
    for (const one of basis) {
      const part = left.reduce((sum, value, m) => sum + value * one[m]!, 0);
      left = left.map((value, m) => value - part * one[m]!);
    }
    return left;
  };
  for (const vector of [new Float64Array(p.length).fill(1), ...kept]) {
    const left = rest(vector);
    const length = Math.hypot(...left);
    if (length > 1e-9) basis.push(left.map((value) => value / length));
  }
  const uniform = uniforms(seed, 'moves');
  return Array.from({ length: 3 }, () => {
    const move = rest(rest(p.map(() => uniform() - 0.5)));
    const largest = Math.max(...move.map((value, m) => Math.abs(value) / p[m]!));
    return p.map((one, m) => one + (0.3 * move[m]!) / largest);
  });
}
