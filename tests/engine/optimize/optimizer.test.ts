import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Polytope } from '../../../src/engine/constraints/polytope.ts';
import { loadHighs } from '../../../src/engine/optimize/highs.ts';
import { type KnownMinimum, openOptimizer, optimize, type Optimizer } from '../../../src/engine/optimize/optimizer.ts';
import { expectedReturns, measurePortfolio } from '../../../src/engine/optimize/portfolio.ts';
import { cvar, portfolioLosses } from '../../../src/engine/risk.ts';
import type { Matrix, Solution } from '../../../src/engine/types.ts';
import { longOnly } from '../../support/long-only.ts';
import { uniforms } from '../../../src/engine/random.ts';
import { fatTailed } from '../../support/scenarios.ts';
import { cases, matrixOf, polytopeCases, type Case } from './cases.ts';
import { fullLp } from './full-lp.ts';

const highs = await loadHighs();

async function withOptimizer<T>(
  { cutWidth, ...problem }: { scenarios: Matrix; alpha: number; feasible?: Polytope; cutWidth?: number | undefined },
  use: (optimizer: Optimizer) => T,
): Promise<T> {
  const options = { highs, ...(cutWidth !== undefined && { cutWidth }) };
  const optimizer = await openOptimizer({ feasible: longOnly(problem.scenarios), ...problem }, options);
  try {
    return use(optimizer);
  } finally {
    optimizer.close();
  }
}

/** The CVaR of holding only the asset with the best return: a limit above it does not bind. */
function cvarOfBestReturn(scenarios: Matrix, alpha: number): number {
  const means = expectedReturns(scenarios);
  const best = means.indexOf(Math.max(...means));
  return measurePortfolio(
    scenarios,
    alpha,
    means.map((_, asset) => (asset === best ? 1 : 0)),
  ).cvar;
}

const returnOf = (solution: Solution): number =>
  (solution.status === 'optimal' ? solution.best : solution.minimum).expectedReturn;

function expectOptimal(solution: Solution): Extract<Solution, { status: 'optimal' }> {
  if (solution.status !== 'optimal') throw new Error(`expected an optimum, got ${solution.status}`);
  return solution;
}

/** Solves a case at its tightness, compares every stage with the full program, and says what is wrong. */
async function complaints(problem: Case, cutWidth?: number): Promise<string[]> {
  const { scenarios, tailFraction, feasible, tightness } = problem;
  const alpha = 1 - tailFraction;
  const lp = fullLp(highs, scenarios, tailFraction * scenarios.rows, feasible);
  const wrong: string[] = [];
  const atMost = (what: string, got: number, most: number) => {
    if (!(got <= most)) wrong.push(`${what}: ${got} > ${most}`);
  };
  await withOptimizer({ scenarios, alpha, feasible, cutWidth }, (optimizer) => {
    const { portfolio: minimum, gap } = optimizer.minimum();
    atMost('distance of the minimum', Math.abs(minimum.cvar - lp.minimumCvar()), 1e-7);
    atMost('gap of the minimum', gap, 1e-7);

    const range = Math.max(cvarOfBestReturn(scenarios, alpha) - minimum.cvar, 1e-4);
    const limit = minimum.cvar + tightness * range;
    const solution = optimizer.best(limit);
    if (solution.status !== (tightness < 0 ? 'infeasible' : 'optimal')) wrong.push(solution.status);
    if (solution.status === 'infeasible') return;
    const { best } = solution;
    atMost('gap', solution.gap, 1e-7);
    atMost('CVaR above the limit', best.cvar, limit + 1e-7);
    // At the minimum itself the oracle's own rounding may leave it nothing.
    atMost('return below the best', (lp.highestReturn(limit) ?? -Infinity) - 1e-7, best.expectedReturn);
    atMost('return above the best', best.expectedReturn, lp.highestReturn(limit + 1e-7)! + 1e-9);
    // At the highest return the oracle's own rounding may leave it nothing.
    atMost('CVaR above the calmest', best.cvar, (lp.minimumCvarAbove(best.expectedReturn) ?? Infinity) + 1e-7);
  });
  return wrong;
}

