import { describe, expect, it } from 'vitest';
import { histogram } from '../../../src/commands/allocate/result-panel.ts';
import { outcomesAround } from '../../support/charts.ts';

const values = outcomesAround(0.03, 0.025, 2000);
const edgesOf = (bins: ReturnType<typeof histogram>): number[] =>
  Array.from({ length: bins.shares.length + 1 }, (_, i) => bins.from + i * bins.width);
const nearest = (edges: readonly number[], value: number): number =>
  Math.min(...edges.map((edge) => Math.abs(edge - value)));

describe('histogram', () => {
  it('counts every value once, inside or outside', () => {
    const bins = histogram(values, -0.06, { low: -0.1, high: 0 });
    const inside = bins.shares.reduce((sum, share) => sum + share, 0) * values.length;
    expect(inside + bins.outside).toBeCloseTo(2000, 6);
    expect(bins.outside).toBe(values.filter((value) => value < bins.from || value >= bins.until).length);
    expect(bins.outside).toBeGreaterThan(0);
  });

  it('has an edge at the given place and at zero, and holds exactly the values before it', () => {
    const edge = values[100]!;
    const bins = histogram(values, edge, { low: -0.1, high: 0 });
    expect(nearest(edgesOf(bins), edge)).toBeLessThan(1e-12);
    expect(nearest(edgesOf(bins), 0)).toBeLessThan(1e-12);
    const before = Math.round((edge - bins.from) / bins.width);
    const below = bins.shares.slice(0, before).reduce((sum, share) => sum + share, 0) * values.length;
    expect(below).toBeCloseTo(values.filter((value) => value >= bins.from && value < edge).length, 6);
  });

  it.each([
    ['an edge close to zero', -0.0001],
    ['an edge far from zero', -0.5],
    ['a profit as edge', 0.02],
  ])('has 20 to 60 bins for %s', (_, edge) => {
    const { length } = histogram(values, edge, { low: -0.1, high: 0 }).shares;
    expect(length).toBeGreaterThanOrEqual(20);
    expect(length).toBeLessThanOrEqual(60);
  });

  it('covers what it is told to include', () => {
    const bins = histogram(values, -0.06, { low: -0.4, high: 0.9 });
    expect(bins.from).toBeLessThanOrEqual(-0.4);
    expect(bins.until).toBeGreaterThanOrEqual(0.9);
  });

  it('still has a width where all values are the same', () => {
    const bins = histogram(new Float64Array(100), 0, { low: 0, high: 0 });
    expect(bins.width).toBeGreaterThan(0);
    expect(Math.max(...bins.shares)).toBe(1);
  });
});
