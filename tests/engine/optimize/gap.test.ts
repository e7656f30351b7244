import { describe, expect, it } from 'vitest';
import { frontier } from '../../../src/engine/optimize/frontier.ts';
import { loadHighs } from '../../../src/engine/optimize/highs.ts';
import { openOptimizer, type OptimizerOptions } from '../../../src/engine/optimize/optimizer.ts';
import { certifiedGap } from '../../../src/engine/optimize/safe-bound.ts';
import { longOnly } from '../../support/long-only.ts';
import { fatTailed } from '../../support/scenarios.ts';
import { fullLp } from './full-lp.ts';

const highs = await loadHighs();

/** A gap as the optimiser certifies it, and by how much the full linear program does better. */
interface Gap {
  readonly certified: number;
  readonly real: number;
}

interface Gaps {
  readonly minimum: Gap;
  readonly best: Gap;
}

/** @param room by how much the limit exceeds the least CVaR; by default so little that it binds */
async function gapsOf(seed: number, options: OptimizerOptions, room = 0.01): Promise<Gaps> {
  const scenarios = fatTailed(600, 8, seed);
  const feasible = { ...longOnly(scenarios), rows: [{ lower: 0, upper: 0.5, coefficients: pair(8) }] };
  const lp = fullLp(highs, scenarios, 30, feasible);
  const optimizer = await openOptimizer({ scenarios, alpha: 0.95, feasible }, { highs, ...options });
  try {
    const { portfolio, gap } = optimizer.minimum();
    const limit = lp.minimumCvar() + room;
    const solution = optimizer.best(limit);
    if (solution.status !== 'optimal') throw new Error('a limit above the minimum can be kept');
    return {
      minimum: { certified: gap, real: portfolio.cvar - lp.minimumCvar() },
      best: { certified: solution.gap, real: lp.highestReturn(limit)! - solution.best.expectedReturn },
    };
  } finally {
    optimizer.close();
  }
}

const pair = (assets: number): Float64Array => Float64Array.from({ length: assets }, (_, at) => (at < 2 ? 1 : 0));

const largest = (gaps: readonly Gap[]): number => Math.max(...gaps.map(({ real }) => real));

describe('the certified gap', () => {
  it('is at least what a search that ends early leaves, and at most what it may leave', async () => {
    const precision = 0.01;
    const [minima, bests]: [Gap[], Gap[]] = [[], []];
    for (const seed of [1, 2, 3, 4, 5]) {
      for (const cutWidth of [0, 25]) {
        const { minimum, best } = await gapsOf(seed, { precision, cutWidth });
        minima.push(minimum);
        bests.push(best);
      }
    }
    for (const { certified, real } of [...minima, ...bests]) {
      expect(certified).toBeGreaterThanOrEqual(real - 1e-9);
      expect(certified).toBeLessThanOrEqual(precision + 1e-8);
    }
    // Otherwise a certificate of 0 would do.
    expect(largest(minima)).toBeGreaterThan(1e-4);
    expect(largest(bests)).toBeGreaterThan(1e-4);
  });

  it('includes the return given up for a lower CVaR', async () => {
    const { minimum, best } = await gapsOf(1, {}, 1);
    expect(best.real).toBeCloseTo(1e-9, 10);
    expect(best.certified).toBeCloseTo(best.real, 11);
    expect(minimum.certified).toBeLessThan(1e-9);
  });

  it('is none under a limit that binds, where risk earns so much that there are no ties', async () => {
    const { best } = await gapsOf(1, {});
    expect(Math.abs(best.real)).toBeLessThan(1e-10);
    expect(best.certified).toBeLessThan(1e-10);
  });

  it('of a frontier is the widest of its points', async () => {
    const scenarios = fatTailed(600, 8, 1);
    const { gap } = await frontier({ scenarios, alpha: 0.95, feasible: longOnly(scenarios), points: 3 }, highs);
    expect(gap).toBeCloseTo(1e-9, 10);
  });

  it('is none where a value lies below its bound by rounding', () => {
    expect(certifiedGap(0.25, 0.125)).toBe(0.125);
    expect(certifiedGap(0.1, 0.1 + 1e-16)).toBe(0);
  });
});
