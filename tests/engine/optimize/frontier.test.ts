import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { frontier, type Frontier } from '../../../src/engine/optimize/frontier.ts';
import { loadHighs } from '../../../src/engine/optimize/highs.ts';
import { optimize } from '../../../src/engine/optimize/optimizer.ts';
import { expectedReturns, measurePortfolio } from '../../../src/engine/optimize/portfolio.ts';
import type { Matrix } from '../../../src/engine/types.ts';
import { longOnly } from '../../support/long-only.ts';
import { fatTailed } from '../../support/scenarios.ts';
import { cases, matrixOf, polytopeCases, type Case } from './cases.ts';
import { fullLp } from './full-lp.ts';

const highs = await loadHighs();

const frontierOf = (scenarios: Matrix, points: number, bounds = {}): Promise<Frontier> =>
  frontier({ scenarios, alpha: 0.95, feasible: longOnly(scenarios, bounds), points }, highs);

/** What is wrong with the order and the shape of a frontier. */
function misshapen({ points }: Frontier): string[] {
  const wrong: string[] = [];
  points.forEach((point, at) => {
    const [before, after] = [points[at - 1], points[at + 1]];
    if (before && !(point.cvar > before.cvar)) wrong.push(`CVaR of point ${at} does not rise: ${point.cvar}`);
    if (before && !(point.expectedReturn > before.expectedReturn)) wrong.push(`return of point ${at} does not rise`);
    if (!before || !after) return;
    const share = (point.cvar - before.cvar) / (after.cvar - before.cvar);
    const chord = before.expectedReturn + share * (after.expectedReturn - before.expectedReturn);
    if (!(point.expectedReturn >= chord - 1e-8)) wrong.push(`point ${at} lies below its neighbours' chord`);
  });
  return wrong;
}

/** Holds every point of a frontier against the full linear program. */
async function complaints({ scenarios, tailFraction, feasible }: Case, asked: number): Promise<string[]> {
  const alpha = 1 - tailFraction;
  const lp = fullLp(highs, scenarios, tailFraction * scenarios.rows, feasible);
  const found = await frontier({ scenarios, alpha, feasible, points: asked }, highs);
  const { points, minimum, gap } = found;
  const wrong = misshapen(found);
  const atMost = (what: string, got: number, most: number) => {
    if (!(got <= most)) wrong.push(`${what}: ${got} > ${most}`);
  };
  atMost('points', points.length, asked);
  atMost('gap', gap, 1e-7);
  atMost('distance of the minimum', Math.abs(minimum.cvar - lp.minimumCvar()), 1e-7);
  atMost('first above the minimum', points[0]!.cvar, minimum.cvar + 1e-7);
  atMost('last below the highest return', lp.highestReturn(1e6)! - 1e-7, points.at(-1)!.expectedReturn);
  for (const [at, { cvar, expectedReturn }] of points.entries()) {
    // A hair less risk: where columns are of very different sizes, a hair is worth much return. At the
    // minimum itself the oracle's own rounding may leave it nothing.
    const least = at === 0 ? -Infinity : lp.highestReturn(cvar - 2e-9)!;
    atMost(`return of ${at} below the best`, least - 1e-7, expectedReturn);
    atMost(`return of ${at} above the best`, expectedReturn, lp.highestReturn(cvar + 1e-7)! + 1e-9);
    // At the highest return the oracle's own rounding may leave it nothing.
    atMost(`CVaR of ${at} above the calmest`, cvar, (lp.minimumCvarAbove(expectedReturn) ?? Infinity) + 2e-7);
  }
  return wrong;
}

