// Programs whose optima are known, or follow from a definition.
import { describe, expect, it } from 'vitest';
import { isFeasible, type Polytope, sum } from '../../../../src/engine/constraints/polytope.ts';
import { RiskBudget, TurnoverLimit } from '../../../../src/engine/optimize/quadratic/limits.ts';
import { MaximumSharpe } from '../../../../src/engine/optimize/quadratic/maximum-sharpe.ts';
import {
  MeanVariance,
  MinimumVariance,
  NearestWeights,
  TargetReturn,
  variance,
} from '../../../../src/engine/optimize/quadratic/objective.ts';
import { dot } from '../../../../src/engine/matrix.ts';
import { product } from '../../../../src/engine/optimize/quadratic/program.ts';
import { RiskParity } from '../../../../src/engine/optimize/quadratic/risk-parity.ts';
import {
  maximumSharpeWeights,
  minimumVarianceWeights,
  solveQuadratic,
  withoutBounds,
} from '../../../../src/engine/optimize/quadratic/solve.ts';
import { turnoverOf } from '../../../../src/engine/optimize/trading.ts';
import { caseOf, THREE } from './programs.ts';

const { means, covariance, long } = THREE;
const CAPPED: Polytope = { ...long, upper: Float64Array.of(0.5, 0.5, 0.3) };

const near = (weights: readonly number[], digits = 6): unknown[] =>
  weights.map((weight) => expect.closeTo(weight, digits));

/** What each asset contributes to the variance, as a share. */
const contributions = (weights: Float64Array): number[] =>
  Array.from(product(covariance, weights), (slope, at) => (slope * weights[at]!) / variance(covariance, weights));

/** Splits over three assets. */
const grid = (step: number): Float64Array[] => {
  const shares = Array.from({ length: Math.round(1 / step) + 1 }, (_, k) => k * step);
  return shares.flatMap((a) => shares.filter((b) => a + b <= 1).map((b) => Float64Array.of(a, b, 1 - a - b)));
};

describe('the smallest variance', () => {
  it('is that of an independent solver, with and without bounds', async () => {
    expect(Array.from(await minimumVarianceWeights(covariance, long))).toEqual(near([0.334608, 0.063821, 0.60157]));
    expect(Array.from(await minimumVarianceWeights(covariance))).toEqual(near([0.334608, 0.063821, 0.60157]));
  });

  it('sells short where nothing forbids it', async () => {
    const hedged = { rows: 2, cols: 2, data: Float64Array.of(1, 1.5, 1.5, 4) };
    expect(Array.from(await minimumVarianceWeights(hedged))).toEqual(near([1.25, -0.25]));
    expect(
      Array.from(
        await minimumVarianceWeights(hedged, { lower: long.lower.slice(1), upper: long.upper.slice(1), rows: [] }),
      ),
    ).toEqual(near([1, 0]));
  });

  it('is the same for daily returns, whose variances are small', async () => {
    const daily = { ...covariance, data: covariance.data.map((value) => value / 1e6) };
    expect(Array.from(await minimumVarianceWeights(daily, long))).toEqual(near([0.334608, 0.063821, 0.60157]));
  });
});

