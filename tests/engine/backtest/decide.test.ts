import { beforeAll, describe, expect, it } from 'vitest';
import { decideDay, failedDecisions, type PastDay } from '../../../src/engine/backtest/decide.ts';
import type { Constraint } from '../../../src/engine/constraints/index.ts';
import { historyUntil } from '../../../src/engine/history.ts';
import type { LstmModel } from '../../../src/engine/lstm/lstm-model.ts';
import type { Mandate } from '../../../src/engine/mandate.ts';
import { createBehindPricing } from '../../../src/engine/optimize/behind-margin.ts';
import { measurePortfolio } from '../../../src/engine/optimize/portfolio.ts';
import { QUANTILE_LEVELS } from '../../../src/engine/record/reliability.ts';
import { cvarWithError, portfolioLosses } from '../../../src/engine/risk.ts';
import { decideContext, type Drawn, drawSamples, scaledSamples } from '../../../src/engine/strategies/drawn.ts';
import { findStrategy } from '../../../src/engine/strategies/index.ts';
import { UserError } from '../../../src/errors.ts';
import { assets, atLeast, atMost } from '../../support/constraints.ts';
import { randomPrices } from '../../support/random-prices.ts';
import { fakeClock, trainSmall } from '../../support/small-model.ts';

const prices = randomPrices({ days: 520 });
const options = { now: fakeClock() };
const constraints = [atMost(0.8), atLeast(0.1)];
const mandate: Mandate = { horizonDays: 5, constraints, risk: { alpha: 0.9 } };
const history = historyUntil(prices);
let model: LstmModel;
let day: PastDay;
const drawnBy = (strategy: string, own = model): Promise<Drawn> =>
  drawSamples({ strategy, model: own, history, horizonDays: 5, sampling: { scenarios: 300, seed: 3 } }, options);
beforeAll(async () => {
  model = await trainSmall(prices);
  day = { mandate, drawn: await drawnBy('cvar-lstm'), limits: [0.001, 0.04] };
});

