import { describe, expect, it } from 'vitest';
import { normalCdf, normalQuantile } from '../../src/engine/statistics.ts';

describe('the normal distribution', () => {
  // scipy.stats.norm 1.17
  it.each([
    [-5, 2.866515718791933e-7],
    [-1.5, 0.06680720126885807],
    [0, 0.5],
    [0.3, 0.6179114221889526],
    [2.5, 0.9937903346742238],
  ])('has the probability below %d', (x, p) => {
    expect(normalCdf(x) / p).toBeCloseTo(1, 11);
    expect(normalQuantile(p)).toBeCloseTo(x, 9);
  });
});