describe('a frontier', () => {
  it('is that of the full linear program on small problems, most of them degenerate', async () => {
    const agrees = fc.asyncProperty(cases, fc.integer({ min: 2, max: 9 }), async (problem, asked) => {
      expect(await complaints(problem, asked)).toEqual([]);
    });
    await fc.assert(agrees, { numRuns: 300, seed: 3 });
  });

  it('is that of the full linear program under constraints of any kind', async () => {
    const agrees = fc.asyncProperty(polytopeCases, fc.integer({ min: 2, max: 9 }), async (problem, asked) => {
      expect(await complaints(problem, asked)).toEqual([]);
    });
    await fc.assert(agrees, { numRuns: 100, seed: 4 });
  });

  it.each([
    { rows: 700, cols: 8, tailFraction: 1 / 10, bounds: {} },
    { rows: 501, cols: 12, tailFraction: 1 / 100, bounds: { minWeight: 0.02, maxWeight: 0.25 } },
    { rows: 400, cols: 40, tailFraction: 1 / 1000, bounds: { minWeight: 0, maxWeight: 0.1 } },
  ])('is that of the full linear program on $rows scenarios of $cols assets', async (problem) => {
    const scenarios = fatTailed(problem.rows, problem.cols, 6);
    expect(
      await complaints({ ...problem, scenarios, feasible: longOnly(scenarios, problem.bounds), tightness: 0 }, 6),
    ).toEqual([]);
  });

  it('holds at every point what the optimiser finds under its limit, at even steps of CVaR', async () => {
    const scenarios = fatTailed(4000, 15, 5);
    const found = await frontierOf(scenarios, 20);
    const { points, minimum, gap } = found;
    expect(points).toHaveLength(20);
    expect(misshapen(found)).toEqual([]);
    expect(gap).toBeLessThan(1e-7);
    const step = (points.at(-1)!.cvar - minimum.cvar) / 19;
    for (const [at, point] of points.entries()) {
      const lossLimit = minimum.cvar + at * step;
      const solution = await optimize({ scenarios, lossLimit, alpha: 0.95, feasible: longOnly(scenarios) }, highs);
      if (solution.status !== 'optimal') throw new Error(`nothing keeps ${lossLimit}`);
      expect(Math.abs(point.cvar - lossLimit)).toBeLessThan(1e-6);
      expect(Math.abs(point.expectedReturn - solution.best.expectedReturn)).toBeLessThan(1e-6);
    }
  });

  it('begins at the least risky portfolio and ends at the asset with the highest return', async () => {
    const scenarios = fatTailed(1000, 9, 8);
    const { points, minimum } = await frontierOf(scenarios, 7);
    const means = expectedReturns(scenarios);
    expect(points[0]!.cvar).toBeCloseTo(minimum.cvar, 7);
    expect(points.at(-1)!.weights[means.indexOf(Math.max(...means))]).toBeCloseTo(1, 6);
  });

  it('has equal weights as a reference, priced by the one definition', async () => {
    const scenarios = fatTailed(600, 5, 1);
    const { equalWeight } = await frontierOf(scenarios, 2);
    expect(equalWeight).toEqual(measurePortfolio(scenarios, 0.95, [0.2, 0.2, 0.2, 0.2, 0.2]));
  });

  it('holds for returns of any size, also where the tracer does not settle', async () => {
    const usual = fatTailed(200, 20, 4);
    for (const [scale, alpha] of [
      [1e-4, 0.95],
      [1e3, 0.999],
      [1e5, 0.95],
    ] as const) {
      const scenarios = { ...usual, data: usual.data.map((value) => value * scale) };
      const found = await frontier({ scenarios, alpha, feasible: longOnly(scenarios), points: 20 }, highs);
      expect(found.points).toHaveLength(20);
      expect(misshapen(found)).toEqual([]);
    }
  });
});

describe('a frontier without room', () => {
  it.each<[string, Matrix, { minWeight?: number; maxWeight?: number }]>([
    ['one asset', matrixOf([[0.1], [-0.2], [0.05]]), {}],
    ['assets that are all the same', matrixOf([0.1, -0.2, 0.05].map((value) => [value, value, value])), {}],
    [
      'returns that never vary',
      matrixOf([
        [0.01, 0.01],
        [0.01, 0.01],
      ]),
      {},
    ],
    ['bounds that leave one portfolio', fatTailed(300, 4, 1), { minWeight: 0.25, maxWeight: 1 }],
  ])('is a single point: %s', async (_, scenarios, bounds) => {
    const { points, minimum } = await frontierOf(scenarios, 20, bounds);
    expect(points).toHaveLength(1);
    expect(points[0]!.cvar).toBeCloseTo(minimum.cvar, 7);
  });

  it('is a single point where the asset with the highest return has the least risk too', async () => {
    const scenarios = matrixOf([-0.1, 0.1, -0.3, 0.4].map((value) => [value, value + 0.05]));
    const { points } = await frontierOf(scenarios, 20);
    expect(points).toEqual([expect.objectContaining({ weights: [0, 1] })]);
  });

  it('has the portfolio with the highest return of those with the least risk', async () => {
    // Both assets lose the same in the worst case; the second gains more in the other.
    const { points, minimum } = await frontierOf(
      matrixOf([
        [-0.1, -0.1],
        [0.1, 0.3],
      ]),
      20,
    );
    expect(minimum.cvar).toBeCloseTo(0.1, 9);
    expect(points).toEqual([expect.objectContaining({ weights: [0, 1] })]);
  });

  it('has only its two ends when two points are requested', async () => {
    const scenarios = fatTailed(800, 6, 2);
    const [two, many] = [await frontierOf(scenarios, 2), await frontierOf(scenarios, 12)];
    expect(two.points).toHaveLength(2);
    expect(two.points[0]!.cvar).toBeCloseTo(many.points[0]!.cvar, 8);
    expect(two.points[1]).toEqual(many.points.at(-1));
  });

  it('refuses constraints that nothing meets, and a single point', async () => {
    const scenarios = fatTailed(20, 12, 1);
    const rows = [{ lower: 2, upper: Infinity, coefficients: new Float64Array(12).fill(1) }];
    const feasible = { ...longOnly(scenarios), rows };
    await expect(frontier({ scenarios, alpha: 0.95, feasible, points: 5 }, highs)).rejects.toThrow(UserError);
    await expect(frontierOf(scenarios, 1)).rejects.toThrow('at least 2 points');
  });
});

describe('memory', () => {
  it('of the solver does not grow with the number of frontiers', async () => {
    const scenarios = fatTailed(1000, 20, 1);
    for (let warmUp = 0; warmUp < 3; warmUp++) await frontierOf(scenarios, 20);
    const before = highs.memoryBytes;
    for (let again = 0; again < 8; again++) await frontierOf(scenarios, 20);
    expect(highs.memoryBytes).toBe(before);
  });
});
