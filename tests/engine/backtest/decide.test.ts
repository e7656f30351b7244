import { beforeAll, describe, expect, it } from 'vitest';
import { decide, failedChoices, type DecisionProblem } from '../../../src/engine/backtest/decide.ts';
import { historyUntil } from '../../../src/engine/history.ts';
import { measurePortfolio } from '../../../src/engine/optimize/portfolio.ts';
import { samplesOf } from '../../../src/engine/samples.ts';
import { drawScenarios } from '../../../src/engine/scenarios.ts';
import { UserError } from '../../../src/errors.ts';
import { randomPrices } from '../../support/random-prices.ts';
import { fakeClock, trainSmall } from '../../support/small-model.ts';

const prices = randomPrices({ days: 520 });
const options = { now: fakeClock() };
let problem: DecisionProblem;
beforeAll(async () => {
  problem = {
    artefact: await trainSmall(prices),
    history: historyUntil(prices),
    horizonDays: 5,
    scenarios: 300,
    seed: 3,
    limits: [0.001, 0.04],
    alpha: 0.9,
    bounds: { minWeight: 0.1, maxWeight: 0.8 },
  };
});

describe('a decision of the past', () => {
  it('has a choice for equal weights, the minimum CVaR and every limit, in this order', async () => {
    const { choices, faults } = await decide(problem, options);
    expect(faults).toEqual([]);
    expect(choices.map(({ limit, status }) => [limit, status])).toEqual([
      ['equal', 'optimal'],
      ['min', 'optimal'],
      [0.001, 'infeasible'],
      [0.04, 'optimal'],
    ]);
  });

  it('says of each what the two samples say of its weights', async () => {
    const { main, fresh } = samplesOf(problem);
    const draw = (sample: typeof main) =>
      drawScenarios({ ...sample, artefact: problem.artefact, history: problem.history, horizon: 5, ...options });
    const [drawn, other] = [await draw(main), await draw(fresh)];
    expect([drawn.rows, other.rows]).toEqual([300, 150]);
    const { choices } = await decide(problem, options);
    const minCvar = choices[1]?.cvar;
    for (const { weights = [], predicted, valueAtRisk, cvar, freshCvar, minCvar: told } of choices) {
      const { expectedReturn, ...risk } = measurePortfolio(drawn, 0.9, weights);
      expect({ weights, expectedReturn: predicted, valueAtRisk, cvar }).toEqual({ ...risk, expectedReturn });
      expect(freshCvar).toBe(measurePortfolio(other, 0.9, weights).cvar);
      expect(told).toBe(minCvar);
    }
  });

  it('holds the weights of the minimum CVaR under a limit that none keeps', async () => {
    const { choices } = await decide(problem, options);
    expect({ ...choices[2], limit: 'min', status: 'optimal' }).toEqual(choices[1]);
    expect(Math.min(...choices[3]!.weights!)).toBeGreaterThan(0.1 - 1e-9);
  });

  it('is the same each time', async () => {
    expect(await decide(problem, options)).toEqual(await decide(problem, options));
  });

  it('fails under the limit that a fault has met, and tells the fault', async () => {
    const { choices, faults } = await decide({ ...problem, limits: [0.03, Number.NaN, 0.04] }, options);
    expect(choices.map(({ status }) => status)).toEqual(['optimal', 'optimal', 'optimal', 'failed', 'optimal']);
    expect(faults).toEqual([expect.stringContaining('Error')]);
    expect(choices[3]).toEqual({
      limit: Number.NaN,
      status: 'failed',
      weights: choices[1]?.weights,
      minCvar: choices[1]?.cvar,
    });
  });

  it('fails as a whole where its scenarios are no numbers', async () => {
    const { rows, cols } = problem.artefact.residuals;
    const residuals = { rows, cols, data: new Float64Array(rows * cols).fill(Number.NaN) };
    const broken = { ...problem, artefact: { ...problem.artefact, residuals } };
    await expect(decide(broken, options)).rejects.toThrow('expected finite returns');
  });

  it('refuses bounds that no weights meet', async () => {
    const refused = decide({ ...problem, bounds: { minWeight: 0, maxWeight: 0.1 } }, options);
    await expect(refused).rejects.toThrow(UserError);
  });

  it('that could not be made at all leaves equal weights, and nothing for the others', () => {
    expect(failedChoices([0.05], 4)).toEqual([
      { limit: 'equal', status: 'failed', weights: [0.25, 0.25, 0.25, 0.25] },
      { limit: 'min', status: 'failed' },
      { limit: 0.05, status: 'failed' },
    ]);
  });
});
