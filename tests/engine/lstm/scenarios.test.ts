import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { historyUntil } from '../../../src/engine/history.ts';
import type { LstmModel } from '../../../src/engine/lstm/lstm-model.ts';
import { drawScenarios } from '../../../src/engine/lstm/scenarios.ts';
import type { DrawOptions } from '../../../src/engine/lstm/scenarios.ts';
import type { Matrix, Prices, Progress } from '../../../src/engine/types.ts';
import { naiveScenarios } from '../../support/naive-scenarios.ts';
import { changedFrom, randomPrices } from '../../support/random-prices.ts';
import { describeShared, sharedFile } from '../../support/shared.ts';
import { fakeClock, SMALL, trainSmall, wasm } from '../../support/small-model.ts';

const { tf } = wasm;
// Momentum makes the forecasts move, so that a window that is one day off would show.
const prices = randomPrices({ days: 600, momentum: 0.6 });

/** The largest difference between elements; infinite when the shapes differ. */
const difference = ({ rows, cols, data }: Matrix, other: readonly (readonly number[])[]): number =>
  rows === other.length && cols === other[0]!.length
    ? Math.max(...other.flat().map((c, i) => Math.abs(data[i]! - c)))
    : Infinity;

/** A row of a matrix, rounded so that it can be looked up. */
const rowKey = ({ cols, data }: Matrix, row: number, minus: Float64Array = new Float64Array(cols)): string =>
  Array.from(minus, (less, j) => (data[row * cols + j]! - less).toFixed(6)).join();

const HYPER = { ...SMALL, units: 8, batch: 16, learningRate: 0.02, maxEpochs: 8 };
const models = {
  window: await trainSmall(prices, { hyper: { ...HYPER, memory: 'window' } }),
  carried: await trainSmall(prices, { hyper: { ...HYPER, memory: 'carried' } }),
};

describe.each(['window', 'carried'] as const)('drawScenarios by memory %s', (memory) => {
  const trained: LstmModel = models[memory];
  const draw = (options: Partial<DrawOptions> = {}): Promise<Matrix> =>
    drawScenarios({
      model: trained,
      history: historyUntil(prices),
      horizon: 3,
      scenarios: 40,
      seed: 1,
      now: fakeClock(),
      ...options,
    });

  it.each([1, 2, 3, 5, 6, 7, 16])(
    'is exact: horizon %i as the stock layer on whole windows of 5 days, or on the whole series',
    async (horizon) => {
      const options = { horizon, scenarios: 17, seed: 4 };
      const naive = await naiveScenarios(tf, trained, historyUntil(prices), options);
      expect(difference(await draw({ ...options, chunk: 6 }), naive)).toBeLessThan(1e-5);
    },
  );

  it('is exact on a history with moves beyond the clamp, which is for simulated days only', async () => {
    const jump = {
      ...prices,
      closes: prices.closes.map((row, t) => (t < 597 ? row : row.map((p, j) => (j === 0 ? p * 1.6 : p)))),
    };
    const history = historyUntil(jump);
    const options = { horizon: 3, scenarios: 9, seed: 4 };
    const drawn = await draw({ ...options, history });
    expect(difference(drawn, await naiveScenarios(tf, trained, history, options))).toBeLessThan(1e-5);
    expect(drawn).not.toEqual(await draw(options));
  });

  it("clamps an asset's simulated days at its own largest day, where that is beyond 20 %", async () => {
    const wild = {
      ...trained,
      residuals: { ...trained.residuals, data: trained.residuals.data.map((r) => Math.sign(r)) },
    };
    const crashed = {
      ...prices,
      closes: prices.closes.map((row, t) => (t < 400 ? row : row.map((p, j) => (j === 1 ? p * 0.65 : p)))),
    };
    const own = 1 - crashed.closes[400]![1]! / crashed.closes[399]![1]!;
    const { data, cols } = await draw({ model: wild, history: historyUntil(crashed), horizon: 1 });
    data.forEach((c, i) => expect(Math.abs(c)).toBeCloseTo(i % cols === 1 ? own : 0.2, 12));
  });

  it('lets nothing fall by more than all, and refuses what grows beyond all measure', async () => {
    const wild = {
      ...trained,
      residuals: { ...trained.residuals, data: trained.residuals.data.map((r) => 200 * Math.sign(r)) },
    };
    const flipped = {
      ...prices,
      closes: prices.closes.map((row, t) => row.map((p, j) => (j === 1 && t % 2 === 1 ? 100 * p : p))),
    };
    const history = historyUntil(flipped);
    expect(Math.min(...(await draw({ model: wild, history, horizon: 1 })).data)).toBe(-1);
    const rising = { ...wild, residuals: { ...wild.residuals, data: wild.residuals.data.map(Math.abs) } };
    await expect(draw({ model: rising, history, horizon: 16 })).rejects.toThrow('Simulated prices of T1 grow beyond');
  });

  it('clamps simulated days to 20 % up or down', async () => {
    const wild = {
      ...trained,
      residuals: { ...trained.residuals, data: trained.residuals.data.map((r) => Math.sign(r)) },
    };
    for (const c of (await draw({ model: wild, horizon: 1 })).data) expect(Math.abs(c)).toBeCloseTo(0.2, 12);
    const two = await draw({ model: wild, horizon: 2 });
    for (const c of two.data) expect(Math.min(...[0.44, -0.04, -0.36].map((x) => Math.abs(c - x)))).toBeLessThan(1e-12);
    const naive = await naiveScenarios(tf, wild, historyUntil(prices), { horizon: 2, scenarios: 40, seed: 1 });
    expect(difference(two, naive)).toBeLessThan(1e-5);
  });

  it('draws whole residual vectors: every row of a one-day draw is the forecast plus one of them', async () => {
    const { rows, cols } = trained.residuals;
    const still = { ...trained, residuals: { rows: 1, cols, data: new Float64Array(cols) } };
    const forecast = await draw({ model: still, horizon: 1, scenarios: 1 });
    const drawn = await draw({ horizon: 1, scenarios: 200 });
    const known = new Set(Array.from({ length: rows }, (_, k) => rowKey(trained.residuals, k)));
    const used = Array.from({ length: 200 }, (_, m) => rowKey(drawn, m, forecast.data));
    expect(used.filter((row) => !known.has(row))).toEqual([]);
    expect(new Set(used).size).toBeGreaterThan(rows / 2);
  });

  it('does not depend on how many scenarios are simulated together', async () => {
    const whole = await draw({ chunk: 40, horizon: 8 });
    for (const chunk of [1, 7, 1000]) expect(await draw({ chunk, horizon: 8 })).toEqual(whole);
  });

  it('gives the same scenarios for the same seed, others for another, and more of them for a larger M', async () => {
    const first = await draw();
    expect(await draw()).toEqual(first);
    const other = await draw({ seed: 2 });
    expect(other.data.filter((c, i) => c === first.data[i]).length).toBeLessThan(10);
    expect((await draw({ scenarios: 60 })).data.slice(0, first.data.length)).toEqual(first.data);
  });

  it('sees no day after its history ends', async () => {
    const until = prices.dates[549]!;
    const drawn = await draw({ history: historyUntil(prices, until) });
    expect(await draw({ history: historyUntil(changedFrom(prices, 550), until) })).toEqual(drawn);
    expect(await draw({ history: historyUntil(changedFrom(prices, 549), until) })).not.toEqual(drawn);
  });

  it('refuses prices of other tickers than the model knows', async () => {
    const other = historyUntil({ ...prices, tickers: ['T0', 'T2', 'T1'] });
    await expect(draw({ history: other })).rejects.toThrow('The model knows T0, T1, T2, the prices are of T0, T2, T1.');
  });

  it('reports progress, and ends at once when aborted', async () => {
    const seen: Progress[] = [];
    await draw({ chunk: 10, horizon: 4, onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ done }) => done)).toEqual([0.25, 0.5, 0.75, 1]);
    expect(seen[1]).toEqual({ stage: 'scenarios', done: 0.5, secondsLeft: 2 });
    expect(seen[3]?.secondsLeft).toBe(0);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), 30);
    await expect(draw({ scenarios: 1_000_000, signal: controller.signal })).rejects.toThrow('enough');
  });
});

