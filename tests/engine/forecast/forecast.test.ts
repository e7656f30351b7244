import { describe, expect, it } from 'vitest';
import { beatsMean, forecastAssets, forecastSkill } from '../../../src/engine/forecast/forecast.ts';
import { matrixColumn } from '../../../src/engine/matrix.ts';
import { forecastNextDay, trainNextDay, walkForward } from '../../../src/engine/forecast/next-day.ts';
import { dailyReturns } from '../../../src/engine/history.ts';
import { changedFrom, randomPrices } from '../../support/random-prices.ts';
import { fakeClock } from '../../support/small-model.ts';

const hyper = { window: 5, units: [8, 8], batch: 32, learningRate: 0.01, epochs: 8 };
const options = { hyper, seed: 1, now: fakeClock() };

const returnsOf = (momentum: number, assets = 1): Float64Array[] => {
  const all = dailyReturns(randomPrices({ days: 600, assets, momentum }));
  return Array.from({ length: assets }, (_, j) => matrixColumn(all, j));
};

describe('a forecast of the next day', () => {
  const [easy] = returnsOf(0.9);

  it('is made by a model that learns what repeats itself', async () => {
    const walk = await walkForward(easy!, { ...options, folds: 3 });
    const skill = forecastSkill(easy!, walk);
    expect(skill.value).toBeGreaterThan(0.4);
    expect(skill.days).toBe(599 - Math.floor(599 / 4));
    expect(beatsMean(skill, 10)).toBe(true);
  });

  it('does not beat the mean of pure noise by more than chance, and says so', async () => {
    const noise = returnsOf(0, 5);
    for (const returns of noise) {
      const skill = forecastSkill(returns, await walkForward(returns, { ...options, folds: 3 }));
      expect(skill.value).toBeLessThan(0.02);
      expect(beatsMean(skill, noise.length)).toBe(false);
    }
  });

  it('is the same whatever comes after, also of the models of earlier days', async () => {
    const prices = randomPrices({ days: 400, assets: 1, momentum: 0.5 });
    const later = changedFrom(prices, 321);
    const [walk, other] = await Promise.all(
      [prices, later].map((one) => walkForward(matrixColumn(dailyReturns(one), 0), { ...options, folds: 3 })),
    );
    // Return 320 is the first that differs.
    expect(other!.forecasts.subarray(0, 320)).toEqual(walk!.forecasts.subarray(0, 320));
    expect(other!.forecasts.subarray(320)).not.toEqual(walk!.forecasts.subarray(320));
    const model = await trainNextDay(matrixColumn(dailyReturns(prices), 0).subarray(0, 320), options);
    const known = matrixColumn(dailyReturns(later), 0);
    expect(await forecastNextDay(model, known.subarray(0, 320), [319, 320])).toEqual(
      await forecastNextDay(model, known, [319, 320]),
    );
  });

  it('is the same bits for the same seed, and not for another', async () => {
    const [one, same, other] = await Promise.all([1, 1, 2].map((seed) => trainNextDay(easy!, { ...options, seed })));
    expect(same).toEqual(one);
    expect(other!.network.weights).not.toEqual(one!.network.weights);
  });

  it('reads returns as they are if it is told to', async () => {
    const raw = await trainNextDay(easy!, { ...options, hyper: { ...hyper, isRaw: true, batch: 'all' } });
    expect(raw).toMatchObject({ centre: 0, unit: 1 });
    expect(raw.network.hyper.batch).toBe(easy!.length - 5);
  });

  it('is refused where there are too few returns, and ends when it is aborted', async () => {
    await expect(trainNextDay(easy!.subarray(0, 5), options)).rejects.toThrow('learns from 6 returns or more, got 5');
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(walkForward(easy!, { ...options, folds: 2, signal })).rejects.toThrow('stopped');
  });
});

describe('forecasts of assets', () => {
  it('tell each asset its next day and its skill, and come nearer to the end as they go on', async () => {
    const done: number[] = [];
    const prices = randomPrices({ days: 520, assets: 2, momentum: 0.9 });
    const found = await forecastAssets(prices, { ...options, onProgress: (one) => done.push(one.done) });
    expect(found.map(({ ticker }) => ticker)).toEqual(['T0', 'T1']);
    const last = prices.closes.at(-1)!.map((close, j) => close / prices.closes.at(-2)![j]! - 1);
    found.forEach(({ nextDay, skill }, j) => {
      expect(Math.sign(nextDay)).toBe(Math.sign(last[j]!));
      expect(skill.value).toBeGreaterThan(0.3);
    });
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.at(-1)).toBe(1);
  });
});
