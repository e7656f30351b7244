import { beforeAll, describe, expect, it } from 'vitest';
import { dailyReturns, historyUntil, type History } from '../../../src/engine/history.ts';
import type { LstmModel } from '../../../src/engine/lstm/lstm-model.ts';
import { SCORED_DAYS, scoreForecasts } from '../../../src/engine/lstm/score-forecasts.ts';
import { loadModel, predict } from '../../../src/engine/lstm/tf-model.ts';
import { energyScore } from '../../../src/engine/scores.ts';
import type { Prices } from '../../../src/engine/types.ts';
import { changedFrom, randomPrices } from '../../support/random-prices.ts';
import { SMALL, trainSmall, wasm } from '../../support/small-model.ts';

const { tf } = wasm;

const recipes = [
  ['filtered', 'window'],
  ['filtered', 'carried'],
  ['plain', 'window'],
] as const;

const cut = (prices: Prices, days: number): Prices => ({
  ...prices,
  dates: prices.dates.slice(0, days),
  closes: prices.closes.slice(0, days),
});

/** With the residual of one row, counted from the end, made another one. */
const withResidual = (trained: LstmModel, fromEnd: number): LstmModel => {
  const { residuals } = trained;
  const data = residuals.data.slice();
  data.fill(0.5, (residuals.rows - fromEnd) * residuals.cols, (residuals.rows - fromEnd + 1) * residuals.cols);
  return { ...trained, residuals: { ...residuals, data } };
};

describe('the score of a model on the newest days', () => {
  const prices = randomPrices({ days: 560 });
  const history = historyUntil(prices);
  let trained: LstmModel;
  beforeAll(async () => {
    trained = await trainSmall(prices);
  });

  it.each(recipes)(
    'is the energy score of prediction + earlier residuals, as the stock layers predict: %s, %s',
    async (recipe, memory) => {
      const model = await trainSmall(prices, { recipe, hyper: { ...SMALL, memory } });
      const { means, deviations } = model.manifest;
      const { rows: days, cols, data } = dailyReturns(prices);
      const first = days - SCORED_DAYS;
      const stock = await loadModel(tf, model);
      const before = memory === 'window' ? 5 : 4 * 5;
      const kept = model.residuals.rows - SCORED_DAYS;
      let total = 0;
      for (let day = first; day < days; day += 1) {
        // A state is carried from before the first of the days; a window is always as long.
        const from = (memory === 'window' ? day : first) - before;
        const seen = Float32Array.from(
          data.subarray(from * cols, day * cols),
          (r, i) => (r - means[i % cols]!) / deviations[i % cols]!,
        );
        const said = predict(stock, tf.tensor3d(seen, [1, day - from, cols]))
          .dataSync()
          .slice(-cols);
        const came = data.subarray(day * cols, (day + 1) * cols);
        const predicted = Array.from(said, (z, j) => z * deviations[j]! + means[j]!);
        const ensemble = Float64Array.from(
          { length: kept * cols },
          (_, i) => predicted[i % cols]! + model.residuals.data[i]!,
        );
        total += energyScore({ rows: kept, cols, data: ensemble }, came);
      }
      stock.dispose();
      const score = await scoreForecasts(model, history);
      expect(score.days).toBe(60);
      expect(score.energyScore).toBeCloseTo(total / 60, 8);
    },
  );

  it('uses no residual of the scored days, and all of the days before', async () => {
    const score = await scoreForecasts(trained, history);
    expect(await scoreForecasts(withResidual(trained, 1), history)).toEqual(score);
    expect(await scoreForecasts(withResidual(trained, 60), history)).toEqual(score);
    expect(await scoreForecasts(withResidual(trained, 61), history)).not.toEqual(score);
  });

  it('of a model that is ten days old uses all its residuals but the last fifty', async () => {
    const older = await trainSmall(cut(prices, 550));
    const score = await scoreForecasts(older, history);
    expect(await scoreForecasts(withResidual(older, 50), history)).toEqual(score);
    expect(await scoreForecasts(withResidual(older, 51), history)).not.toEqual(score);
    const ancient = await trainSmall(cut(prices, 500));
    const all = await scoreForecasts(ancient, history);
    expect(await scoreForecasts(withResidual(ancient, 1), history)).not.toEqual(all);
  });

  it('sees no price after the history ends, and every one of its days', async () => {
    const until = prices.dates[540]!;
    const older = await trainSmall(cut(prices, 530));
    const scoreOn = (given: Prices) => scoreForecasts(older, historyUntil(given, until));
    const score = await scoreOn(prices);
    expect(await scoreOn(changedFrom(prices, 541))).toEqual(score);
    expect(await scoreOn(changedFrom(prices, 540))).not.toEqual(score);
  });

  it.each(recipes)('is on days that the model was not trained on: %s, %s', async (recipe, memory) => {
    const options = {
      recipe,
      hyper: { ...SMALL, memory, maxEpochs: 4, ...(recipe === 'filtered' && { patience: 1 }) },
    };
    // The shortest history that there may be.
    const short = cut(prices, 500);
    const [one, other] = [
      await trainSmall(short, options),
      await trainSmall(changedFrom(short, 500 - SCORED_DAYS), options),
    ];
    for (const what of ['weightsHash', 'means', 'deviations', 'hyper'] as const) {
      expect(other.manifest[what]).toEqual(one.manifest[what]);
    }
    expect(other.residuals).not.toEqual(one.residuals);
    expect((await scoreForecasts(one, historyUntil(short))).days).toBe(60);
  });

  it('is better for a model that was trained on the market that it is scored on', async () => {
    const kind = { days: 700, momentum: 0.9 };
    const market = randomPrices(kind);
    const hyper = { ...SMALL, units: 8, maxEpochs: 20, batch: 3, learningRate: 0.02 };
    const knowing = await trainSmall(cut(market, 690), { hyper });
    const strange = await trainSmall(cut(randomPrices({ ...kind, momentum: 0, seed: 2 }), 690), { hyper });
    const [better, worse] = [
      await scoreForecasts(knowing, historyUntil(market)),
      await scoreForecasts(strange, historyUntil(market)),
    ];
    expect(better.energyScore).toBeLessThan(0.8 * worse.energyScore);
  });

  it('is refused when the model does not fit the history', async () => {
    const early: History = historyUntil(prices, prices.dates[520]);
    await expect(scoreForecasts(trained, early)).rejects.toThrow(`the prices end on ${prices.dates[520]}`);
    const two = historyUntil({ ...prices, tickers: ['T1', 'T0', 'T2'] });
    await expect(scoreForecasts(trained, two)).rejects.toThrow('The model knows T0, T1, T2');
    const rows = 69;
    const few = { ...trained, residuals: { rows, cols: 3, data: trained.residuals.data.slice(-rows * 3) } };
    await expect(scoreForecasts(few, history)).rejects.toThrow('at least 10 days before the last 60, got 9');
  });
});
