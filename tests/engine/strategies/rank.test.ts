import { describe, expect, it } from 'vitest';
import { historyUntil } from '../../../src/engine/history.ts';
import type { Mandate } from '../../../src/engine/mandate.ts';
import { fitNetwork } from '../../../src/engine/ranking/ranker.ts';
import { decideContext, drawSamples } from '../../../src/engine/strategies/drawn.ts';
import { chooseStrategy } from '../../../src/engine/strategies/index.ts';
import { rank } from '../../../src/engine/strategies/rank/index.ts';
import type { Decision } from '../../../src/engine/strategies/strategy.ts';
import { changedFrom, randomPrices } from '../../support/random-prices.ts';
import { fakeClock } from '../../support/small-model.ts';

/** Returns come again the next day, and so can be ranked. */
const prices = randomPrices({ days: 520, assets: 3, momentum: 0.6 });
const history = historyUntil(prices, prices.dates[509]);
const params = rank.params.parse({ trees: 10, period: 1 });
const context = { seed: 1, now: fakeClock() };
const model = await rank.fit(history, params, context);
const source = await rank.source(model, history, 5);

const mandateOf = (limit?: number): Mandate => ({
  horizonDays: 5,
  constraints: [],
  risk: { alpha: 0.95, ...(limit !== undefined && { limit }) },
});

async function decide(mandates: readonly [Mandate, ...Mandate[]]): Promise<readonly Decision[]> {
  const order = { strategy: 'rank', model, history, horizonDays: 5, sampling: { scenarios: 1000, seed: 1 } };
  const drawn = await drawSamples(order, { now: fakeClock() });
  return rank.decide(source, mandates, decideContext(drawn, { now: fakeClock() }));
}

describe('the strategy of ranks', () => {
  it('learns what the next days repeat, and says how well on days that it had not seen', () => {
    expect(model.manifest).toMatchObject({ recipe: 'rank', tickers: prices.tickers, trainedUntil: history.until });
    expect(model.manifest.skill).toBe(model.fitted.rSquared);
    expect(model.fitted.rSquared).toBeGreaterThan(0.05);
    expect(model.fitted.selected.length).toBe(10);
    const { parameters, lines } = rank.describe(model);
    expect(parameters).toEqual({ trees: 10, period: 1 });
    expect(rank.paramsOf(model)).toEqual({ trees: 10, period: 1 });
    const usual = { ...model, fitted: { ...model.fitted, params: { trees: 200, period: 5 } } };
    expect(rank.paramsOf(usual)).toEqual({});
    const shown = model.fitted.rSquared.toFixed(3);
    expect(lines.find(([label]) => label === 'R² out of sample')?.[1]).toBe(shown);
    expect(source.worth).toContain(`R² on days that the forest had not seen is ${shown}: so much`);
  });

  it('scores the assets from 1 down by their expected returns', () => {
    const { expected, scores } = source.reading;
    expect(scores.toSorted((a, b) => a - b)).toEqual([1 / 3, 2 / 3, 1]);
    expect(scores.indexOf(1)).toBe(expected.indexOf(Math.max(...expected)));
  });

  it('holds most of what it ranks first, and keeps a limit where it can', async () => {
    const [free] = await decide([mandateOf()]);
    if (free?.status !== 'optimal') throw new Error('expected weights');
    const { weights, freshCvar } = free.portfolio;
    expect(weights.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
    expect(weights.indexOf(Math.max(...weights))).toBe(source.reading.scores.indexOf(1));
    expect(weights.every((one) => one >= 0)).toBe(true);
    const tight = freshCvar * 0.9;
    const [kept, none] = await decide([mandateOf(tight), mandateOf(1e-4)]);
    if (kept === undefined || kept.status === 'failed') throw new Error('expected weights');
    expect(kept.portfolio.leastLimit).toBeLessThanOrEqual(kept.status === 'optimal' ? tight : Infinity);
    expect(none).toMatchObject({ status: 'infeasible' });
  });

  it('decides by no price after its day, and the same when threads share its fit', async () => {
    const changed = historyUntil(changedFrom(prices, 510), history.until);
    const { split } = rank;
    if (split === undefined) throw new Error('expected parts');
    const count = split.count(changed, params);
    expect(count).toBe(3);
    const parts = await Promise.all(Array.from({ length: count }, (_, j) => split.fit(changed, params, j, context)));
    expect(await rank.fit(changed, params, { ...context, parts })).toEqual(model);
    expect(await rank.source(model, changed, 5)).toEqual(source);
    const later = historyUntil(changedFrom(prices, 510));
    expect((await rank.source(model, later, 5)).reading).not.toEqual(source.reading);
  });

  it('is another with another seed', async () => {
    const other = await fitNetwork(history, 0, { ...context, seed: 2 });
    expect(other.model.network.weights).not.toEqual(model.fitted.networks[0]!.network.weights);
  });

  it('is of no use for prices with other features or assets', async () => {
    const volumes = prices.closes.map((row) => row.map(() => 1000));
    const withVolumes = { ...history, prices: { ...history.prices, volumes: volumes.slice(0, 510) } };
    await expect(rank.source(model, withVolumes, 5)).rejects.toThrow('other assets or features');
  });

  it('comes back from its files as it was, and is refused when they are damaged', () => {
    const files = rank.codec.encode(model);
    expect(rank.codec.decode(files)).toEqual(model);
    const damaged = files['signal.bin']!.slice();
    damaged[damaged.length >> 1]! ^= 1;
    expect(() => rank.codec.decode({ ...files, 'signal.bin': damaged })).toThrow('signal.bin is not what');
  });

  it('takes whole numbers of trees and days alone', () => {
    expect(chooseStrategy('rank', { trees: '50', period: '21' }).params).toEqual({ trees: 50, period: 21 });
    expect(chooseStrategy('rank').params).toEqual({});
    expect(() => chooseStrategy('rank', { trees: '0' })).toThrow('does not take these values of trees');
    expect(() => chooseStrategy('rank', { leaves: '3' })).toThrow('does not take these values of leaves');
  });
});
