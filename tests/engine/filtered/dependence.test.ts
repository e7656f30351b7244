import { describe, expect, it } from 'vitest';
import { adjustDependence, DEPENDENCE, measureCommonMoves } from '../../../src/engine/filtered/dependence.ts';
import { uniforms } from '../../../src/engine/random.ts';
import type { Matrix } from '../../../src/engine/types.ts';
import { matrixOf } from '../../support/path-input.ts';

/** Residuals of deviation 1 with a correlation of 0.5, or another on the last 200 of the days. */
function residuals(lastCorrelation = 0.5, rows = 1000, cols = 5): Matrix {
  const uniform = uniforms(9, 'z');
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const common = Array.from({ length: rows }, normal);
  const correlation = (t: number): number => (t < rows - 200 ? 0.5 : lastCorrelation);
  return matrixOf(rows, cols, (t) => Math.sqrt(correlation(t)) * common[t]! + Math.sqrt(1 - correlation(t)) * normal());
}

/** The mean correlation of two assets. */
function correlationOf({ rows, cols, data }: Matrix): number {
  const column = (j: number) => Array.from({ length: rows }, (_, t) => data[t * cols + j]!);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / rows;
  const covariance = (a: number[], b: number[]) => mean(a.map((value, t) => value * b[t]!)) - mean(a) * mean(b);
  const all = Array.from({ length: cols }, (_, j) => column(j));
  const pairs = all.flatMap((a, i) =>
    all.slice(i + 1).map((b) => covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b))),
  );
  return pairs.reduce((sum, one) => sum + one, 0) / pairs.length;
}

describe('common moves', () => {
  it('have a level of each day that does not know its move, nor later ones', () => {
    const { rows, cols, data } = residuals();
    const changed = { rows, cols, data: data.map((z, at) => (at >= 700 * cols ? -z : z)) };
    const [known, other] = [measureCommonMoves({ rows, cols, data }), measureCommonMoves(changed)];
    // Only squares count, so that another sign changes no level.
    expect(other.levels).toEqual(known.levels);
    const naive = known.moves.reduce((h, m) => DEPENDENCE.decay * h + (1 - DEPENDENCE.decay) * m * m, known.meanSquare);
    expect(known.nextLevel / known.levels[0]!).toBeCloseTo(Math.sqrt(naive / known.meanSquare), 10);
    expect(known.levels[1]! / known.levels[0]!).toBeCloseTo(
      Math.sqrt(DEPENDENCE.decay + ((1 - DEPENDENCE.decay) * known.moves[0]! ** 2) / known.meanSquare),
      10,
    );
  });

  it('keep their levels between the bounds, also where nothing moves', () => {
    const { levels, nextLevel } = measureCommonMoves(matrixOf(100, 3, () => 0));
    expect([...new Set([...levels, nextLevel])]).toEqual([DEPENDENCE.least]);
    expect(measureCommonMoves(matrixOf(100, 3, (t) => (t % 2 === 0 ? 5 : -5))).nextLevel).toBe(DEPENDENCE.most);
  });
});

describe('adjusted residuals', () => {
  it('have mean 0 and deviation 1, and are 0 where nothing moves', () => {
    const { rows, cols, data } = adjustDependence(residuals());
    expect([rows, cols]).toEqual([1000, 5]);
    for (let j = 0; j < cols; j += 1) {
      const column = data.filter((_, at) => at % cols === j);
      const mean = column.reduce((sum, value) => sum + value, 0) / rows;
      const deviation = Math.sqrt(column.reduce((sum, value) => sum + value * value, 0) / rows);
      expect(mean).toBeCloseTo(0, 12);
      expect(deviation).toBeCloseTo(1, 12);
    }
    expect([...new Set(adjustDependence(matrixOf(100, 3, () => 0)).data)]).toEqual([0]);
  });

  it('move together as assets have moved of late', () => {
    const before = correlationOf(residuals());
    expect(correlationOf(adjustDependence(residuals()))).toBeCloseTo(before, 1);
    const [apart, together] = [0.05, 0.95].map((last) => residuals(last));
    expect(correlationOf(adjustDependence(together!))).toBeGreaterThan(correlationOf(together!) + 0.03);
    expect(correlationOf(adjustDependence(apart!))).toBeLessThan(correlationOf(apart!) - 0.03);
  });

  it('leave what they are made of', () => {
    const z = residuals();
    const kept = z.data.slice();
    adjustDependence(z);
    expect(z.data).toEqual(kept);
  });
});
