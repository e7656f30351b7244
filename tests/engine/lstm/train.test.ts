import { describe, expect, it } from 'vitest';
import { dailyReturns, historyUntil, pricesHash } from '../../../src/engine/history.ts';
import { manifestSchema } from '../../../src/engine/lstm/lstm-model.ts';
import { loadModel, predict } from '../../../src/engine/lstm/tf-model.ts';
import { hyperOf, train } from '../../../src/engine/lstm/train.ts';
import type { Progress } from '../../../src/engine/types.ts';
import { changedFrom, randomPrices } from '../../support/random-prices.ts';
import { frozen, withColumn } from '../../support/quality-prices.ts';
import { fakeClock, SMALL, trainSmall, wasm } from '../../support/small-model.ts';

const { tf } = wasm;

const weightsOf = ({ weights }: { weights: ArrayBuffer }) => [...new Float32Array(weights)];

describe('train', () => {
  it('is deterministic: the same seed and prices give the same bytes, another seed gives others', async () => {
    const [first, again, other] = [await trainSmall(), await trainSmall(), await trainSmall(undefined, { seed: 2 })];
    expect(again).toEqual(first);
    expect(other.manifest.weightsHash).not.toBe(first.manifest.weightsHash);
  });

  it('says in the manifest what the model is', async () => {
    const prices = randomPrices({ days: 601 });
    const { manifest, weightSpecs } = await trainSmall(prices);
    expect(manifestSchema.parse(structuredClone(manifest))).toEqual(manifest);
    expect(manifest).toMatchObject({
      format: 1,
      tickers: ['T0', 'T1', 'T2'],
      recipe: 'filtered',
      seed: 1,
      backend: 'wasm',
      trainedFrom: prices.dates[0],
      trainedUntil: prices.dates[600],
      days: 601,
      hyper: { ...hyperOf('filtered'), ...SMALL },
    });
    expect(weightSpecs.map(({ name }) => name)).toEqual([
      'lstm/kernel',
      'lstm/recurrent_kernel',
      'lstm/bias',
      'dense/kernel',
      'dense/bias',
    ]);
  });

  it('uses the last 2,500 returns at most, and can be matched with their prices', async () => {
    const prices = randomPrices({ days: 2700, assets: 2 });
    const trained = await trainSmall(prices, { hyper: { ...SMALL, maxEpochs: 1 } });
    const { trainedFrom, trainedUntil: until, days } = trained.manifest;
    expect([trainedFrom, days]).toEqual([prices.dates[199], 2501]);
    expect(trained.manifest.pricesHash).toBe(pricesHash(prices, { until, days }));
    expect(trained.residuals.rows).toBe(375);
    const without = { ...prices, dates: prices.dates.slice(199), closes: prices.closes.slice(199) };
    expect(await trainSmall(without, { hyper: { ...SMALL, maxEpochs: 1 } })).toEqual(trained);
  });

  it('takes no stale day for a calm one', async () => {
    const prices = randomPrices({ days: 601 });
    const calm = await trainSmall(prices);
    // T1 stands still on 30 of the 90 days whose errors are recorded, and on 100 of those that the network learns from.
    const still = withColumn(withColumn(prices, 'T1', frozen(540, 30)), 'T1', frozen(100, 100));
    const { manifest, residuals } = await trainSmall(still);
    expect(residuals.rows).toBe(calm.residuals.rows);
    // Only the days on which it moves again, by all that it has missed, are new.
    expect(manifest.deviations[1]! / calm.manifest.deviations[1]!).toBeGreaterThan(0.95);
    const middle = ({ data, rows }: typeof residuals, j: number): number =>
      data
        .filter((_, i) => i % 3 === j)
        .map(Math.abs)
        .toSorted()[rows >> 1]!;
    expect(middle(residuals, 1) / middle(calm.residuals, 1)).toBeGreaterThan(0.8);
    // The others lose none of their days.
    expect(middle(residuals, 0)).toBeCloseTo(middle(calm.residuals, 0), 3);
  });

  it('sees no day after its history ends', async () => {
    const prices = randomPrices({ days: 620 });
    const [until, changed] = [prices.dates[549]!, changedFrom(prices, 550)];
    const options = { backend: wasm, recipe: 'filtered', seed: 1, now: fakeClock(), hyper: SMALL } as const;
    const trained = await train(historyUntil(prices, until), options);
    expect(await train(historyUntil(changed, until), options)).toEqual(trained);
    expect(trained.manifest.trainedUntil).toBe(until);
  });

  it('standardises by the training block alone', async () => {
    const prices = randomPrices({ days: 601 });
    const later = changedFrom(prices, 421); // 420 training returns use prices 0 … 420
    const [first, second] = [await trainSmall(prices), await trainSmall(later)];
    expect(second.manifest.means).toEqual(first.manifest.means);
    expect(second.manifest.deviations).toEqual(first.manifest.deviations);
    const earlier = await trainSmall(changedFrom(prices, 420));
    expect(earlier.manifest.means).not.toEqual(first.manifest.means);
  });

  it.each([
    ['filtered', 'calibration', 510],
    ['plain', 'validation', 480],
  ] as const)('with the recipe %s is not trained on the %s block', async (recipe, _, returns) => {
    const prices = randomPrices({ days: 601 });
    const [model, other] = [
      await trainSmall(prices, { recipe }),
      await trainSmall(changedFrom(prices, returns + 1), { recipe }),
    ];
    expect(other.manifest.weightsHash).toBe(model.manifest.weightsHash);
    expect(other.manifest.losses.training).toBe(model.manifest.losses.training);
    expect(other.residuals).not.toEqual(model.residuals);
  });

  it.each([
    ['filtered', 'window'],
    ['filtered', 'carried'],
    ['plain', 'window'],
  ] as const)(
    'records actual returns minus those that the %s model with memory %s predicts',
    async (recipe, memory) => {
      const prices = randomPrices({ days: 521 });
      const trained = await trainSmall(prices, { recipe, hyper: { ...SMALL, memory } });
      const { manifest, residuals } = trained;
      const from = recipe === 'plain' ? 416 : 442;
      expect([residuals.rows, residuals.cols]).toEqual([520 - from, 3]);
      const returns = dailyReturns(prices);
      const raw = (i: number) => returns.data[i]!;
      const [mean, deviation] = [(i: number) => manifest.means[i % 3]!, (i: number) => manifest.deviations[i % 3]!];
      const series = Float32Array.from(returns.data, (r, i) => (r - mean(i)) / deviation(i));
      const windows = Array.from({ length: 520 - from }, (_, k) => [
        ...series.subarray((from + k - 5) * 3, (from + k) * 3),
      ]).flat();
      const model = await loadModel(tf, trained);
      // The stock layer: over each day's window, or once over the series from 4 look-backs before the block.
      const predicted =
        memory === 'window'
          ? predict(model, tf.tensor3d(windows, [520 - from, 5, 3])).dataSync()
          : predict(model, tf.tensor3d(series.slice((from - 20) * 3, 519 * 3), [1, 539 - from, 3]))
              .dataSync()
              .slice(19 * 3);
      expect(predicted).toHaveLength(residuals.data.length);
      let [errors, spread] = [0, 0];
      predicted.forEach((z, k) => {
        const i = from * 3 + k;
        expect(residuals.data[k]).toBeCloseTo(raw(i) - (z * deviation(i) + mean(i)), 8);
        errors += (residuals.data[k]! / deviation(i)) ** 2;
        spread += ((raw(i) - mean(i)) / deviation(i)) ** 2;
      });
      expect(manifest.skill).toBeCloseTo(1 - errors / spread, 6);
      model.dispose();
    },
  );

  it.each([
    ['window', 16],
    ['carried', 3],
  ] as const)('finds skill where there is some and invents none elsewhere: memory %s', async (memory, batch) => {
    const hyper = { ...SMALL, memory, units: 8, maxEpochs: 20, batch, learningRate: 0.02 };
    const easy = await trainSmall(randomPrices({ momentum: 0.9, days: 700 }), { hyper });
    const noise = await trainSmall(randomPrices({ momentum: 0, days: 700 }), { hyper });
    expect(easy.manifest.skill).toBeGreaterThan(0.5);
    expect(noise.manifest.skill).toBeLessThan(0.05);
    expect(easy.manifest.losses.validation).toBeLessThan(0.5);
  });

  it('gives the recipe plain a window whatever the default is, and nothing else', async () => {
    expect((await trainSmall(undefined, { recipe: 'plain' })).manifest.hyper.memory).toBe('window');
    const carried = trainSmall(undefined, { recipe: 'plain', hyper: { ...SMALL, memory: 'carried' } });
    await expect(carried).rejects.toThrow('The recipe plain has memory window');
  });

  it('reads manifests of earlier versions, without a memory or with the recipe called `seed`', async () => {
    const { manifest } = await trainSmall(undefined, { recipe: 'plain' });
    const { memory: _, ...hyper } = manifest.hyper;
    expect(manifestSchema.parse({ ...manifest, hyper, recipe: 'seed' })).toEqual(manifest);
    expect(() => manifestSchema.parse({ ...manifest, recipe: 'other' })).toThrow('recipe');
  });

  it('stops when the validation loss has not improved for `patience` epochs, and keeps the best weights', async () => {
    const seen: Progress[] = [];
    const hyper = { ...SMALL, units: 8, batch: 8, learningRate: 0.02, maxEpochs: 40, patience: 3 };
    const stopped = await trainSmall(undefined, { hyper, onProgress: (progress) => seen.push(progress) });
    const { epochs, bestEpoch, validation } = stopped.manifest.losses;
    expect(epochs).toBe(bestEpoch + 3);
    expect(epochs).toBeLessThan(40);
    expect(seen).toHaveLength(epochs);
    const losses = seen.map(({ detail }) => Number(/validation loss ([\d.]+)$/.exec(detail!)![1]));
    expect(Math.min(...losses)).toBe(losses[bestEpoch - 1]);
    expect(validation.toFixed(3)).toBe(losses[bestEpoch - 1]!.toFixed(3));
    const untilBest = await trainSmall(undefined, { hyper: { ...hyper, maxEpochs: bestEpoch } });
    expect(untilBest.manifest.weightsHash).toBe(stopped.manifest.weightsHash);
    expect(untilBest.residuals).toEqual(stopped.residuals);
  });

  it('runs all epochs of the recipe plain, and keeps the last weights', async () => {
    const { losses, hyper } = (await trainSmall(undefined, { recipe: 'plain', hyper: { lookBack: 5, units: 4 } }))
      .manifest;
    expect(losses).toMatchObject({ epochs: 20, bestEpoch: 20 });
    expect(hyper).not.toHaveProperty('patience');
  });

  it('reports progress and the time left', async () => {
    const seen: Progress[] = [];
    const hyper = { ...SMALL, maxEpochs: 4 };
    await trainSmall(undefined, { hyper, onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ done }) => done)).toEqual([0.25, 0.5, 0.75, 1]);
    expect(seen.map(({ secondsLeft }) => secondsLeft)).toEqual([3, 2, 1, 0]);
    expect(seen[1]).toMatchObject({
      stage: 'training',
      detail: expect.stringMatching(/^epoch 2 of at most 4, validation loss \d\.\d{3}$/),
    });
  });

  it('lets the event loop run, ends at once when aborted, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    await trainSmall();
    expect(tf.memory().numTensors).toBe(before);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), 50);
    const hyper = { ...SMALL, maxEpochs: 10_000, patience: 10_000 };
    await expect(trainSmall(undefined, { hyper, signal: controller.signal })).rejects.toThrow('enough');
    expect(tf.memory().numTensors).toBe(before);
  });

  describe('that starts from a model', () => {
    const hyper = { ...SMALL, maxEpochs: 1, learningRate: 1e-9 };

    it('starts from its weights, reproducibly', async () => {
      const start = await trainSmall(undefined, { seed: 5 });
      const options = { start, hyper: SMALL };
      const next = await trainSmall(undefined, options);
      expect(await trainSmall(undefined, options)).toEqual(next);
      expect(next.manifest.weightsHash).not.toBe((await trainSmall()).manifest.weightsHash);
      expect(next.manifest.weightsHash).not.toBe(start.manifest.weightsHash);

      // Steps that move nothing leave what it began with.
      const from = await trainSmall(randomPrices({ seed: 9 }), { hyper, seed: 5 });
      const moved = await trainSmall(undefined, { hyper, start: from, seed: 7 });
      weightsOf(moved).forEach((weight, i) => expect(weight).toBeCloseTo(weightsOf(from)[i]!, 5));
    });

    it('leaves that model unchanged', async () => {
      const start = await trainSmall();
      const before = weightsOf(start);
      await trainSmall(undefined, { start });
      expect(weightsOf(start)).toEqual(before);
    });

    it.each([
      ['tickers', randomPrices({ assets: 4 }), {}],
      ['hyperparameters', undefined, { hyper: { ...SMALL, units: 5 } }],
    ])('refuses a model of other %s', async (_what, prices, other) => {
      const start = await trainSmall(prices, other);
      await expect(trainSmall(undefined, { start })).rejects.toThrow('the same tickers and hyperparameters');
    });
  });
});
