import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { frontier } from '../../../src/engine/optimize/frontier.ts';
import { loadHighs } from '../../../src/engine/optimize/highs.ts';
import { Chooser } from '../../../src/engine/optimize/margin.ts';
import { openOptimizer, optimize } from '../../../src/engine/optimize/optimizer.ts';
import { cvarBehind, expectedReturns, measurePortfolio, netOf } from '../../../src/engine/optimize/portfolio.ts';
import type { RiskProblem } from '../../../src/engine/optimize/problem.ts';
import { assertFeasible } from '../../../src/engine/optimize/starting-weights.ts';
import { tradeCost, turnoverOf } from '../../../src/engine/optimize/trading.ts';
import { Verifier } from '../../../src/engine/optimize/verify.ts';
import type { Portfolio, Solution } from '../../../src/engine/types.ts';
import { longOnly } from '../../support/long-only.ts';
import { cutRows, fatTailed } from '../../support/scenarios.ts';

const highs = await loadHighs();

const [scenarios, pricing] = cutRows(fatTailed(3000, 10, 3), [1000, 2000]);
const base: RiskProblem = { scenarios, alpha: 0.95, feasible: longOnly(scenarios) };
const held = Float64Array.from({ length: 10 }, (_, at) => (at < 4 ? 0.2 : 0));
const trading = { held, mostTurnover: 0.35, cost: 0.002 };
const sparsity = { most: 3, least: 0.1 };
const benchmark = Float64Array.from({ length: 1000 }, (_, m) => {
  const returns = scenarios.data.subarray(m * 10, (m + 1) * 10);
  return returns.reduce((a, b) => a + b, 0) / 10;
});
const behind = { benchmark, limit: 0.06 };

function optimal(solution: Solution): Extract<Solution, { status: 'optimal' }> {
  if (solution.status !== 'optimal') throw new Error(`expected an optimum, got ${solution.status}`);
  return solution;
}

const countOf = ({ weights }: Portfolio): number => weights.filter((weight) => weight > 0).length;

/** The figure in the error that opening ends with. */
const leastOf = async (problem: RiskProblem): Promise<number> => {
  const error: unknown = await openOptimizer(problem, { highs }).catch((caught: unknown) => caught);
  if (!(error instanceof UserError)) throw error;
  expect(error.code).toBe('constraints.behind-too-low');
  return Number(error.data?.['least']);
};

/** All answers with few assets, after so many linear programs. */
const fewAfter = async (mostSolves?: number) => {
  const optimizer = await openOptimizer(
    { ...base, sparsity },
    { highs, ...(mostSolves !== undefined && { mostSolves }) },
  );
  const found = { ...optimizer.minimum(), best: optimal(optimizer.best(0.2)) };
  optimizer.close();
  return found;
};

describe('trades', () => {
  it('stay within the turnover, and the return is net of what they cost', async () => {
    const { best } = optimal(await optimize({ ...base, trading, lossLimit: 0.2 }, highs));
    expect(turnoverOf(best.weights, held)).toBeCloseTo(0.35, 9);
    const gross = measurePortfolio(scenarios, 0.95, best.weights).expectedReturn;
    // What is sold is what is bought less the cash, a fifth.
    expect(gross - best.expectedReturn).toBeCloseTo(0.002 * (0.35 + 0.15), 10);
  });

  it('are none where they cost more than they bring', async () => {
    const invested = held.map((weight) => weight / 0.8);
    const { best } = optimal(
      await optimize({ ...base, trading: { held: invested, mostTurnover: 1, cost: 0.5 }, lossLimit: 1 }, highs),
    );
    for (const [at, weight] of best.weights.entries()) expect(weight).toBeCloseTo(invested[at]!, 12);
    expect(best.expectedReturn).toBeCloseTo(measurePortfolio(scenarios, 0.95, invested).expectedReturn, 12);
  });

  it('change no bit where nothing restricts them and they cost nothing', async () => {
    const idle = { trading: { held, mostTurnover: Infinity, cost: 0 }, sparsity: { most: 10, least: 0 } };
    const asked = { ...base, lossLimit: 0.2 };
    expect(await optimize({ ...asked, ...idle }, highs)).toEqual(await optimize(asked, highs));
  });

  it('contradict where cash cannot be spent within the turnover', async () => {
    const stuck = { trading: { ...trading, mostTurnover: 0.1 } };
    const tooFew = { code: 'constraints.turnover-too-low' };
    await expect(openOptimizer({ ...base, ...stuck }, { highs })).rejects.toMatchObject(tooFew);
    await expect(assertFeasible(base.feasible, stuck)).rejects.toMatchObject(tooFew);
    const small = { ...base.feasible, upper: base.feasible.upper.map(() => 0.3) };
    const hopeless = assertFeasible(small, { ...stuck, sparsity });
    await expect(hopeless).rejects.toMatchObject({ code: 'constraints.contradict' });
    await assertFeasible(base.feasible, { trading });
  });
});