describe('the highest Sharpe ratio', () => {
  it('is that of an independent solver, with and without bounds', async () => {
    for (const feasible of [undefined, long]) {
      const weights = await maximumSharpeWeights(means, covariance, feasible, 0.02);
      expect(Array.from(weights)).toEqual(near([0.407441, 0.189289, 0.403271]));
      expect(-new MaximumSharpe(means, covariance, 0.02).value(weights)).toBeCloseTo(0.428126, 6);
    }
  });

  it('is the smallest variance where no weights earn more than the risk-free rate', async () => {
    for (const riskFree of [0.1, 0.2])
      expect(Array.from(await maximumSharpeWeights(means, covariance, long, riskFree))).toEqual(
        near([0.334608, 0.063821, 0.60157]),
      );
    // Nor where it would rise for ever, the more is sold short.
    expect(Array.from(await maximumSharpeWeights(means, covariance, undefined, 0.2))).toEqual(
      near([0.334608, 0.063821, 0.60157]),
    );
  });

  it('is found where hardly any weights earn more', async () => {
    expect(Array.from(await maximumSharpeWeights(means, covariance, long, 0.0999))).toEqual(near([0, 1, 0], 3));
  });

  it('keeps bounds and rows', async () => {
    const rows = [{ lower: 0.35, upper: 0.38, coefficients: Float64Array.of(0, 1, 0.5) }];
    const feasible = { ...CAPPED, lower: Float64Array.of(0.1, 0.05, 0), rows };
    const weights = await maximumSharpeWeights(means, covariance, feasible, 0.02);
    expect(isFeasible(feasible, weights)).toBe(true);
    const value = (others: Float64Array) => new MaximumSharpe(means, covariance, 0.02).value(others);
    const others = grid(0.02).filter((one) => isFeasible(feasible, one));
    expect(others.length).toBeGreaterThan(5);
    expect(Math.min(...others.map(value))).toBeGreaterThan(value(weights) - 1e-9);
  });
});

describe('risk parity', () => {
  it('lets every asset contribute the same', async () => {
    const weights = await solveQuadratic(new RiskParity(covariance), long);
    expect(sum(weights)).toBeCloseTo(1, 12);
    for (const share of contributions(weights)) expect(share).toBeCloseTo(1 / 3, 9);
  });

  it('is the inverse of the deviations where nothing is correlated', async () => {
    const alone = { rows: 3, cols: 3, data: Float64Array.of(1, 0, 0, 0, 4, 0, 0, 0, 16) };
    expect(Array.from(await solveQuadratic(new RiskParity(alone), long))).toEqual(near([4 / 7, 2 / 7, 1 / 7], 9));
  });

  it('is that of the assets that can be held', async () => {
    const weights = await solveQuadratic(new RiskParity(covariance), { ...long, upper: Float64Array.of(1, 0, 1) });
    expect(weights[1]).toBe(0);
    expect(contributions(weights)[0]).toBeCloseTo(1 / 2, 9);
  });

  it('is as near as the constraints allow, by the same objective', async () => {
    const upper = Float64Array.of(0.2, 1, 1);
    const feasible = { ...long, upper };
    const objective = new RiskParity(covariance);
    const weights = await solveQuadratic(objective, feasible);
    expect(weights[0]).toBeCloseTo(0.2, 9);
    const others = grid(0.01).filter((one) => isFeasible(feasible, one));
    const best = Math.min(...others.map((one) => objective.value(one, feasible)));
    expect(best).toBeGreaterThan(objective.value(weights, feasible) - 1e-12);
  });

  it('gives nothing to an asset that the constraints forbid by a row', async () => {
    const rows = [{ lower: 0, upper: 0, coefficients: Float64Array.of(0, 1, 0) }];
    const weights = await solveQuadratic(new RiskParity(covariance), { ...long, rows });
    expect(weights[1]).toBeCloseTo(0, 9);
    expect(contributions(weights)[0]).toBeCloseTo(1 / 2, 1);
  });

  it('gives nearly all to an asset without any variance', async () => {
    const calm = { rows: 2, cols: 2, data: Float64Array.of(0, 0, 0, 0.04) };
    const weights = await solveQuadratic(new RiskParity(calm), { ...withoutBounds(2), lower: new Float64Array(2) });
    expect(weights[0]).toBeGreaterThan(0.9999);
  });

  it('is found in 100 seeded cases with bounds and groups, and no mixture with others is better', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const given = caseOf(seed);
      const objective = new RiskParity(given.covariance);
      const weights = await solveQuadratic(objective, given.feasible);
      expect(isFeasible(given.feasible, weights)).toBe(true);
      const n = weights.length;
      const least = objective.value(weights, given.feasible);
      const tolerance = 1e-9 * variance(given.covariance, new Float64Array(n).fill(1 / n));
      for (const others of [
        new Float64Array(n).fill(1 / n),
        await minimumVarianceWeights(given.covariance, given.feasible),
      ]) {
        for (const share of [1e-3, 0.1, 1]) {
          const mixture = weights.map((weight, at) => weight + share * (others[at]! - weight));
          expect(objective.value(mixture, given.feasible)).toBeGreaterThan(least - tolerance);
        }
      }
    }
  });
});

