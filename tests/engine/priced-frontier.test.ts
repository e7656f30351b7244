import { describe, expect, it } from 'vitest';
import { frontier } from '../../src/engine/optimize/frontier.ts';
import { measurePortfolio } from '../../src/engine/optimize/portfolio.ts';
import { priceFrontier } from '../../src/engine/priced-frontier.ts';
import { createPricing } from '../../src/engine/samples.ts';
import { longOnly } from '../support/long-only.ts';
import { matrixOf } from '../support/path-input.ts';
import { cutRows, fatTailed } from '../support/scenarios.ts';

const alpha = 0.9;
const [scenarios, pricing] = cutRows(fatTailed(900, 5, 4), [300, 600]);
const found = await frontier({ scenarios, alpha, feasible: longOnly(scenarios), points: 30 });

describe('a priced frontier', () => {
  it('has each portfolio at the smallest limit that it is an answer to, rising in limit and return', () => {
    const price = createPricing({ scenarios, pricing }, alpha);
    const { points, minimum, equalWeight, gap } = priceFrontier(found, { scenarios, pricing }, alpha);
    expect([minimum, equalWeight, gap]).toEqual([
      price(found.minimum.weights),
      price(found.equalWeight.weights),
      found.gap,
    ]);
    const all = found.points.map(({ weights }) => price(weights));
    for (const point of points) expect(all).toContainEqual(point);
    points.slice(1).forEach((point, k) => {
      expect(point.leastLimit).toBeGreaterThan(points[k]!.leastLimit);
      expect(point.expectedReturn).toBeGreaterThan(points[k]!.expectedReturn);
    });
    expect(points.length).toBeGreaterThan(15);
    expect(points.at(-1)).toEqual(all.at(-1));
  });

  it('is the frontier itself where splits are priced on the scenarios they are chosen on', () => {
    const { points } = priceFrontier(found, { scenarios }, alpha);
    expect(points).toEqual(found.points.map((point) => ({ ...point, leastLimit: point.cvar })));
  });

  it('keeps, of two that sampling errors have swapped, the one with the higher return', () => {
    // On the sample for prices B, the middle one, is riskier than C, which earns more.
    const sample = matrixOf(10, 3, (t, j) => (t === 0 ? [-0.01, -0.3, -0.1][j]! : [0, 0.05, 0.06][j]!));
    const only = (asset: number) =>
      measurePortfolio(
        sample,
        alpha,
        [0, 1, 2].map((j) => Number(j === asset)),
      );
    const [a, b, c] = [only(0), only(1), only(2)];
    const swapped = { ...found, points: [a, b, c], minimum: a, equalWeight: b };
    const { points, equalWeight } = priceFrontier(swapped, { scenarios: sample }, alpha);
    expect(points.map(({ weights }) => weights)).toEqual([a.weights, c.weights]);
    expect(equalWeight.weights).toEqual(b.weights);
  });
});
