import { describe, expect, it } from 'vitest';
import { historyUntil } from '../../../../src/engine/history.ts';
import { uniforms } from '../../../../src/engine/random.ts';
import { chooseStrategy } from '../../../../src/engine/strategies/index.ts';
import { weeklyCodec } from '../../../../src/engine/strategies/weekly-lstm/codec.ts';
import {
  errorsOf,
  forecastChanges,
  skillAgainstPersistence,
  trainNetwork,
  trainStock,
  weeklyCloses,
  networkParams,
  type NetworkParams,
} from '../../../../src/engine/strategies/weekly-lstm/model.ts';
import { weeklyLearner } from '../../../../src/engine/strategies/weekly-lstm/signal.ts';
import type { Prices } from '../../../../src/engine/types.ts';
import { forecastWeeks } from '../../../../src/engine/weekly-study/forecast.ts';
import { changedFrom, randomPrices } from '../../../support/random-prices.ts';
import { fakeClock } from '../../../support/small-model.ts';

const small: NetworkParams = { target: 'return', units: 6 };
const context = () => ({ seed: 1, now: fakeClock() });

/** Weekly closes whose changes follow those before by so much. */
function closesWith(momentum: number, weeks: number, seed = 1): number[] {
  const next = uniforms(seed, 'closes');
  const closes = [100];
  let change = 0;
  for (let week = 1; week < weeks; week += 1) {
    change = momentum * change + 0.04 * (next() + next() + next() - 1.5);
    closes.push(closes.at(-1)! * (1 + change));
  }
  return closes;
}

describe('a network for a stock', () => {
  it.each(['price', 'return'] as const)('is the same for a seed, and another for another: %s', async (target) => {
    const order = { ticker: 'A', closes: closesWith(0, 100), params: { ...small, target } };
    const [one, again, other] = await Promise.all([
      trainNetwork(order, context()),
      trainNetwork(order, context()),
      trainNetwork(order, { ...context(), seed: 2 }),
    ]);
    expect(again).toEqual(one);
    expect(other.network.weights).not.toEqual(one.network.weights);
    const namesake = await trainNetwork({ ...order, ticker: 'B' }, context());
    expect(namesake.network.weights).not.toEqual(one.network.weights);
  });

  it('foresees what follows from the weeks before, and beats no change by it', async () => {
    const params = { ...small, units: 16 };
    const { errors } = await trainStock({ ticker: 'A', closes: closesWith(0.8, 400), params }, context());
    expect(errors.weeks).toBe(60);
    expect(skillAgainstPersistence([errors])).toBeGreaterThan(0.3);
  });

  it.each(['price', 'return'] as const)('does not claim to foresee a random walk: %s', async (target) => {
    const params = { ...small, target };
    const { errors } = await trainStock({ ticker: 'A', closes: closesWith(0, 300), params }, context());
    expect(skillAgainstPersistence([errors])).toBeLessThan(0.03);
  });

  it('forecasts by the 24 weeks before alone', async () => {
    const closes = closesWith(0.5, 120);
    for (const target of ['price', 'return'] as const) {
      const network = await trainNetwork({ ticker: 'A', closes, params: { ...small, target } }, context());
      const forecasts = await forecastChanges(network, target, closes, [60, 80]);
      const changed = closes.map((close, row) => (row > 60 && row < 100 ? close * (1 + row / 500) : close));
      const [same, other] = await forecastChanges(network, target, changed, [60, 80]);
      expect(same).toBe(forecasts[0]);
      expect(other).not.toBe(forecasts[1]);
      const earlier = closes.map((close, row) => (row < 30 ? close * 2 : close));
      expect(await forecastChanges(network, target, earlier, [60])).toEqual(forecasts.slice(0, 1));
    }
  });

  it('has its errors measured beside those of no change, and of a constant', () => {
    expect(errorsOf([0.1, -0.1], { closes: [80, 100, 110, 121], rows: [1, 2], learned: 2 })).toEqual({
      model: expect.closeTo(0.04, 12),
      persistence: expect.closeTo(0.02, 12),
      // Of 25% forecast for both.
      constant: expect.closeTo(0.045, 12),
      weeks: 2,
    });
    const errors = { model: 3, persistence: 4, constant: 2, weeks: 1 };
    expect([skillAgainstPersistence([errors]), skillAgainstPersistence([errors], 'constant')]).toEqual([0.25, 0.5]);
  });

  it('learns in a study from the weeks before it alone', async () => {
    const closes = closesWith(0.5, 110);
    const order = { ticker: 'A', closes, from: 100, params: small, seed: 1 };
    const forecasts = await forecastWeeks(order, { now: fakeClock() });
    expect(forecasts.changes).toHaveLength(9);
    const before = closes.slice(1, 100).map((close, t) => close / closes[t]! - 1);
    const mean = before.reduce((sum, change) => sum + change, 0) / 99;
    const changesAfter = closes.slice(101).map((close, t) => close / closes[t + 100]! - 1);
    const squares = changesAfter.map((change) => (change - mean) ** 2);
    expect(forecasts.errors.constant).toBeCloseTo(
      squares.reduce((sum, square) => sum + square, 0),
      12,
    );
    const later = closes.map((close, row) => (row > 104 ? close * 1.5 : close));
    const { changes } = await forecastWeeks({ ...order, closes: later }, { now: fakeClock() });
    expect(changes.slice(0, 5)).toEqual(forecasts.changes.slice(0, 5));
    expect(changes.slice(5)).not.toEqual(forecasts.changes.slice(5));
  });
});