describe('a day of the past', () => {
  it('is decided by equal weights, the minimum CVaR and every limit, in this order', async () => {
    const { decisions, faults } = await decideDay(day, options);
    expect(faults).toEqual([]);
    expect(decisions.map(({ limit, status }) => [limit, status])).toEqual([
      ['equal', 'optimal'],
      ['min', 'optimal'],
      [0.001, 'infeasible'],
      [0.04, 'optimal'],
    ]);
  });

  it('says of each what the scenarios that it was not chosen on say of its weights', async () => {
    const { scenarios, pricing } = day.drawn.samples;
    expect([scenarios.rows, pricing!.rows]).toEqual([300, 600]);
    const { decisions } = await decideDay(day, options);
    const minimum = decisions[1]?.weights;
    const { cvar: least, error } = cvarWithError(portfolioLosses(pricing!, minimum!), 0.9);
    // All rules of a day are judged on the same scenarios.
    const { fresh } = day.drawn;
    expect(fresh.rows).toBe(600);
    for (const { weights = [], predicted, valueAtRisk, cvar, freshCvar, minCvar: told } of decisions) {
      const { expectedReturn, ...risk } = measurePortfolio(pricing!, 0.9, weights);
      expect({ weights, expectedReturn: predicted, valueAtRisk, cvar }).toEqual({ ...risk, expectedReturn });
      expect(freshCvar).toBe(measurePortfolio(fresh, 0.9, weights).cvar);
      // The smallest limit that is answered: with a margin for the errors of two estimates, one-sided at 5 %.
      expect(told).toBeCloseTo(least + 1.645 * Math.SQRT2 * error, 12);
    }
  });

  it('keeps the quantiles that were predicted, where a limit is kept', async () => {
    const { decisions } = await decideDay(day, options);
    expect(decisions.map(({ quantiles }) => quantiles?.length)).toEqual([undefined, undefined, undefined, 7]);
    const returns = portfolioLosses(day.drawn.samples.pricing!, decisions[3]!.weights!).map((loss) => -loss);
    for (const [at, level] of QUANTILE_LEVELS.entries()) {
      const below = returns.filter((one) => one < decisions[3]!.quantiles![at]!).length;
      expect(below).toBe(Math.floor(level * returns.length));
    }
  });

  it('is decided on scenarios that κ spreads about their mean', async () => {
    const drawn = { ...day.drawn, kappa: 1.2 };
    const { decisions } = await decideDay({ ...day, drawn }, options);
    const [equal] = decisions;
    expect(equal?.cvar).toBe(measurePortfolio(scaledSamples(drawn).pricing!, 0.9, equal!.weights!).cvar);
    const [usual] = (await decideDay(day, options)).decisions;
    expect(equal!.cvar! + equal!.predicted!).toBeCloseTo(1.2 * (usual!.cvar! + usual!.predicted!), 3);
  });

  it('holds the weights of the minimum CVaR under a limit that none keeps', async () => {
    const { decisions } = await decideDay(day, options);
    const { loosestLimit, ...infeasible } = decisions[2]!;
    expect({ ...infeasible, limit: 'min', status: 'optimal' }).toEqual(decisions[1]);
    expect(loosestLimit).toBeGreaterThan(infeasible.minCvar!);
    expect(Math.min(...decisions[3]!.weights!)).toBeGreaterThan(0.1 - 1e-9);
  });

  it('holds the weights of the strategy itself, also under a limit that it breaks', async () => {
    const drawn = await drawnBy('equal-weight');
    const { decisions } = await decideDay({ ...day, drawn, limits: [0.001, 0.9] }, options);
    expect(decisions.map(({ status }) => status)).toEqual(['optimal', 'optimal', 'infeasible', 'optimal']);
    const [equal, minimum, broken, kept] = decisions;
    expect(equal?.weights).not.toEqual(minimum?.weights);
    expect({ ...broken, limit: 'equal', status: 'optimal' }).toEqual(equal);
    expect({ ...kept, limit: 'equal', quantiles: undefined }).toEqual(equal);
  });

  it('is the same each time', async () => {
    expect(await decideDay(day, options)).toEqual(await decideDay(day, options));
  });

  it('fails only under the limit with the fault, and reports the fault', async () => {
    const { decisions, faults } = await decideDay({ ...day, limits: [0.03, Number.NaN, 0.04] }, options);
    expect(decisions.map(({ status }) => status)).toEqual(['optimal', 'optimal', 'optimal', 'failed', 'optimal']);
    expect(faults).toEqual([expect.stringContaining('Error')]);
    expect(decisions[3]).toEqual({
      limit: Number.NaN,
      status: 'failed',
      weights: decisions[1]?.weights,
      minCvar: decisions[1]?.minCvar,
    });
  });

  it('is not drawn where its scenarios are no numbers', async () => {
    const { rows, cols } = model.residuals;
    const residuals = { rows, cols, data: new Float64Array(rows * cols).fill(Number.NaN) };
    const broken: LstmModel = { ...model, manifest: { ...model.manifest, recipe: 'plain' }, residuals };
    await expect(drawnBy('cvar-lstm', broken)).rejects.toThrow('its scenarios hold a return that is no number');
  });

  it('refuses constraints that no weights meet', async () => {
    const refused = decideDay({ ...day, mandate: { ...mandate, constraints: [atMost(0.1)] } }, options);
    await expect(refused).rejects.toThrow(UserError);
  });

  it('is decided by each rule from what it holds itself, as if it were alone', async () => {
    const trades: Constraint[] = [
      { kind: 'max-turnover', weight: 0.1 },
      { kind: 'cost', rate: 0.005 },
    ];
    const traded = { ...mandate, constraints: [...constraints, ...trades] };
    const held: Record<string, number>[] = [
      { T0: 0.6, T1: 0.3, T2: 0.1 },
      { T0: 0.1, T1: 0.1, T2: 0.8 },
      { T0: 0.5, T1: 0.5 },
      { T0: 0.2, T1: 0.6, T2: 0.2 },
    ];
    const limits = [0.001, 0.06];
    const { decisions } = await decideDay({ ...day, limits, mandate: traded, held }, options);
    for (const [r, one] of decisions.entries()) {
      const only = typeof one.limit === 'number' ? [one.limit] : [];
      const alone = await decideDay({ ...day, limits: only, mandate: { ...traded, held: held[r]! } }, options);
      const { minCvar, ...same } = alone.decisions.find(({ limit }) => limit === one.limit)!;
      expect(one).toMatchObject(same);
      const before = prices.tickers.map((ticker) => held[r]![ticker] ?? 0);
      const changes = one.weights!.map((weight, j) => Math.abs(weight - before[j]!));
      const moved = changes.reduce((sum, change) => sum + change, 0);
      expect(moved / 2).toBeLessThan(one.limit === 'equal' ? 1 : 0.1 + 1e-9);
      const { expectedReturn } = measurePortfolio(day.drawn.samples.pricing!, 0.9, one.weights!);
      expect(one.predicted).toBeCloseTo(expectedReturn - 0.005 * moved, 12);
      // The smallest limit within a rule's own trades.
      expect(one.minCvar === minCvar).toBe(one.limit !== 'equal');
    }
  });

  it('fails only by the rule with the fault, also where each trades on its own', async () => {
    const own = { ...mandate, constraints: [...constraints, { kind: 'max-turnover', weight: 0.5 } as const] };
    const third = { T0: 1 / 3, T1: 1 / 3, T2: 1 / 3 };
    const held = [third, third, { ...third, T0: Number.NaN }, third];
    const { decisions, faults } = await decideDay({ ...day, limits: [0.03, 0.04], mandate: own, held }, options);
    expect(decisions.map(({ status }) => status)).toEqual(['optimal', 'optimal', 'failed', 'optimal']);
    expect(decisions[2]).not.toHaveProperty('weights');
    expect(faults).toHaveLength(1);
  });

  it('trades what equal weights take, where they are the strategy', async () => {
    const drawn = await drawnBy('equal-weight');
    const own = { ...mandate, constraints: [{ kind: 'max-turnover', weight: 0.05 } as const] };
    const held = [0, 1, 2].map(() => ({ T0: 0.6, T1: 0.2, T2: 0.2 }));
    const { decisions } = await decideDay({ ...day, drawn, limits: [0.9], mandate: own, held }, options);
    expect(decisions[2]?.weights).toEqual([1 / 3, 1 / 3, 1 / 3]);
    const barred = { ...own, constraints: [...own.constraints, atMost(0.4), atLeast(0.35)] };
    await expect(decideDay({ ...day, drawn, limits: [0.9], mandate: barred, held }, options)).rejects.toThrow(
      UserError,
    );
  });

  it('trades as little more as it takes to keep up with a benchmark', async () => {
    const behind: Constraint = { kind: 'behind', benchmark: 'T0', limit: 0.005, text: 'behind T0 <= 0.5%' };
    const still: Constraint = { kind: 'max-turnover', weight: 0 };
    const own = { ...mandate, constraints: [behind, still], held: { T0: 0.2, T1: 0.4, T2: 0.4 } };
    const { decisions } = await decideDay({ ...day, limits: [0.9], mandate: own }, options);
    const weights = decisions[2]!.weights!;
    const behindBy = (some: readonly number[]) =>
      measurePortfolio(day.drawn.samples.scenarios, 0.9, [some[0]! - 1, some[1]!, some[2]!]).cvar;
    expect(behindBy(weights)).toBeLessThan(0.005 + 1e-7);
    expect(weights[0]).toBeGreaterThan(0.5);
    // With a hundredth less, none keeps up.
    const less = { ...own, constraints: [behind, { ...still, weight: weights[0]! - 0.2 - 0.01 }] };
    const refused = findStrategy('cvar-lstm').decide(day.drawn.source, [less], decideContext(day.drawn, options));
    await expect(refused).rejects.toMatchObject({ code: 'constraints.behind-too-low' });
  });

  it('falls as little behind a benchmark as can be, where no split keeps the limit', async () => {
    const behind: Constraint = { kind: 'behind', benchmark: 'T0', limit: 0.001, text: 'behind T0 <= 0.1%' };
    const own = { ...mandate, constraints: [behind, atMost(0.6)] };
    const { decisions, faults } = await decideDay({ ...day, limits: [0.001, 0.9], mandate: own }, options);
    expect([faults, decisions[0]!.leastBehind]).toEqual([[], undefined]);
    const price = createBehindPricing({ tickers: prices.tickers, mandate: own, samples: scaledSamples(day.drawn) })!;
    for (const { limit, weights, leastBehind } of decisions.slice(1)) {
      expect(Math.max(...weights!)).toBeLessThan(0.6 + 1e-9);
      expect(leastBehind).toBeGreaterThan(0.001);
      expect(price(weights!).leastLimit).toBeLessThan(leastBehind! + 1e-6);
      const less = { ...own, constraints: [{ ...behind, limit: 0.98 * leastBehind! }, atMost(0.6)] };
      const risk = { ...less.risk, ...(typeof limit === 'number' && { limit }) };
      const context = decideContext(day.drawn, options);
      const refused = findStrategy('cvar-lstm').decide(day.drawn.source, [{ ...less, risk }], context);
      await expect(refused).rejects.toMatchObject({ code: 'constraints.behind-too-low' });
    }
  });

  it('holds equal weights, where they are the strategy, however far behind they fall', async () => {
    const drawn = await drawnBy('equal-weight');
    const behind: Constraint = { kind: 'behind', benchmark: 'T0', limit: 0.001, text: 'behind T0 <= 0.1%' };
    const own = { ...mandate, constraints: [behind, atMost(0.6)] };
    const { decisions } = await decideDay({ ...day, drawn, limits: [0.9], mandate: own }, options);
    expect(decisions[2]!.weights).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(decisions[2]!.leastBehind).toBeGreaterThan(0.001);
  });

  it('that could not be made at all leaves equal weights, and nothing for the others', () => {
    expect(failedDecisions([0.05], assets(4))).toEqual([
      { limit: 'equal', status: 'failed', weights: [0.25, 0.25, 0.25, 0.25] },
      { limit: 'min', status: 'failed' },
      { limit: 0.05, status: 'failed' },
    ]);
  });
});
