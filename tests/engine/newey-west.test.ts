import { describe, expect, it } from 'vitest';
import { neweyWestT } from '../../src/engine/newey-west.ts';
import { mean } from '../../src/engine/statistics.ts';
import { randomNumbers } from '../support/numbers.ts';

const noise = [...randomNumbers(3)(400, 1)];

describe('the t-statistic of a mean', () => {
  it('without neighbours is that of independent values', () => {
    const average = mean(noise);
    const variance = mean(noise.map((value) => (value - average) ** 2));
    expect(neweyWestT(noise, 0)).toBeCloseTo(average / Math.sqrt(variance / noise.length), 12);
  });

  it('is that of the textbook for one neighbour', () => {
    // Deviations −1, 1, 2, −2 of mean 3: γ₀ = 10/4, γ₁ = (−1 + 2 − 4)/4; variance γ₀ + 2 · ½ γ₁ = 7/4.
    expect(neweyWestT([2, 4, 5, 1], 1)).toBeCloseTo(3 / Math.sqrt(7 / 4 / 4), 12);
  });

  it('is smaller where neighbours repeat each other, as overlapping outcomes do', () => {
    const overlapping = noise.flatMap((value) => [value + 0.2, value + 0.2, value + 0.2, value + 0.2]);
    const [naive, honest] = [neweyWestT(overlapping, 0)!, neweyWestT(overlapping, 8)!];
    const single = neweyWestT(
      noise.map((value) => value + 0.2),
      0,
    )!;
    expect(naive / single).toBeCloseTo(2, 1);
    expect(honest / single).toBeLessThan(1.3);
  });

  it('is none for a single value, or for values that do not vary', () => {
    expect(neweyWestT([1], 3)).toBeUndefined();
    expect(neweyWestT([2, 2, 2], 1)).toBeUndefined();
  });
});