describe('against the full linear program', () => {
  it('agrees on small problems, most of them degenerate', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (problem) => {
        expect(await complaints(problem)).toEqual([]);
      }),
      { numRuns: 1000, seed: 2 },
    );
  });

  it('agrees on constraints of any kind: groups, equations, a box for each asset', async () => {
    await fc.assert(
      fc.asyncProperty(polytopeCases, async (problem) => {
        expect(await complaints(problem)).toEqual([]);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it.each([0, 2, 1e9])('agrees when each cut makes %d scenarios explicit', async (cutWidth) => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(cases, polytopeCases), async (problem) => {
        expect(await complaints(problem, cutWidth)).toEqual([]);
      }),
      { numRuns: 200, seed: cutWidth },
    );
  });

  it.each([
    { rows: 2000, cols: 30, tailFraction: 1 / 20, bounds: {} },
    { rows: 1001, cols: 12, tailFraction: 1 / 100, bounds: { minWeight: 0.02, maxWeight: 0.25 } },
    { rows: 500, cols: 80, tailFraction: 1 / 10, bounds: { minWeight: 0, maxWeight: 0.05 } },
  ])('agrees on $rows scenarios of $cols assets', async ({ rows, cols, tailFraction, bounds }) => {
    const scenarios = fatTailed(rows, cols, 11);
    const problem = { scenarios, tailFraction, feasible: longOnly(scenarios, bounds), tightness: 0.2 };
    expect(await complaints(problem)).toEqual([]);
  });
});

describe('with constraints of a mandate', () => {
  it.each([20, 40])(
    'agrees on 1000 scenarios of %d assets: groups, an asset held at a tenth, equal weights excluded',
    async (cols) => {
      const scenarios = fatTailed(1000, cols, 12);
      const group = (of: number) => Float64Array.from({ length: cols }, (_, at) => (at % 5 === of ? 1 : 0));
      const rows = [
        { lower: 0, upper: 0.15, coefficients: group(0) },
        { lower: 0.3, upper: Infinity, coefficients: group(1) },
        { lower: 0.25, upper: 0.25, coefficients: group(2) },
        { lower: 0.1, upper: 0.1, coefficients: Float64Array.from({ length: cols }, (_, at) => (at === 3 ? 1 : 0)) },
      ];
      const feasible = { ...longOnly(scenarios, { maxWeight: 0.3 }), rows };
      for (const tightness of [-0.3, 0, 0.2]) {
        expect(await complaints({ scenarios, tailFraction: 1 / 20, feasible, tightness })).toEqual([]);
      }
    },
  );
});

describe('the width of a cut', () => {
  it('changes the way, not the answer', async () => {
    const scenarios = fatTailed(4000, 15, 5);
    const answers = await Promise.all(
      [0, 25, 1e9].map((cutWidth) =>
        withOptimizer({ scenarios, alpha: 0.95, cutWidth }, (optimizer) => expectOptimal(optimizer.best(0.16))),
      ),
    );
    for (const { best, minimum } of answers) {
      expect(best.expectedReturn).toBeCloseTo(answers[0]!.best.expectedReturn, 8);
      expect(best.cvar).toBeCloseTo(answers[0]!.best.cvar, 6);
      expect(minimum.cvar).toBeCloseTo(answers[0]!.minimum.cvar, 8);
    }
  });
});

describe('a warm optimiser', () => {
  it('gives for each limit what a fresh one gives, in any order', async () => {
    const scenarios = fatTailed(2000, 10, 3);
    const limits = [0.3, 0.15, 0.2, 0.02, 0.16, 0.2];
    const warm = await withOptimizer({ scenarios, alpha: 0.95 }, (optimizer) =>
      limits.map((limit) => optimizer.best(limit)),
    );
    for (const [at, lossLimit] of limits.entries()) {
      const fresh = await optimize({ scenarios, lossLimit, alpha: 0.95, feasible: longOnly(scenarios) }, highs);
      const answer = warm[at]!;
      expect(answer.status).toBe(fresh.status);
      expect(answer.minimum.cvar).toBeCloseTo(fresh.minimum.cvar, 8);
      expect(returnOf(answer)).toBeCloseTo(returnOf(fresh), 8);
    }
  });
});

describe('a minimum that is known', () => {
  it('spares its search, and changes no bit of any answer', async () => {
    const scenarios = fatTailed(2000, 10, 3);
    const problem = { scenarios, alpha: 0.95, feasible: longOnly(scenarios) };
    const limits = [0.02, Infinity, 0.2, 0.15];
    const answers = async (known?: KnownMinimum) => {
      const optimizer = await openOptimizer(problem, { highs, minimum: known });
      const { portfolio, gap } = optimizer.minimum();
      const under = limits.map((limit) => optimizer.best(limit));
      optimizer.close();
      return { portfolio, gap, under };
    };
    const searched = await answers();
    const { portfolio, gap } = searched;
    expect(await answers({ weights: portfolio.weights, gap })).toEqual(searched);
    // What is told is taken, not searched for once more.
    const equal = Array.from({ length: 10 }, () => 0.1);
    const told = await openOptimizer(problem, { highs, minimum: { weights: equal, gap: 1 } });
    expect(told.minimum()).toMatchObject({
      gap: 1,
      portfolio: { weights: equal.map((one) => expect.closeTo(one, 12)) },
    });
    told.close();
  });
});

