import { describe, expect, it } from 'vitest';
import { drawFiltered } from '../../../src/engine/filtered/draw.ts';
import { simulatePaths } from '../../../src/engine/filtered/paths.ts';
import type { FilteredSource } from '../../../src/engine/filtered/source.ts';
import { historyUntil } from '../../../src/engine/history.ts';
import { expectedReturns } from '../../../src/engine/optimize/portfolio.ts';
import type { Progress } from '../../../src/engine/types.ts';
import { naivePredictedPaths } from '../../support/naive-scenarios.ts';
import { matrixOf, pathInput } from '../../support/path-input.ts';
import { randomPrices } from '../../support/random-prices.ts';
import { fakeClock, SMALL, trainSmall, wasm } from '../../support/small-model.ts';

const noSkill = { value: 0, meanCoefficient: 0, dates: 0 };

function sourceOf(changes: Partial<FilteredSource> = {}): FilteredSource {
  const { residuals, startVariance, recursionBase, largestMoves, horizon } = pathInput(3);
  const paths = { residuals, startVariance, recursionBase, largestMoves, horizonDays: horizon };
  return {
    kind: 'filtered',
    tickers: ['A', 'B', 'C'],
    until: '2020-01-31',
    isPriced: true,
    ...paths,
    means: Float64Array.of(0.01, -0.02, 0.03),
    skill: { composite: noSkill },
    ...changes,
  };
}

const draw = (source: FilteredSource, { seed = 7, scenarios = 500 } = {}) =>
  drawFiltered(source, { sampling: { scenarios, seed }, now: fakeClock() });

/** The sum of squares about the means. */
const spreadOf = async (source: FilteredSource) => {
  const { data } = await draw(source, { scenarios: 800 });
  return data.reduce((sum, c, at) => sum + (c - source.means[at % 3]!) ** 2, 0);
};

describe('scenarios of the filter', () => {
  it("are its paths, whose sample mean is replaced by the source's", async () => {
    const source = sourceOf();
    const drawn = await draw(source);
    expect([drawn.rows, drawn.cols]).toEqual([500, 3]);
    expectedReturns(drawn).forEach((mean, j) => expect(mean).toBeCloseTo(source.means[j]!, 12));
    const paths = await simulatePaths(pathInput(3, { paths: 500 }));
    const average = expectedReturns(paths);
    drawn.data.forEach((c, at) =>
      expect(c).toBeCloseTo(paths.data[at]! - average[at % 3]! + source.means[at % 3]!, 12),
    );
  });

  it('lose no more than all', async () => {
    const source = sourceOf({
      startVariance: Float64Array.of(0.04, 0.04, 0.04),
      largestMoves: Float64Array.of(1, 1, 1),
      means: Float64Array.of(-0.9, -0.9, -0.9),
    });
    const { data } = await draw(source);
    expect(Math.min(...data)).toBe(-1);
  });

  it('report progress as they are drawn, and end when aborted', async () => {
    const sampling = { scenarios: 2500, seed: 1 };
    const seen: number[] = [];
    const onProgress = ({ done }: Progress) => void seen.push(done);
    await drawFiltered(sourceOf(), { sampling, now: fakeClock(), onProgress });
    expect(seen).toEqual([0.4, 0.8, 1]);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(drawFiltered(sourceOf(), { sampling, now: fakeClock(), signal })).rejects.toThrow('enough');
  });

  it('are the same for a seed, and others for another', async () => {
    expect(await draw(sourceOf())).toEqual(await draw(sourceOf()));
    expect(await draw(sourceOf(), { seed: 8 })).not.toEqual(await draw(sourceOf()));
  });
});

const prices = randomPrices({ days: 560, momentum: 0.7 });
const history = historyUntil(prices);
const hyper = { ...SMALL, units: 8, batch: 16, learningRate: 0.02, maxEpochs: 8 };
const models = {
  window: await trainSmall(prices, { hyper: { ...hyper, memory: 'window' } }),
  carried: await trainSmall(prices, { hyper: { ...hyper, memory: 'carried' } }),
};

describe.each(['window', 'carried'] as const)('scenarios that the network has a part in, by memory %s', (memory) => {
  const model = models[memory];
  const predicted = { slope: 0.6, model, history };

  it('are exact: each day the prediction from all days before it, and a residual by the recursion', async () => {
    const source = sourceOf({ horizonDays: 7, predicted });
    const sampling = { scenarios: 150, seed: 3 };
    const naive = await naivePredictedPaths(wasm.tf, source, predicted, sampling);
    const average = expectedReturns(naive);
    const { data } = await drawFiltered(source, { sampling, now: fakeClock() });
    data.forEach((c, at) => expect(c).toBeCloseTo(naive.data[at]! - average[at % 3]! + source.means[at % 3]!, 5));
  });

  it('go on as the days before them did, which those without it do not', async () => {
    const residuals = matrixOf(400, 3, (row, col) => pathInput(3).residuals.data[((row * 7 + col) % 250) * 3 + col]!);
    const without = await spreadOf(sourceOf({ residuals, horizonDays: 10 }));
    const beside = await spreadOf(sourceOf({ residuals, horizonDays: 10, predicted: { ...predicted, slope: 1 } }));
    expect(beside / without).toBeGreaterThan(1.2);
  });

  it('have the means of the source, and are the same each time', async () => {
    const source = sourceOf({ horizonDays: 3, predicted });
    const drawn = await draw(source);
    expectedReturns(drawn).forEach((mean, j) => expect(mean).toBeCloseTo(source.means[j]!, 12));
    expect(await draw(source)).toEqual(drawn);
  });

  it('report progress, and end when aborted', async () => {
    const source = sourceOf({ horizonDays: 2, predicted });
    const seen: Progress[] = [];
    const sampling = { scenarios: 200, seed: 1 };
    await drawFiltered(source, { sampling, now: fakeClock(), onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toMatchObject({ stage: 'scenarios', done: 1 });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(drawFiltered(source, { sampling, now: fakeClock(), signal })).rejects.toThrow('enough');
  });
});
