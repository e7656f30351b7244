import { describe, expect, it } from 'vitest';
import { optimize } from '../../../src/engine/optimize/optimizer.ts';
import { measurePortfolio } from '../../../src/engine/optimize/portfolio.ts';
import { Verifier } from '../../../src/engine/optimize/verify.ts';
import type { Portfolio, Solution } from '../../../src/engine/types.ts';
import { longOnly } from '../../support/long-only.ts';
import { fatTailed } from '../../support/scenarios.ts';

const scenarios = fatTailed(400, 6, 8);
/** Together at most 70 %. */
const group = { lower: 0, upper: 0.7, coefficients: Float64Array.of(1, 1, 1, 0, 0, 0) };
const feasible = { ...longOnly(scenarios, { minWeight: 0.02, maxWeight: 0.6 }), rows: [group] };
const problem = { scenarios, lossLimit: 0.18, alpha: 0.95, feasible };
const solved = await optimize(problem);
if (solved.status !== 'optimal') throw new Error('the problem of this test must be feasible');
const { best, minimum } = solved;

const withBest = (changed: Partial<Portfolio>): Solution => ({ ...solved, best: { ...best, ...changed } });
const verifying =
  (solution: Solution, asked = problem) =>
  () =>
    new Verifier(asked).verify(solution, asked.lossLimit);

/** The best weights with `amount` in the first asset, the others scaled to fill the rest. */
const moved = (amount: number): number[] =>
  best.weights.map((weight, asset) => (asset === 0 ? amount : (weight * (1 - amount)) / (1 - best.weights[0]!)));

describe('verify', () => {
  it('returns an answer that holds', () => {
    expect(new Verifier(problem).verify(solved, problem.lossLimit)).toBe(solved);
  });

  it.each(['expectedReturn', 'cvar', 'valueAtRisk'] as const)('finds a changed %s and says by how much', (figure) => {
    expect(verifying(withBest({ [figure]: best[figure] + 1e-9 }))).toThrow(
      new RegExp(`best ${figure} is off by 1\\.0e-9`),
    );
    expect(verifying({ ...solved, minimum: { ...minimum, [figure]: Number.NaN } })).toThrow(`minimum ${figure}`);
  });

  it('finds weights that do not sum to 1', () => {
    const largest = Math.max(...best.weights);
    const weights = best.weights.map((weight) => (weight === largest ? weight - 1e-6 : weight));
    expect(verifying(withBest(measurePortfolio(scenarios, 0.95, weights)))).toThrow('sum of weights');
  });

  it('finds weights outside the bounds', () => {
    expect(verifying(withBest(measurePortfolio(scenarios, 0.95, moved(0.01))))).toThrow(
      'best minimum weight of asset 0',
    );
    expect(verifying(withBest(measurePortfolio(scenarios, 0.95, moved(0.7))))).toThrow('best weight of asset 0');
  });

  it('finds a row that is not kept, on either side', () => {
    const inGroup = best.weights.slice(0, 3).reduce((total, weight) => total + weight, 0);
    for (const row of [
      { ...group, upper: inGroup - 1e-6 },
      { ...group, lower: inGroup + 1e-6 },
    ]) {
      const asked = { ...problem, feasible: { ...feasible, rows: [row] } };
      expect(verifying({ ...solved, minimum: best }, asked)).toThrow('row 0 of the constraints is off by');
    }
  });

  it('finds a missing weight', () => {
    expect(verifying(withBest({ weights: best.weights.slice(1) }))).toThrow('number of weights');
  });

  it('finds a limit that is not kept', () => {
    expect(verifying(solved, { ...problem, lossLimit: best.cvar - 1e-6 })).toThrow('best CVaR');
  });

  it('finds another alpha', () => {
    expect(verifying(solved, { ...problem, alpha: 0.9 })).toThrow('minimum cvar');
  });

  it('finds an uncertain gap', () => {
    expect(verifying({ ...solved, gap: 2e-7 })).toThrow('gap');
  });

  it('finds a limit said to be unattainable that is not, and a minimum that is none', () => {
    expect(verifying({ status: 'infeasible', minimum, gap: 0 })).toThrow('exceed');
    expect(verifying({ ...solved, best: minimum, minimum: best })).toThrow('minimum CVaR');
  });

  it('checks a minimum that it has not seen, also after one that was right', () => {
    const verifier = new Verifier(problem);
    verifier.verify(solved, problem.lossLimit);
    expect(() => verifier.verify({ ...solved, minimum: { ...minimum, cvar: 0 } }, problem.lossLimit)).toThrow(
      'minimum cvar',
    );
    expect(verifier.verify(solved, problem.lossLimit)).toBe(solved);
  });
});
