import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chooser } from '../../../src/engine/optimize/margin.ts';
import { openOptimizer, type Optimizer } from '../../../src/engine/optimize/optimizer.ts';
import { measurePortfolio } from '../../../src/engine/optimize/portfolio.ts';
import { createPricing, type Samples } from '../../../src/engine/samples.ts';
import type { Matrix } from '../../../src/engine/types.ts';
import { longOnly } from '../../support/long-only.ts';
import { cutRows, fatTailed } from '../../support/scenarios.ts';

const alpha = 0.95;
const [scenarios, pricing] = cutRows(fatTailed(3000, 6, 11), [1000, 2000]);
const priced: Samples = { scenarios, pricing };
const feasible = longOnly(scenarios, { maxWeight: 0.6 });

let optimizer: Optimizer;
beforeAll(async () => {
  optimizer = await openOptimizer({ scenarios, alpha, feasible });
});
afterAll(() => optimizer.close());

/** Returns of which even the worst are gains. */
const gaining = ({ rows, cols, data }: Matrix): Matrix => ({ rows, cols, data: data.map((r) => 0.5 + r / 4) });

const openChooser = (samples: Samples) => new Chooser(optimizer, samples, alpha);
/** Fractions of the way from the smallest limit that is answered to the one that no longer binds. */
const limitsBetween = (least: number, most: number, count: number) =>
  Array.from({ length: count }, (_, k) => least + ((most - least) * k) / (count - 1));

describe('a choice that is priced on other scenarios', () => {
  it('keeps each limit there, with the margin, and uses nearly all of it', () => {
    const chooser = openChooser(priced);
    const most = chooser.choose().portfolio.leastLimit;
    expect(most).toBeGreaterThan(1.2 * chooser.minimum.leastLimit);
    for (const limit of limitsBetween(chooser.minimum.leastLimit, 1.1 * most, 16).toReversed()) {
      const { status, portfolio } = chooser.choose(limit);
      expect(status).toBe('optimal');
      expect(portfolio).toEqual(createPricing(priced, alpha)(portfolio.weights));
      expect(portfolio.leastLimit).toBeLessThanOrEqual(limit + 1e-7);
      expect(portfolio.leastLimit).toBeGreaterThan(Math.min(limit, most) * (1 - 0.0055));
      expect(Math.max(...portfolio.weights)).toBeLessThanOrEqual(0.6 + 1e-8);
    }
  });

  it('is as good as any that the optimiser finds under another limit and that keeps this one', () => {
    const chooser = openChooser(priced);
    const price = createPricing(priced, alpha);
    const [least, most] = [chooser.minimum.leastLimit, chooser.choose().portfolio.leastLimit];
    const limit = (least + most) / 2;
    const chosen = measurePortfolio(scenarios, alpha, chooser.choose(limit).portfolio.weights).expectedReturn;
    const others = limitsBetween(0.7 * limit, limit, 24).flatMap((asked) => {
      const solution = optimizer.best(asked);
      return solution.status === 'optimal' && price(solution.best.weights).leastLimit <= limit
        ? [solution.best.expectedReturn]
        : [];
    });
    expect(others.length).toBeGreaterThan(5);
    expect(chosen).toBeGreaterThan(0.995 * Math.max(...others));
  });

  it('is none where the least risky portfolio does not keep the limit with its margin', () => {
    const chooser = openChooser(priced);
    const { minimum } = chooser;
    expect(minimum.leastLimit).toBeGreaterThan(minimum.cvar + 0.001);
    const { status, portfolio } = chooser.choose(minimum.leastLimit - 1e-6);
    expect([status, portfolio]).toEqual(['infeasible', minimum]);
    expect(chooser.choose(minimum.leastLimit)).toMatchObject({ status: 'optimal' });
  });

  it('keeps a limit that asks for gains, where every portfolio gains', async () => {
    const samples = { scenarios: gaining(scenarios), pricing: gaining(pricing) };
    const other = await openOptimizer({ scenarios: samples.scenarios, alpha, feasible });
    const chooser = new Chooser(other, samples, alpha);
    const most = chooser.choose().portfolio.leastLimit;
    expect(most).toBeLessThan(0);
    for (const limit of limitsBetween(chooser.minimum.leastLimit, most, 5)) {
      const { status, portfolio } = chooser.choose(limit);
      expect(status).toBe('optimal');
      expect(portfolio.leastLimit).toBeLessThanOrEqual(limit + 1e-7);
    }
    other.close();
  });

  it('is refused under a limit that is no number', () => {
    expect(() => openChooser(priced).choose(Number.NaN)).toThrow('expected a limit, got NaN');
  });
});

describe('a choice that is priced on the scenarios it is made on', () => {
  it('is the optimum under each limit, and without one', () => {
    const chooser = openChooser({ scenarios });
    const most = chooser.choose().portfolio.cvar;
    for (const limit of [...limitsBetween(chooser.minimum.cvar, 1.1 * most, 6), Infinity]) {
      const solution = optimizer.best(limit);
      expect(solution.status).toBe('optimal');
      const { portfolio } = chooser.choose(limit);
      const best = solution.status === 'optimal' ? solution.best : solution.minimum;
      expect(portfolio.expectedReturn).toBeCloseTo(best.expectedReturn, 9);
      expect(portfolio.cvar).toBeCloseTo(best.cvar, 7);
    }
    expect(chooser.choose(chooser.minimum.cvar - 1e-5).status).toBe('infeasible');
  });
});