describe('a walk', () => {
  it('finds the optimum of the full program at each of many limits, each near the one before', async () => {
    const scenarios = fatTailed(500, 12, 14);
    const lp = fullLp(highs, scenarios, 25, longOnly(scenarios));
    const wrong = await withOptimizer({ scenarios, alpha: 0.95 }, (optimizer) => {
      const { cvar: least } = optimizer.minimum().portfolio;
      const falling = Array.from({ length: 12 }, (_, at) => least + 0.015 * (12 - at));
      const lowered = falling.flatMap((limit) => [limit, 0.99 * limit, 0.97 * limit]);
      return lowered.filter((limit) => {
        const { best, gap } = expectOptimal(optimizer.best(limit));
        const highest = lp.highestReturn(limit)!;
        return gap > 1e-7 || best.cvar > limit + 1e-7 || Math.abs(best.expectedReturn - highest) > 1e-7;
      });
    });
    expect(wrong).toEqual([]);
  });

  it('gives the calmest portfolio with the highest return to every limit that does not bind', async () => {
    const scenarios = fatTailed(1000, 8, 15);
    await withOptimizer({ scenarios, alpha: 0.95 }, (optimizer) => {
      const { best } = expectOptimal(optimizer.best(Infinity));
      const { best: under } = expectOptimal(optimizer.best(0.95 * best.cvar));
      expect(expectOptimal(optimizer.best(best.cvar)).best).toEqual(best);
      expect(expectOptimal(optimizer.best(2)).best).toEqual(best);
      expect(under.expectedReturn).toBeLessThan(best.expectedReturn);
    });
  });
});

describe('a frontier', () => {
  it('never falls, and ends where the limit no longer binds', async () => {
    const scenarios = fatTailed(3000, 20, 6);
    const returns = await withOptimizer({ scenarios, alpha: 0.95 }, (optimizer) => {
      const { cvar: least } = optimizer.minimum().portfolio;
      return Array.from({ length: 40 }, (_, at) => returnOf(optimizer.best(least + 0.01 * at)));
    });
    expect(returns).toEqual(returns.slice().sort((a, b) => a - b));
    expect(returns.at(-1)).toBeCloseTo(Math.max(...expectedReturns(scenarios)), 8);
  });
});

describe('figures', () => {
  it('are those of the one definition: the CVaR that was limited is the CVaR that is reported', async () => {
    const scenarios = fatTailed(895, 8, 9);
    const { best } = expectOptimal(
      await optimize({ scenarios, lossLimit: 0.2, alpha: 0.95, feasible: longOnly(scenarios) }, highs),
    );
    expect(best.cvar).toBe(cvar(portfolioLosses(scenarios, best.weights), 0.95));
    expect(best.cvar).toBeLessThanOrEqual(0.2 + 1e-7);
    expect(best.cvar).toBeGreaterThan(0.2 - 1e-5);
  });

  it('hold for returns a hundred thousand times smaller or larger', async () => {
    const scenarios = fatTailed(1500, 10, 4);
    const at = (scale: number) => ({ ...scenarios, data: scenarios.data.map((value) => value * scale) });
    const solve = async (scale: number) => {
      const limit = { lossLimit: 0.16 * scale, alpha: 0.95 };
      return expectOptimal(await optimize({ scenarios: at(scale), ...limit, feasible: longOnly(scenarios) }, highs));
    };
    const usual = await solve(1);
    for (const scale of [1e-5, 1e-3, 1e3, 1e5]) {
      const scaled = await solve(scale);
      expect(Math.abs(scaled.best.expectedReturn - usual.best.expectedReturn * scale)).toBeLessThan(
        2e-9 * Math.max(1, scale),
      );
      expect(scaled.minimum.cvar / scale).toBeCloseTo(usual.minimum.cvar, 8);
    }
  });
});

