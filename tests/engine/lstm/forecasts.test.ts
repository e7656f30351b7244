import { describe, expect, it } from 'vitest';
import { dailyReturns } from '../../../src/engine/history.ts';
import { FORECAST_DAYS, forecastDays } from '../../../src/engine/lstm/forecasts.ts';
import type { LstmModel } from '../../../src/engine/lstm/lstm-model.ts';
import { loadModel, predict } from '../../../src/engine/lstm/tf-model.ts';
import type { Prices } from '../../../src/engine/types.ts';
import { changedFrom, randomPrices } from '../../support/random-prices.ts';
import { SMALL, trainSmall, wasm } from '../../support/small-model.ts';

const { tf } = wasm;
const prices = randomPrices({ days: 540, momentum: 0.6 });
const HYPER = { ...SMALL, units: 8, batch: 16, learningRate: 0.02, maxEpochs: 6 };
const models = {
  window: await trainSmall(prices, { hyper: { ...HYPER, memory: 'window' } }),
  carried: await trainSmall(prices, { hyper: { ...HYPER, memory: 'carried' } }),
};

/**
 * By the definition: the stock layer reads all days until a row, or the last L of them, and then its own forecasts.
 * @returns the prediction of the next day beside the mean, and the mean return of the month
 */
async function naiveForecast(trained: LstmModel, some: Prices, row: number, from: number) {
  const { means, deviations, hyper } = trained.manifest;
  const { cols, data } = dailyReturns(some);
  const model = await loadModel(tf, trained);
  const isCarried = hyper.memory === 'carried';
  // Row t of the returns ends on the close of row t + 1; a state warms up on 4 L days before the first forecast.
  const first = isCarried ? Math.max(0, from - 4 * hyper.lookBack - 1) : row - hyper.lookBack;
  const days = Array.from({ length: row - first }, (_, t) =>
    means.map((mean, j) => (data[(first + t) * cols + j]! - mean) / deviations[j]!),
  );
  const forecasts: number[][] = [];
  for (let day = 0; day < FORECAST_DAYS; day += 1) {
    const read = isCarried ? days : days.slice(-hyper.lookBack);
    const predicted = tf.tidy(() => {
      const all = predict(model, tf.tensor3d([read]));
      return (all.rank === 2 ? all : all.slice([0, read.length - 1], [1, 1])).dataSync();
    });
    days.push([...predicted]);
    forecasts.push([...predicted]);
  }
  model.dispose();
  const month = means.map(
    (mean, j) => mean + (deviations[j]! * forecasts.reduce((sum, day) => sum + day[j]!, 0)) / FORECAST_DAYS,
  );
  return { nextDay: forecasts[0]!.map((z, j) => z * deviations[j]!), month };
}

const row = ({ cols, data }: { cols: number; data: Float64Array }, t: number) => [
  ...data.subarray(t * cols, (t + 1) * cols),
];

describe.each(['window', 'carried'] as const)('forecasts by memory %s', (memory) => {
  const model = models[memory];

  it.each([
    ['from the middle', 530],
    ['from days before which there are few', 7],
  ])('are exact: as the stock layer reads the days one after the other, %s', async (_what, from) => {
    const until = from + 4;
    const some = { ...prices, dates: prices.dates.slice(0, until), closes: prices.closes.slice(0, until) };
    const { nextDay, month } = await forecastDays(model, some, from);
    expect([nextDay.rows, nextDay.cols, month.rows]).toEqual([4, 3, 4]);
    for (const day of [0, 1, 3]) {
      const naive = await naiveForecast(model, some, from + day, from);
      row(nextDay, day).forEach((r, j) => expect(Math.abs(r - naive.nextDay[j]!)).toBeLessThan(1e-7));
      row(month, day).forEach((r, j) => expect(Math.abs(r - naive.month[j]!)).toBeLessThan(1e-7));
    }
    // They move, so that a day too early or too late would show.
    expect(Math.abs(row(nextDay, 0)[0]! - row(nextDay, 1)[0]!)).toBeGreaterThan(1e-5);
  });

  it('see no later price', async () => {
    const known = await forecastDays(model, prices, 500);
    const other = await forecastDays(model, changedFrom(prices, 521), 500);
    for (const part of ['nextDay', 'month'] as const) {
      expect(row(other[part], 20)).toEqual(row(known[part], 20));
      expect(row(other[part], 21)).not.toEqual(row(known[part], 21));
    }
  });

  it('of no days are none', async () => {
    const { nextDay, month } = await forecastDays(model, prices, prices.dates.length);
    const none = { rows: 0, cols: 3, data: new Float64Array() };
    expect({ nextDay, month }).toEqual({ nextDay: none, month: none });
  });

  it('are refused for prices of other tickers', async () => {
    await expect(forecastDays(model, { ...prices, tickers: ['X', 'Y', 'Z'] }, 500)).rejects.toThrow('The model knows');
  });
});
