import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPriceService, storedSeriesSchema } from '../../src/data/service.ts';
import { createYahoo } from '../../src/data/yahoo.ts';
import { storedChoicesSchema } from '../../src/engine-service/backtest-kept.ts';
import { createEngine } from '../../src/engine-service/index.ts';
import type { Progress } from '../../src/engine/types.ts';
import type { AllocateRequest } from '../../src/requests.ts';
import { openModels, storedModelSchema } from '../../src/store/models.ts';
import { temporaryFile } from '../store/rig.ts';
import { memoryTable } from '../support/memory-table.ts';
import { writePricesCsv } from '../support/prices-csv.ts';
import { randomPrices } from '../support/random-prices.ts';
import { smallPool } from '../support/small-pool.ts';

const market = randomPrices({ days: 560 });
const now = () => Date.UTC(2024, 0, 2);

const log = { info() {}, warn() {}, error() {} };

/** An engine over a file of the market's first 520 days, with nothing trained yet. */
const rig = (others: Parameters<typeof smallPool>[0] = {}) => {
  const home = dirname(temporaryFile());
  mkdirSync(home, { recursive: true });
  const file = join(home, 'prices.csv');
  const writeDays = (days: number): void =>
    writePricesCsv(file, { ...market, dates: market.dates.slice(0, days) }, 3, days);
  writeDays(520);
  const prices = createPriceService({
    yahoo: createYahoo({ fetch, now }),
    cache: memoryTable(storedSeriesSchema),
    now,
    log,
  });
  const pool = smallPool(others);
  const models = openModels(join(home, 'models'), memoryTable(storedModelSchema));
  const engine = createEngine({ prices, models, pool, decisions: memoryTable(storedChoicesSchema), threads: 2, log });
  const request: AllocateRequest = {
    universe: { kind: 'csv', file },
    horizonDays: 3,
    lossLimit: 0.2,
    alpha: 0.9,
    minWeight: 0,
    maxWeight: 1,
    scenarios: 200,
    seed: 1,
    recipe: 'calibrated',
  };
  const count = (kind: string): number => pool.ran.filter((one) => one === kind).length;
  return { engine, pool, models, request, writeDays, count };
};

describe('the engine', () => {
  it('computes equal requests in flight once, progress for each, and another limit from the same scenarios', async () => {
    const { engine, pool, request, count } = rig();
    const stages: Set<Progress['stage']>[] = [new Set(), new Set()];
    const [first, second] = await Promise.all(
      stages.map((seen) => engine.allocate({ ...request }, { onProgress: ({ stage }) => seen.add(stage) })),
    );
    expect(second).toBe(first);
    for (const seen of stages) expect([...seen]).toEqual(['training', 'scenarios']);
    expect(pool.ran).toEqual(['train', 'draw', 'draw', 'allocate']);

    const other = await engine.allocate({ ...request, lossLimit: 0.1 });
    expect(other.request.lossLimit).toBe(0.1);
    expect(pool.ran.slice(4)).toEqual(['allocate']);

    await engine.allocate(request);
    expect(count('allocate')).toBe(3);
  });

  it('knows equal requests in whatever order they are written', async () => {
    const { engine, request, count } = rig();
    const { seed, ...rest } = request;
    await Promise.all([engine.allocate({ ...rest, seed }), engine.allocate({ seed, ...rest })]);
    expect(count('allocate')).toBe(1);
  });

  it('trains once for different requests, and ends the training when all have gone', async () => {
    const endless = rig({
      train: (_input, onProgress) => {
        onProgress({ stage: 'training', done: 0 });
        return new Promise(() => {});
      },
    });
    const { engine, pool, request } = endless;
    const callers = [1, 2, 3].map(() => new AbortController());
    let waiting = 0;
    const onProgress = (): void => void waiting++;
    const asked = callers.map(({ signal }, k) =>
      engine.allocate({ ...request, horizonDays: k + 1 }, { signal, onProgress }),
    );
    const settled = Promise.allSettled(asked);
    while (waiting < callers.length) await new Promise(setImmediate);
    for (const caller of callers) {
      expect(pool.aborted).toEqual([]);
      caller.abort();
    }
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(pool.ran).toEqual(['train']);
    expect(pool.aborted).toEqual(['train']);
  });

  it('draws anew after a training has replaced the model, and keeps the scenarios of one that has not', async () => {
    const { engine, pool, models, request, writeDays, count } = rig();
    const before = await engine.allocate(request);
    const again = await engine.train({ universe: request.universe, recipe: 'calibrated', seed: 1 });
    expect(again.unchanged).toBe(true);
    await engine.allocate({ ...request, lossLimit: 0.1 });
    expect(count('draw')).toBe(2);

    writeDays(560);
    const trained = await engine.train({ universe: request.universe, recipe: 'calibrated', seed: 1 });
    expect(trained).toMatchObject({ unchanged: false, manifest: { trainedUntil: market.dates.at(-1) } });
    expect((await models.list()).map(({ trainedUntil }) => trainedUntil)).toEqual([market.dates.at(-1)]);
    const after = await engine.allocate(request);
    expect(after.model.trainedUntil).not.toBe(before.model.trainedUntil);
    expect(pool.ran.slice(-4)).toEqual(['train', 'draw', 'draw', 'allocate']);

    // The first model comes back: what it had drawn has gone with it.
    writeDays(520);
    await engine.train({ universe: request.universe, recipe: 'calibrated', seed: 1 });
    const back = await engine.allocate(request);
    expect(back.allocation).toEqual(before.allocation);
    expect(pool.ran.slice(-4)).toEqual(['train', 'draw', 'draw', 'allocate']);
  });

  it('trains for a past day without replacing the live model', async () => {
    const { engine, models, request, writeDays } = rig();
    writeDays(560);
    await engine.allocate(request);
    const past = await engine.allocate({ ...request, asOf: market.dates[530] ?? '' });
    expect(past.model.trainedUntil).toBe(market.dates[530]);
    expect((await models.list()).map(({ trainedUntil }) => trainedUntil)).toEqual([market.dates.at(-1)]);
  });
});
