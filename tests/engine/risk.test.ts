import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexStream, uniforms } from '../../src/engine/random.ts';
import { cvar, cvarWithError, nthWorst, portfolioLosses, tail, tailSize, valueAtRisk } from '../../src/engine/risk.ts';

/** The definition at its slowest: sort, take the worst whole cases and the fraction of the next. */
function sortedCvar(losses: Float64Array, k: number): number {
  const worstFirst = losses.slice().sort().reverse();
  if (k < 1) return worstFirst[0]!;
  let total = 0;
  for (let at = 0; at < Math.floor(k); at++) total += worstFirst[at]!;
  return (total + (k - Math.floor(k)) * (worstFirst[Math.floor(k)] ?? 0)) / k;
}

const losses = fc
  .array(
    fc.oneof(
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.integer({ min: -3, max: 3 }).map((whole) => whole / 10),
    ),
    { minLength: 1, maxLength: 60 },
  )
  .map((values) => Float64Array.from(values));

/** Exact fractions, so that k is known without 1 − alpha. */
const tailFraction = fc.constantFrom(1 / 2, 2 / 5, 1 / 4, 1 / 8, 1 / 20, 1 / 100, 1 / 1000);

describe('tailSize', () => {
  it('is whole where only floating point says otherwise', () => {
    expect((1 - 0.95) * 10_000).not.toBe(500);
    expect(tailSize(10_000, 0.95)).toBe(500);
    expect(tailSize(1000, 0.9)).toBe(100);
    expect(tailSize(1_000_000, 0.999)).toBe(1000);
  });

  it('keeps a fraction that is one', () => {
    expect(tailSize(895, 0.95)).toBeCloseTo(44.75, 9);
    expect(tailSize(7, 0.95)).toBeCloseTo(0.35, 12);
  });
});

describe('cvar and valueAtRisk', () => {
  it('take the fraction of the last case, and the loss after the whole ones', () => {
    const ten = Float64Array.from([0.1, -0.2, 0.5, 0.3, -0.1, 0, 0.2, -0.4, 0.05, -0.3]);
    // k = 2.5: 0.5 and 0.3 whole, half of 0.2.
    expect(cvar(ten, 0.75)).toBeCloseTo((0.5 + 0.3 + 0.5 * 0.2) / 2.5, 14);
    expect(valueAtRisk(ten, 0.75)).toBe(0.2);
    // k = 2, whole: the third worst is the value-at-risk and counts nothing.
    expect(cvar(ten, 0.8)).toBeCloseTo(0.4, 14);
    expect(valueAtRisk(ten, 0.8)).toBe(0.2);
  });

  it('are the worst loss when the tail holds less than one case', () => {
    const few = Float64Array.from([0.1, 0.4, -0.2]);
    expect(cvar(few, 0.95)).toBe(0.4);
    expect(valueAtRisk(few, 0.95)).toBe(0.4);
  });

  it('are negative when even the worst cases win', () => {
    expect(cvar(Float64Array.from([-0.2, -0.1, -0.3, -0.4]), 0.5)).toBeCloseTo(-0.15, 14);
  });

  it('agree with sorting, ties and fractions included', () => {
    fc.assert(
      fc.property(losses, tailFraction, (values, fraction) => {
        const k = fraction * values.length;
        expect(cvar(values, 1 - fraction)).toBeCloseTo(sortedCvar(values, k), 12);
        // + 0, because sorting distinguishes −0 from 0, and losses do not.
        expect(valueAtRisk(values, 1 - fraction) + 0).toBe(values.slice().sort().reverse()[Math.floor(k)]! + 0);
      }),
      { examples: [[Float64Array.of(0, -0), 1 / 8]] },
    );
  });

  it('leave the losses as they were', () => {
    const values = Float64Array.from([3, 1, 2]);
    cvar(values, 0.5);
    tail(values, 0.5);
    expect([...values]).toEqual([3, 1, 2]);
  });
});

describe('cvarWithError', () => {
  it.each([0.5, 0.9, 0.95])('has the error that resampling has, at a confidence of %d', (alpha) => {
    const uniform = uniforms(3, 'losses');
    // Losses of a Pareto tail, whose fourth moment is finite.
    const values = Float64Array.from({ length: 1500 }, () => uniform() ** (-1 / 5));
    const { cvar: mean, error } = cvarWithError(values, alpha);
    expect(mean).toBe(cvar(values, alpha));
    const next = indexStream(4, values.length);
    const again = Array.from({ length: 500 }, () =>
      cvar(
        Float64Array.from(next(values.length), (at) => values[at]!),
        alpha,
      ),
    );
    const middle = again.reduce((sum, one) => sum + one, 0) / again.length;
    const spread = Math.sqrt(again.reduce((sum, one) => sum + (one - middle) ** 2, 0) / again.length);
    expect(error / spread).toBeGreaterThan(0.88);
    expect(error / spread).toBeLessThan(1.12);
  });

  it('has no error where all losses are the same', () => {
    expect(cvarWithError(new Float64Array(100).fill(0.2), 0.9).error).toBe(0);
  });
});

describe('tail', () => {
  it('holds distinct cases whose weights make the CVaR, none above 1/k', () => {
    fc.assert(
      fc.property(losses, tailFraction, (values, fraction) => {
        const alpha = 1 - fraction;
        const { indices, weights, valueAtRisk: atRisk, cvar: mean } = tail(values, alpha);
        const most = 1 / Math.max(1, tailSize(values.length, alpha));
        expect(new Set(indices).size).toBe(indices.length);
        expect(weights.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 12);
        expect(Math.max(...weights)).toBeLessThanOrEqual(most * (1 + 1e-12));
        expect(Math.min(...weights)).toBeGreaterThan(0);
        expect(mean).toBe(cvar(values, alpha));
        expect(weights.reduce((total, weight, at) => total + weight * values[indices[at]!]!, 0)).toBeCloseTo(mean, 12);
        expect(atRisk).toBe(valueAtRisk(values, alpha));
      }),
    );
  });
});

describe('nthWorst', () => {
  it('selects from arrays large enough to be sampled, sorted and constant ones too', () => {
    const size = 5000;
    const shapes: ((at: number) => number)[] = [
      (at) => (at * 7919) % size,
      (at) => at,
      (at) => size - at,
      () => 1,
      (at) => at % 3,
      (at) => Math.min(at, size - at),
    ];
    for (const shape of shapes) {
      const values = Float64Array.from({ length: size }, (_, at) => shape(at));
      const worstFirst = values.slice().sort().reverse();
      for (const rank of [0, 1, 249, 250, 2500, size - 1]) {
        expect(nthWorst(values.slice(), rank)).toBe(worstFirst[rank]);
      }
    }
  });
});

describe('portfolioLosses', () => {
  it('is −C w', () => {
    const scenarios = { rows: 2, cols: 3, data: Float64Array.from([0.1, 0.2, 0.3, -0.4, 0.5, -0.6]) };
    const [first, second] = portfolioLosses(scenarios, [0.5, 0.25, 0.25]);
    expect(first).toBeCloseTo(-0.175, 15);
    expect(second).toBeCloseTo(0.225, 15);
  });
});