describe('a benchmark', () => {
  it('is kept up with by the minimum and the best, and changes both', async () => {
    const asked = { ...base, lossLimit: 0.25 };
    const free = optimal(await optimize(asked, highs));
    const kept = optimal(await optimize({ ...asked, behind }, highs));
    for (const name of ['minimum', 'best'] as const) {
      expect(cvarBehind(scenarios, free[name].weights, behind, 0.95)).toBeGreaterThan(0.061);
      expect(cvarBehind(scenarios, kept[name].weights, behind, 0.95)).toBeLessThan(0.06 + 1e-7);
    }
    expect(kept.best.expectedReturn).toBeLessThan(free.best.expectedReturn);
  });

  it('says the least that can be kept, with few assets more', async () => {
    const strict = { ...base, behind: { benchmark, limit: 0.001 } };
    expect(
      await leastOf({ ...strict, behind: { benchmark: benchmark.map((one) => one + 0.01), limit: 0.001 } }),
    ).toBeCloseTo(0.01, 7);
    expect(await leastOf({ ...strict, sparsity })).toBeGreaterThan(0.03);
  });

  it('must have as many scenarios as the assets', async () => {
    const short = { benchmark: benchmark.subarray(1), limit: 0.1 };
    await expect(openOptimizer({ ...base, behind: short }, { highs })).rejects.toThrow('a benchmark of 999 scenarios');
  });
});

describe('few assets', () => {
  it('cost return, and a weight that is not held is exactly 0', async () => {
    const asked = { ...base, lossLimit: 0.2 };
    const { best, minimum, gap } = optimal(await optimize({ ...asked, sparsity }, highs));
    for (const portfolio of [best, minimum]) {
      expect(countOf(portfolio)).toBeLessThanOrEqual(3);
      for (const weight of portfolio.weights) expect(weight === 0 || weight >= 0.1 - 1e-12).toBe(true);
    }
    expect(gap).toBeLessThan(1e-7);
    expect(best.expectedReturn).toBeLessThan(optimal(await optimize(asked, highs)).best.expectedReturn);
  });

  it('end early with the best so far and its gap, which holds', async () => {
    const [early, whole] = [await fewAfter(1), await fewAfter()];
    expect(early.gap).toBeGreaterThan(1e-4);
    expect(early.portfolio.cvar - early.gap).toBeLessThanOrEqual(whole.portfolio.cvar + 1e-9);
    expect(early.best.best.expectedReturn + early.best.gap).toBeGreaterThan(whole.best.best.expectedReturn - 1e-9);
    expect(await fewAfter(1)).toEqual(early);
  });

  it('are those of a new search under every limit, whichever came before', async () => {
    const problem = { ...base, sparsity };
    const optimizer = await openOptimizer(problem, { highs });
    const least = optimizer.minimum().portfolio.cvar;
    for (const room of [1, 0.08, 0.04, 0.02, 0.01, 0.005, 0.001, 0.03, 0.06, 0.002]) {
      const solution = optimal(optimizer.best(least + room));
      expect(solution.gap).toBeLessThan(1e-7);
      const anew = optimal(await optimize({ ...problem, lossLimit: least + room }, highs));
      expect(solution.best.expectedReturn).toBeCloseTo(anew.best.expectedReturn, 7);
    }
    optimizer.close();
  });

  it('give the same bits from a minimum that is known', async () => {
    const problem = {
      ...base,
      sparsity: { most: 5, least: 0.05 },
      trading: { ...trading, mostTurnover: 0.8 },
      behind: { benchmark, limit: 0.1 },
    };
    const answers = async (minimum?: { weights: readonly number[]; gap: number }) => {
      const optimizer = await openOptimizer(problem, { highs, minimum });
      const found = optimizer.minimum();
      const under = [0.25, 0.2, 0.17].map((limit) => optimizer.best(limit));
      optimizer.close();
      return { portfolio: found.portfolio, gap: found.gap, under };
    };
    const searched = await answers();
    expect(searched.under.map(({ status }) => status)).toContain('optimal');
    expect(await answers({ weights: searched.portfolio.weights, gap: searched.gap })).toEqual(searched);
  });

  it('contradict constraints that need more of them', async () => {
    const feasible = longOnly(scenarios, { maxWeight: 0.3 });
    const few = { sparsity: { most: 3, least: 0 } };
    const contradiction = { code: 'constraints.contradict' };
    await expect(openOptimizer({ ...base, feasible, ...few }, { highs })).rejects.toMatchObject(contradiction);
    await expect(assertFeasible(feasible, few)).rejects.toMatchObject(contradiction);
    await assertFeasible(base.feasible, { sparsity: { most: 10, least: 0.6 } });
  });
});