const study12 = (): Prices => {
  const [header, ...lines] = readFileSync(sharedFile('data/prices/study12_ixic_2010_2024.csv'), 'utf8')
    .trim()
    .split('\n');
  const rows = lines
    .map((line) => line.split(',').slice(0, 13))
    .filter((row) => row[0]! >= '2016' && !row.includes(''));
  const closes = rows.map((row) => row.slice(1).map(Number));
  return { dates: rows.map((row) => row[0]!), tickers: header!.split(',').slice(1, 13), closes };
};

describeShared('study12', () => {
  it('gives five-day scenarios as wild as the market was, and a skill that is shown as it is', async () => {
    const real = study12();
    const history = historyUntil(real, '2022-06-30');
    const model = await trainSmall(history.prices, { hyper: { ...SMALL, maxEpochs: 3 } });
    const { data, rows, cols } = await drawScenarios({
      model,
      history,
      horizon: 5,
      scenarios: 2000,
      seed: 1,
      now: fakeClock(),
    });
    expect([rows, cols]).toEqual([2000, 12]);
    for (let j = 0; j < cols; j += 1) {
      const column = data.filter((_, i) => i % cols === j);
      const mean = column.reduce((sum, c) => sum + c, 0) / rows;
      const spread = Math.sqrt(column.reduce((sum, c) => sum + (c - mean) ** 2, 0) / rows);
      const recent = history.prices.closes.slice(-260);
      const moves = recent.slice(5).map((row, t) => row[j]! / recent[t]![j]! - 1);
      const actual = Math.sqrt(moves.reduce((sum, c) => sum + c ** 2, 0) / moves.length);
      expect(spread / actual).toBeGreaterThan(0.6);
      expect(spread / actual).toBeLessThan(1.6);
    }
    expect(Math.abs(model.manifest.skill)).toBeLessThan(0.2);
  });
});
