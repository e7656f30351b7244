import { describe, expect, it } from 'vitest';
import { historyUntil } from '../../../src/engine/history.ts';
import type { LstmModel } from '../../../src/engine/lstm/lstm-model.ts';
import { subSeed } from '../../../src/engine/random.ts';
import { scaleAboutMean } from '../../../src/engine/samples.ts';
import { cvarLstm } from '../../../src/engine/strategies/cvar-lstm/index.ts';
import { decideContext, type DrawOrder, drawSamples } from '../../../src/engine/strategies/drawn.ts';
import type { Progress } from '../../../src/engine/types.ts';
import { randomPrices } from '../../support/random-prices.ts';
import { fakeClock, trainSmall } from '../../support/small-model.ts';

const prices = randomPrices();
const history = historyUntil(prices);
const models = {
  filtered: await trainSmall(prices),
  plain: await trainSmall(prices, { recipe: 'plain' }),
};
const context = { now: fakeClock() };
const order = (model: LstmModel, changes: Partial<DrawOrder> = {}): DrawOrder => ({
  strategy: 'cvar-lstm',
  model,
  history,
  horizonDays: 4,
  sampling: { scenarios: 60, seed: 5 },
  ...changes,
});
/** As the strategy draws, without more ado. */
const simulate = async (model: LstmModel, scenarios: number, seed: number) =>
  cvarLstm.simulate(await cvarLstm.source(model, history, 4), { ...context, sampling: { scenarios, seed } });

const freshSeed = subSeed(5, 'fresh');

describe('samples', () => {
  it('are drawn from one source, by seeds of their own', async () => {
    const { source, samples, fresh, ...rest } = await drawSamples(order(models.filtered), context);
    expect(rest).toEqual({ strategy: 'cvar-lstm', sampling: { scenarios: 60, seed: 5 }, kappa: 1 });
    expect(source).toEqual(await cvarLstm.source(models.filtered, history, 4));
    expect(samples.scenarios).toEqual(await simulate(models.filtered, 60, 10));
    expect(samples.pricing).toEqual(await simulate(models.filtered, 120, 11));
    expect(fresh).toEqual(await simulate(models.filtered, 120, freshSeed));
  });

  it('tell of their progress once, from all', async () => {
    const told: Progress[] = [];
    const sampling = { scenarios: 2000, seed: 5 };
    await drawSamples(order(models.filtered, { sampling }), { ...context, onProgress: (one) => told.push(one) });
    const tenths = Array.from({ length: 10 }, (_, k) => expect.closeTo((k + 1) / 10, 12));
    expect(told.map(({ done }) => done)).toEqual(tenths);
    expect(told.at(-1)?.secondsLeft).toBe(0);
  });

  it('are one where the recipe prices splits on the scenarios it chooses them on', async () => {
    const { samples } = await drawSamples(order(models.plain), context);
    expect(samples).toEqual({ scenarios: await simulate(models.plain, 60, 10) });
  });

  it('are plain data', async () => {
    const drawn = await drawSamples(order(models.filtered), context);
    expect(structuredClone(drawn)).toEqual(drawn);
  });
});

describe('fresh scenarios', () => {
  it.each([
    ['filtered', 120],
    ['plain', 30],
  ] as const)('of the recipe %s are a further sample: %i', async (recipe, count) => {
    const drawn = await drawSamples(order(models[recipe]), context);
    expect(drawn.fresh).toEqual(await simulate(models[recipe], count, freshSeed));
    expect(decideContext(drawn, context)).toEqual({ ...context, samples: drawn.samples, fresh: drawn.fresh });
  });

  it('are spread by κ as the samples are', async () => {
    const drawn = { ...(await drawSamples(order(models.filtered), context)), kappa: 1.3 };
    const { samples, fresh } = decideContext(drawn, context);
    const spread = async (count: number, seed: number) =>
      scaleAboutMean(await simulate(models.filtered, count, seed), 1.3);
    expect(samples).toEqual({ scenarios: await spread(60, 10), pricing: await spread(120, 11) });
    expect(fresh).toEqual(await spread(120, freshSeed));
  });
});