describe('a frontier and priced choices', () => {
  it('keep all parts at every point', async () => {
    const { points, gap } = await frontier({ ...base, trading, sparsity: { most: 5, least: 0 }, points: 6 }, highs);
    expect(points.length).toBeGreaterThan(2);
    expect(gap).toBeLessThan(1e-7);
    for (const point of points) {
      expect(countOf(point)).toBeLessThanOrEqual(5);
      expect(turnoverOf(point.weights, held)).toBeLessThan(0.35 + 1e-9);
      expect(point).toEqual(netOf(measurePortfolio(scenarios, 0.95, point.weights), trading));
    }
  });

  it('price net of costs, and never mix few assets into more', async () => {
    const optimizer = await openOptimizer({ ...base, sparsity, trading: { ...trading, mostTurnover: 1 } }, { highs });
    const chooser = new Chooser(optimizer, { scenarios, pricing }, 0.95, trading);
    const { leastLimit: least } = chooser.minimum;
    const { leastLimit: loosest } = chooser.loosest().portfolio;
    const means = expectedReturns(pricing);
    let before = Infinity;
    for (const share of [0.8, 0.5, 0.2]) {
      const limit = least + share * (loosest - least);
      const { status, portfolio } = chooser.choose(limit);
      expect(status).toBe('optimal');
      expect(portfolio.leastLimit).toBeLessThanOrEqual(limit + 1e-7);
      expect(countOf(portfolio)).toBeLessThanOrEqual(3);
      expect(portfolio.expectedReturn).toBeLessThanOrEqual(before);
      before = portfolio.expectedReturn;
      const gross = portfolio.weights.reduce((total, weight, at) => total + weight * means[at]!, 0);
      expect(gross - portfolio.expectedReturn).toBeCloseTo(tradeCost(portfolio.weights, trading), 12);
    }
    optimizer.close();
  });
});

describe('the verifier', () => {
  it.each<[string, Partial<RiskProblem>, string]>([
    ['turnover', { trading: { ...trading, cost: 0 } }, 'minimum turnover'],
    ['the cost in the return', { trading: { ...trading, mostTurnover: 1 } }, 'minimum expectedReturn'],
    ['a benchmark', { behind }, 'minimum CVaR behind'],
    ['too many positions', { sparsity: { most: 3, least: 0 } }, 'minimum number of positions'],
    ['too small a position', { sparsity: { most: 10, least: 0.3 } }, 'minimum smallest position'],
  ])('checks %s', async (_name, part, message) => {
    const solution = await optimize({ ...base, lossLimit: 0.25 }, highs);
    new Verifier(base).verify(solution, 0.25);
    expect(() => new Verifier({ ...base, ...part }).verify(solution, 0.25)).toThrow(message);
  });
});
