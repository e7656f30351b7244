import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { checkBounds, sum, tidy } from '../../../src/engine/optimize/bounds.ts';

function refusal(assets: number, minWeight: number, maxWeight: number): UserError {
  try {
    checkBounds(assets, { minWeight, maxWeight });
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('the bounds were accepted');
}

describe('checkBounds', () => {
  it('says how far a maximum reaches and what would do', () => {
    const { message, option } = refusal(12, 0, 0.05);
    expect(message).toBe('12 assets at most 5% each reach only 60%: raise max-weight to at least 8.34%.');
    expect(option).toBe('max-weight');
    expect(refusal(1, 0, 0.5).message).toContain('1 asset at most 50% reaches only 50%');
  });

  it('says what a minimum needs and what would do', () => {
    const { message, option } = refusal(12, 0.1, 1);
    expect(message).toBe('12 assets at least 10% each need 120%: lower min-weight to at most 8.33%.');
    expect(option).toBe('min-weight');
  });

  it('names both when the minimum exceeds the maximum', () => {
    const { message, option } = refusal(5, 0.5, 0.4);
    expect(message).toContain('50% and 40%');
    expect(option).toBe('min-weight');
  });

  it('refuses what is no fraction', () => {
    expect(refusal(5, -0.1, 1).option).toBe('min-weight');
    expect(refusal(5, 0, 1.5).option).toBe('max-weight');
    expect(refusal(5, 0, Number.NaN).option).toBe('max-weight');
  });

  it('accepts what it advises', () => {
    for (const assets of [2, 3, 7, 12, 300, 4999]) {
      const most = /at least ([\d.]+)%\.$/.exec(refusal(assets, 0, 0.5 / assets).message)![1];
      const least = /at most ([\d.]+)%\.$/.exec(refusal(assets, 1.5 / assets, 1).message)![1];
      expect(() => checkBounds(assets, { minWeight: 0, maxWeight: Number(most) / 100 })).not.toThrow();
      expect(() => checkBounds(assets, { minWeight: Number(least) / 100, maxWeight: 1 })).not.toThrow();
    }
  });

  it('accepts exactly 1/n on either side, and a third written with ten digits', () => {
    for (const assets of [1, 3, 7, 49]) {
      expect(() => checkBounds(assets, { minWeight: 1 / assets, maxWeight: 1 / assets })).not.toThrow();
    }
    const { maxWeight } = checkBounds(3, { minWeight: 0, maxWeight: 0.3333333333 });
    expect(3 * maxWeight).toBe(1);
  });
});

describe('tidy', () => {
  it('puts weights inside the bounds, summing to 1, close to where they were', () => {
    const noise = fc.double({ min: -1e-9, max: 1e-9, noNaN: true });
    const problem = fc.integer({ min: 1, max: 30 }).chain((assets) =>
      fc.record({
        raw: fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: assets, maxLength: assets }),
        noises: fc.array(noise, { minLength: assets, maxLength: assets }),
      }),
    );
    fc.assert(
      fc.property(problem, ({ raw, noises }) => {
        const total = sum(raw);
        const exact = raw.map((weight) => weight / total);
        const bounds = { minWeight: Math.min(...exact), maxWeight: Math.max(...exact) };
        const tidied = tidy(
          exact.map((weight, at) => weight + noises[at]!),
          bounds,
        );
        expect(Math.abs(sum(tidied) - 1)).toBeLessThan(1e-14);
        tidied.forEach((weight, at) => {
          expect(weight).toBeGreaterThanOrEqual(bounds.minWeight);
          expect(weight).toBeLessThanOrEqual(bounds.maxWeight);
          expect(Math.abs(weight - exact[at]!)).toBeLessThan(1e-7);
        });
      }),
    );
  });

  it('turns tiny negatives into nothing', () => {
    expect([...tidy([-1e-11, 0.4, 0.6], { minWeight: 0, maxWeight: 1 })]).toEqual([0, 0.4, 0.6]);
  });
});
