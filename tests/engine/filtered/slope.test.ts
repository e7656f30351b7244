import { describe, expect, it } from 'vitest';
import { measureSlope } from '../../../src/engine/filtered/slope.ts';
import { uniforms } from '../../../src/engine/random.ts';
import { matrixOf } from '../../support/path-input.ts';

/** Normal numbers of a seed. */
function normals(seed: number): () => number {
  const uniform = uniforms(seed, 'normal');
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

const deviation = (j: number): number => 0.01 * (1 + j);

interface Kind {
  readonly slope?: number;
  readonly days?: number;
  readonly assets?: number;
  /** Whether all assets move, and are predicted, alike. */
  readonly isAlike?: boolean;
}

/** Returns of a series whose moves of a day come again the next, by so much, and the predictions of that. */
function series(seed: number, { slope = 0, days = 300, assets = 4, isAlike = false }: Kind) {
  const [next, foreseen] = [normals(seed), normals(seed + 1_000_000)];
  const alike = (draw: () => number) => {
    const perDay = matrixOf(days, 1, draw).data;
    return matrixOf(days, assets, (t) => perDay[t]!).data;
  };
  const draw = (one: () => number) => (isAlike ? alike(one) : matrixOf(days, assets, one).data);
  const [noise, seen] = [draw(next), draw(foreseen)];
  const at = (t: number, j: number): number => t * assets + j;
  return {
    predictions: matrixOf(days, assets, (t, j) => 0.3 * deviation(j) * seen[at(t, j)]! + 0.002),
    returns: matrixOf(days, assets, (t, j) => deviation(j) * (0.3 * slope * seen[at(t, j)]! + noise[at(t, j)]!)),
    variances: matrixOf(days, assets, (_, j) => deviation(j) ** 2),
  };
}

describe('the slope of returns on predictions', () => {
  it('is found where the next day follows them', () => {
    expect(measureSlope(series(1, { slope: 0.65, days: 4000 }))).toBeCloseTo(0.65, 1);
    expect(measureSlope(series(2, { slope: 0.8, days: 4000 }))).toBeCloseTo(0.8, 1);
  });

  it('is 1 at most, and never negative', () => {
    expect(measureSlope(series(1, { slope: 2, days: 1000 }))).toBe(1);
    expect(measureSlope(series(1, { slope: -1, days: 1000 }))).toBe(0);
  });

  it('is 0 where predictions follow the returns, but have been further from them than their mean', () => {
    const small = series(3, { slope: 0.35, days: 4000 });
    expect(measureSlope(small)).toBe(0);
  });

  it.each([false, true])('of noise is 0, but for one in twenty at most; assets that move alike: %s', (isAlike) => {
    const slopes = Array.from({ length: 200 }, (_, seed) => measureSlope(series(seed, { isAlike })));
    expect(slopes.filter((slope) => slope > 0).length / 200).toBeLessThan(0.05);
  });

  it('weighs assets by their variances: what moves wildly says no more than the others', () => {
    const calm = series(3, { slope: 0.5, days: 2000, assets: 2 });
    const scaled = (part: keyof typeof calm, power: number) =>
      matrixOf(2000, 2, (t, j) => calm[part].data[t * 2 + j]! * (j === 1 ? 50 ** power : 1));
    const wild = {
      predictions: scaled('predictions', 1),
      returns: scaled('returns', 1),
      variances: scaled('variances', 2),
    };
    expect(measureSlope(wild)).toBeCloseTo(measureSlope(calm), 12);
  });

  it('does not count what the mean explains', () => {
    const plain = series(4, { slope: 0.5, days: 1000 });
    const moved = { ...plain, returns: matrixOf(1000, 4, (t, j) => plain.returns.data[t * 4 + j]! + 0.05 * j) };
    expect(measureSlope(moved)).toBeCloseTo(measureSlope(plain), 10);
  });

  it('is 0 with less than a year of days, and where nothing is predicted', () => {
    expect(measureSlope(series(1, { slope: 1, days: 249 }))).toBe(0);
    expect(measureSlope(series(1, { slope: 1, days: 250 }))).toBeGreaterThan(0);
    const { returns, variances } = series(1, { slope: 1, days: 300 });
    expect(measureSlope({ returns, variances, predictions: matrixOf(300, 4, () => 0) })).toBe(0);
  });
});