describe('ties and corners', () => {
  const limit = { lossLimit: 1, alpha: 0.9 };

  it('prefer the calmest of the portfolios with the best return', async () => {
    // Three assets of one expected return; the first two cancel, a limit of 100 % does not bind.
    const scenarios = matrixOf(
      Array.from({ length: 40 }, (_, row) => [
        0.05 + (row % 2 ? 0.1 : -0.1),
        0.05 + (row % 2 ? -0.1 : 0.1),
        0.05 + (row % 4 < 2 ? 0.3 : -0.3),
      ]),
    );
    const { best } = expectOptimal(await optimize({ scenarios, ...limit, feasible: longOnly(scenarios) }, highs));
    expect(best.expectedReturn).toBeCloseTo(0.05, 12);
    expect(best.cvar).toBeCloseTo(-0.05, 7);
    expect(best.weights[0]).toBeCloseTo(0.5, 6);
  });

  it('hold one asset whole', async () => {
    const scenarios = matrixOf([[0.1], [-0.2]]);
    const { best, minimum } = expectOptimal(
      await optimize({ scenarios, ...limit, feasible: longOnly(scenarios) }, highs),
    );
    expect(best).toEqual(minimum);
    expect(best.weights).toEqual([1]);
    expect(best.cvar).toBe(0.2);
  });

  it('take a limit that is exactly the minimum as kept, and one just below as not', async () => {
    const scenarios = fatTailed(300, 6, 2);
    await withOptimizer({ scenarios, alpha: 0.95 }, (optimizer) => {
      const { cvar: least } = optimizer.minimum().portfolio;
      expect(optimizer.best(least).status).toBe('optimal');
      expect(optimizer.best(least - 1e-8).status).toBe('optimal');
      expect(optimizer.best(least - 1e-6).status).toBe('infeasible');
    });
  });

  it('end where the least CVaR is flat and the limit lies on it', async () => {
    const scenarios = matrixOf([
      [-0.15, 0.1],
      [0, -0.15],
      [0, 0],
      [0.05, 0.05],
    ]);
    const feasible = longOnly(scenarios, { minWeight: 0.15, maxWeight: 0.85 });
    expect(await complaints({ scenarios, tailFraction: 0.4, feasible, tightness: 0 })).toEqual([]);
  });

  it('survive returns that are hardly numbers', async () => {
    const scenarios = matrixOf(Array.from({ length: 12 }, () => [-2.5e-323, 0]));
    const { best } = expectOptimal(await optimize({ scenarios, ...limit, feasible: longOnly(scenarios) }, highs));
    expect(best.expectedReturn).toBeCloseTo(0, 12);
  });

  it('meet bounds that leave no choice', async () => {
    const scenarios = fatTailed(300, 7, 2);
    for (const bounds of [
      { minWeight: 1 / 7, maxWeight: 1 },
      { minWeight: 0, maxWeight: 1 / 7 },
    ]) {
      const { best } = expectOptimal(
        await optimize({ scenarios, ...limit, feasible: longOnly(scenarios, bounds) }, highs),
      );
      for (const weight of best.weights) expect(weight).toBeCloseTo(1 / 7, 12);
    }
  });

  it('are reached among a hundred assets that are alike, which takes many cuts', async () => {
    const [rows, cols] = [2000, 100];
    const uniform = uniforms(5, 'alike');
    const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    const market = Float64Array.from({ length: rows }, normal);
    const data = Float64Array.from({ length: rows * cols }, (_, at) => {
      return 0.005 + 0.01 * market[Math.floor(at / cols)]! + 0.06 * normal();
    });
    const scenarios = { rows, cols, data };
    const problem = { scenarios, alpha: 0.95, feasible: longOnly(scenarios) };
    const { minimum } = await optimize({ ...problem, lossLimit: 0 }, highs);
    const lossLimit = 1.05 * minimum.cvar;
    const { best } = expectOptimal(await optimize({ ...problem, lossLimit }, highs));
    expect(best.cvar).toBeLessThanOrEqual(lossLimit + 1e-7);
  });

  it('refuse constraints that nothing meets, constraints of other assets, and returns that are no numbers', async () => {
    const scenarios = fatTailed(20, 12, 1);
    const feasible = longOnly(scenarios);
    const half = { lower: 0.6, upper: 1, coefficients: Float64Array.from({ length: 12 }, (_, at) => at % 2) };
    const other = { ...half, coefficients: half.coefficients.map((coefficient) => 1 - coefficient) };
    await expect(
      optimize({ scenarios, ...limit, feasible: { ...feasible, rows: [half, other] } }, highs),
    ).rejects.toMatchObject({ name: 'UserError', code: 'constraints.contradict' });
    const ofOthers = longOnly(fatTailed(20, 11, 1));
    await expect(optimize({ scenarios, ...limit, feasible: ofOthers }, highs)).rejects.toThrow('of 11 assets');
    scenarios.data[7] = Number.NaN;
    await expect(optimize({ scenarios, ...limit, feasible }, highs)).rejects.toThrow('finite');
  });
});

describe('memory', () => {
  it('of the solver does not grow with the number of problems', async () => {
    const scenarios = fatTailed(1000, 40, 1);
    const solve = () => optimize({ scenarios, lossLimit: 0.12, alpha: 0.95, feasible: longOnly(scenarios) }, highs);
    for (let warmUp = 0; warmUp < 3; warmUp++) await solve();
    const before = highs.memoryBytes;
    for (let again = 0; again < 8; again++) await solve();
    expect(highs.memoryBytes).toBe(before);
  });
});