/** From a Monday to a Friday, without weekends. */
function weekdays(prices: Prices): Prices {
  const rows = [...prices.dates.keys()].filter((t) => ![0, 6].includes(new Date(prices.dates[t]!).getUTCDay()));
  return { ...prices, dates: rows.map((t) => prices.dates[t]!), closes: rows.map((t) => prices.closes[t]!) };
}

const prices = weekdays(randomPrices({ days: 760, assets: 2 }));
const [friday, wednesday] = ['2016-12-30', '2017-01-04'];
const model = await weeklyLearner.fit(historyUntil(prices, friday), small, context());

describe('the forecasts of a day', () => {
  it('are made from weeks that are over: within a week, from the one before', async () => {
    const atWeekend = await weeklyLearner.read(model, historyUntil(prices, friday));
    expect(atWeekend.week).toBe(friday);
    expect(await weeklyLearner.read(model, historyUntil(prices, wednesday))).toEqual(atWeekend);
    const later = await weeklyLearner.read(model, historyUntil(prices, '2017-01-06'));
    expect(later.week).toBe('2017-01-06');
    expect(later.changes).not.toEqual(atWeekend.changes);
  });

  it('take the last trading day of a week where its Friday is a holiday, once a later week has begun', () => {
    const rows = prices.dates.map((date, t) => ({ date, t })).filter(({ date }) => date !== friday);
    const until = (day: string) => {
      const kept = rows.filter(({ date }) => date <= day);
      return weeklyCloses({
        ...prices,
        dates: kept.map(({ date }) => date),
        closes: kept.map(({ t }) => prices.closes[t]!),
      }).dates.at(-1);
    };
    expect(until('2016-12-29')).toBe('2016-12-23');
    expect(until('2017-01-02')).toBe('2016-12-29');
  });

  it('do not depend on later prices', async () => {
    const row = prices.dates.indexOf(friday);
    const changed = historyUntil(changedFrom(prices, row + 1), friday);
    expect(await weeklyLearner.fit(changed, small, context())).toEqual(model);
    expect(await weeklyLearner.read(model, changed)).toEqual(
      await weeklyLearner.read(model, historyUntil(prices, friday)),
    );
  });

  it('are of the assets that the networks were trained on', async () => {
    const others = historyUntil({ ...prices, tickers: ['X', 'Y'] }, friday);
    await expect(weeklyLearner.read(model, others)).rejects.toThrow('of other assets');
  });

  it('are the same from networks that were trained in parts', async () => {
    const history = historyUntil(prices, friday);
    const { split } = weeklyLearner;
    const parts = await Promise.all(
      Array.from({ length: split!.count(history, small) }, (_, part) => split!.fit(history, small, part, context())),
    );
    expect(await weeklyLearner.fit(history, small, { ...context(), parts })).toEqual(model);
    await expect(weeklyLearner.fit(history, small, { ...context(), parts: parts.slice(1) })).rejects.toThrow(
      '1 models of 2 assets',
    );
  });

  it('are kept as they were chosen when the networks are trained anew, and by default are of returns', () => {
    expect(chooseStrategy('weekly-lstm').params).toEqual({});
    expect(weeklyLearner.paramsOf(model)).toEqual({ units: small.units });
    expect(weeklyLearner.paramsOf({ ...model, target: 'price', units: 256 })).toEqual({ target: 'price' });
    expect(networkParams({ units: 6 })).toEqual(small);
  });

  it('come with what they were worth', () => {
    const skill = weeklyLearner.skillOf(model);
    const { lines, results } = weeklyLearner.describe(model);
    const verdict = skill > 0.0005 ? 'beat' : 'do not beat';
    expect(lines.at(-1)).toEqual([
      'Forecasts',
      expect.stringContaining(`${verdict} "next week's price is this week's"`),
    ]);
    expect(lines.at(-1)?.[1]).toBe(weeklyLearner.worthOf?.(model));
    expect(results).toMatchObject({ skills: { T0: expect.any(Number), T1: expect.any(Number) } });
  });
});

describe('the file of the networks', () => {
  const bytes = weeklyCodec.encode(model);
  const last = bytes.length - 4;

  it('gives them back', () => {
    expect(weeklyCodec.decode(bytes)).toEqual(model);
  });

  it.each([
    ['nothing', new Uint8Array(0), 'outside the bounds'],
    ['a part of the head', bytes.slice(0, 40), 'is cut off'],
    ['a number less', bytes.slice(0, last), 'expected'],
    ['a number more', Buffer.concat([bytes, new Uint8Array(4)]), 'expected'],
    [
      'what is no number',
      Buffer.concat([bytes.slice(0, last), new Uint8Array(new Float32Array([Number.NaN]).buffer)]),
      'holds NaN as number',
    ],
  ])('is refused with %s', (_, damaged, reason) => {
    expect(() => weeklyCodec.decode(damaged)).toThrow(reason);
  });
});