describe('other objectives', () => {
  it('reach a target return with the least variance', async () => {
    const weights = await solveQuadratic(new TargetReturn(means, covariance, 0.08), long);
    expect(dot(means, weights)).toBeCloseTo(0.08, 9);
    const { data } = covariance;
    // Of two assets alone the one mixture that reaches it.
    expect(variance(covariance, weights)).toBeLessThan((data[4]! + data[8]! + 2 * data[5]!) / 4);
    await expect(solveQuadratic(new TargetReturn(means, covariance, 0.11), long)).rejects.toMatchObject({
      name: 'UserError',
      code: 'constraints.contradict',
    });
  });

  it('weigh mean against variance, from the highest mean to the smallest variance', async () => {
    expect(Array.from(await solveQuadratic(new MeanVariance(means, covariance, 0), long))).toEqual(near([0, 1, 0]));
    expect(Array.from(await solveQuadratic(new MeanVariance(means, covariance, 1e6), long))).toEqual(
      near([0.334608, 0.063821, 0.60157], 5),
    );
  });

  it('stay at weights that are feasible, and go to the nearest otherwise', async () => {
    const wanted = Float64Array.of(0.2, 0.3, 0.5);
    expect(await solveQuadratic(new NearestWeights(wanted), long)).toEqual(wanted);
    expect(Array.from(await solveQuadratic(new NearestWeights(wanted), CAPPED))).toEqual(near([0.3, 0.4, 0.3]));
  });
});

describe('limits on convex functions', () => {
  it('keep a risk budget, a cone, with the highest mean', async () => {
    const budget = 0.16;
    const weights = await solveQuadratic(new MeanVariance(means, covariance, 0), long, [
      new RiskBudget(covariance, budget),
    ]);
    expect(Math.sqrt(variance(covariance, weights))).toBeCloseTo(budget, 7);
    // The same frontier from its other side.
    const other = await solveQuadratic(new TargetReturn(means, covariance, dot(means, weights)), long);
    expect(Array.from(weights)).toEqual(near(Array.from(other), 4));
    await expect(
      solveQuadratic(new MeanVariance(means, covariance, 0), long, [new RiskBudget(covariance, 0.1)]),
    ).rejects.toMatchObject({ name: 'UserError' });
  });

  it('keep a limit on what is bought', async () => {
    const trading = { held: Float64Array.of(0, 1, 0), mostTurnover: 0.25, cost: 0 };
    const weights = await solveQuadratic(new MinimumVariance(covariance), long, [new TurnoverLimit(trading)]);
    expect(turnoverOf(weights, trading.held)).toBeCloseTo(0.25, 9);
    expect(weights[1]).toBeCloseTo(0.75, 9);
  });
});

describe('what has no answer', () => {
  const nothing = { ...long, rows: [{ lower: 0.9, upper: 1, coefficients: Float64Array.of(1, 0, 0) }] };

  it.each([
    ['the smallest variance', new MinimumVariance(covariance)],
    ['the highest Sharpe ratio', new MaximumSharpe(means, covariance, 0)],
    ['risk parity', new RiskParity(covariance)],
    ['the nearest weights', new NearestWeights(Float64Array.of(1, 0, 0))],
  ])('is refused: %s of contradictory rows', async (_, objective) => {
    await expect(solveQuadratic(objective, { ...nothing, upper: CAPPED.upper })).rejects.toMatchObject({
      name: 'UserError',
      code: 'constraints.contradict',
    });
  });

  it('fails: a program without an end', async () => {
    await expect(solveQuadratic(new MeanVariance(means, covariance, 0), withoutBounds(3))).rejects.toThrow(
      'no solver reached an optimum of a convex program of 3 columns',
    );
  });

  it('fails: figures that are none', async () => {
    const broken = { ...covariance, data: covariance.data.with(4, NaN) };
    await expect(minimumVarianceWeights(broken, long)).rejects.toThrow('expected finite figures');
  });
});
