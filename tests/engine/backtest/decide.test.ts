import { beforeAll, describe, expect, it } from 'vitest';
import { decideDay, failedDecisions, type PastDay } from '../../../src/engine/backtest/decide.ts';
import { historyUntil } from '../../../src/engine/history.ts';
import type { LstmModel } from '../../../src/engine/lstm/lstm-model.ts';
import type { Mandate } from '../../../src/engine/mandate.ts';
import { measurePortfolio } from '../../../src/engine/optimize/portfolio.ts';
import { samplingsOf } from '../../../src/engine/samples.ts';
import { drawScenarios } from '../../../src/engine/lstm/scenarios.ts';
import { UserError } from '../../../src/errors.ts';
import { atLeast, atMost } from '../../support/constraints.ts';
import { randomPrices } from '../../support/random-prices.ts';
import { fakeClock, trainSmall } from '../../support/small-model.ts';

const prices = randomPrices({ days: 520 });
const options = { now: fakeClock() };
const constraints = [atMost(0.8), atLeast(0.1)];
const mandate: Mandate = { horizonDays: 5, constraints, risk: { alpha: 0.9 } };
let model: LstmModel;
let day: PastDay;
beforeAll(async () => {
  model = await trainSmall(prices);
  day = {
    strategy: 'cvar-lstm',
    model,
    history: historyUntil(prices),
    mandate,
    sampling: { scenarios: 300, seed: 3 },
    limits: [0.001, 0.04],
  };
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

  it('says of each what the two samples say of its weights', async () => {
    const { main, fresh } = samplingsOf(day.sampling);
    const draw = (sample: typeof main) =>
      drawScenarios({ ...sample, model, history: day.history, horizon: 5, ...options });
    const [drawn, other] = [await draw(main), await draw(fresh)];
    expect([drawn.rows, other.rows]).toEqual([300, 150]);
    const { decisions } = await decideDay(day, options);
    const minCvar = decisions[1]?.cvar;
    for (const { weights = [], predicted, valueAtRisk, cvar, freshCvar, minCvar: told } of decisions) {
      const { expectedReturn, ...risk } = measurePortfolio(drawn, 0.9, weights);
      expect({ weights, expectedReturn: predicted, valueAtRisk, cvar }).toEqual({ ...risk, expectedReturn });
      expect(freshCvar).toBe(measurePortfolio(other, 0.9, weights).cvar);
      expect(told).toBe(minCvar);
    }
  });

  it('holds the weights of the minimum CVaR under a limit that none keeps', async () => {
    const { decisions } = await decideDay(day, options);
    expect({ ...decisions[2], limit: 'min', status: 'optimal' }).toEqual(decisions[1]);
    expect(Math.min(...decisions[3]!.weights!)).toBeGreaterThan(0.1 - 1e-9);
  });

  it('holds the weights of the strategy itself, also under a limit that it breaks', async () => {
    const { decisions } = await decideDay({ ...day, strategy: 'equal-weight', limits: [0.001, 0.9] }, options);
    expect(decisions.map(({ status }) => status)).toEqual(['optimal', 'optimal', 'infeasible', 'optimal']);
    const [equal, minimum, broken, kept] = decisions;
    expect(equal?.weights).not.toEqual(minimum?.weights);
    expect({ ...broken, limit: 'equal', status: 'optimal' }).toEqual(equal);
    expect({ ...kept, limit: 'equal' }).toEqual(equal);
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
      minCvar: decisions[1]?.cvar,
    });
  });

  it('fails as a whole where its scenarios are no numbers', async () => {
    const { rows, cols } = model.residuals;
    const residuals = { rows, cols, data: new Float64Array(rows * cols).fill(Number.NaN) };
    const broken: LstmModel = { ...model, residuals };
    await expect(decideDay({ ...day, model: broken }, options)).rejects.toThrow('expected finite returns');
  });

  it('refuses constraints that no weights meet', async () => {
    const refused = decideDay({ ...day, mandate: { ...mandate, constraints: [atMost(0.1)] } }, options);
    await expect(refused).rejects.toThrow(UserError);
  });

  it('that could not be made at all leaves equal weights, and nothing for the others', () => {
    expect(failedDecisions([0.05], 4)).toEqual([
      { limit: 'equal', status: 'failed', weights: [0.25, 0.25, 0.25, 0.25] },
      { limit: 'min', status: 'failed' },
      { limit: 0.05, status: 'failed' },
    ]);
  });
});
