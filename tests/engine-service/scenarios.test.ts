import { beforeAll, describe, expect, it } from 'vitest';
import { ScenarioCache } from '../../src/engine-service/scenarios.ts';
import { historyUntil } from '../../src/engine/history.ts';
import type { LstmModel } from '../../src/engine/lstm/lstm-model.ts';
import { drawScenarios } from '../../src/engine/lstm/scenarios.ts';
import { drawFiltered } from '../../src/engine/filtered/draw.ts';
import { filteredSource } from '../../src/engine/filtered/source.ts';
import type { DrawOrder } from '../../src/engine/strategies/drawn.ts';
import { STRATEGIES, chooseStrategy } from '../../src/engine/strategies/index.ts';
import { identityOf } from '../../src/engine/strategies/strategy.ts';
import { changedFrom, randomPrices } from '../support/random-prices.ts';
import { fakeClock, trainSmall, wasm } from '../support/small-model.ts';
import { smallPool } from '../support/small-pool.ts';

const prices = randomPrices({ days: 700 });
const history = historyUntil(prices);
/** 200 + 400 rows of 3 assets. */
const BYTES = 1000 * 3 * 8;

const sampling = { scenarios: 200, seed: 7 };

let model: LstmModel;
let wanted: DrawOrder;
beforeAll(async () => {
  model = await trainSmall({ ...prices, dates: prices.dates.slice(0, -1), closes: prices.closes.slice(0, -1) });
  wanted = { strategy: 'cvar-lstm', model, history, horizonDays: 3, sampling };
});

const open = (bytes?: number) => {
  const pool = smallPool();
  return { pool, cache: new ScenarioCache(pool, bytes) };
};

describe('scenarios', () => {
  it('are those of the whole history, on shared memory, with an independent second sample twice as large', async () => {
    const { cache } = open();
    const { source, samples } = await cache.draw(wanted, {});
    const whole = await filteredSource(model, history, 3);
    expect(source).toEqual(whole);
    const draw = (scenarios: number, seed: number) =>
      drawFiltered(whole, { sampling: { scenarios, seed }, now: fakeClock() });
    expect(samples.scenarios).toEqual({ ...(await draw(200, 14)), data: expect.anything() });
    expect([...samples.scenarios.data]).toEqual([...(await draw(200, 14)).data]);
    expect([...samples.pricing!.data]).toEqual([...(await draw(400, 15)).data]);
    for (const { data } of [samples.scenarios, samples.pricing!]) {
      expect(data.buffer).toBeInstanceOf(SharedArrayBuffer);
    }
  });

  it('of the recipe plain are one sample, on which splits are chosen and priced', async () => {
    const { cache } = open();
    const plain = await trainSmall(prices, { recipe: 'plain' });
    const { samples } = await cache.draw({ ...wanted, model: plain }, {});
    const options = { backend: wasm, model: plain, history, horizon: 3, now: fakeClock() };
    const drawn = await drawScenarios({ ...options, scenarios: 200, seed: 14 });
    expect([...samples.scenarios.data]).toEqual([...drawn.data]);
    expect(samples.scenarios.data.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(samples).not.toHaveProperty('pricing');
  });

  it('are cached: the same ones are not drawn again', async () => {
    const { cache, pool } = open();
    const drawn = await cache.draw(wanted, {});
    const same = await cache.draw({ ...wanted, history: historyUntil(randomPrices({ days: 700 })) }, {});
    expect(same.samples).toBe(drawn.samples);
    expect(pool.ran).toEqual(['simulate']);
  });

  it.each([
    ['horizon', { horizonDays: 4 }],
    ['number', { sampling: { ...sampling, scenarios: 201 } }],
    ['seed', { sampling: { ...sampling, seed: 8 } }],
    ['prices', { history: historyUntil(changedFrom(prices, prices.dates.length - 1)) }],
    ['days', { history: historyUntil(prices, prices.dates.at(-2)) }],
  ])('are drawn again for another %s', async (_what, changed) => {
    const { cache } = open();
    const drawn = await cache.draw(wanted, {});
    const other = await cache.draw({ ...wanted, ...changed }, {});
    expect(other.samples.scenarios.data).not.toEqual(drawn.samples.scenarios.data);
  });

  it('are cached up to a number of bytes, the last used ones', async () => {
    const { cache, pool } = open(2 * BYTES);
    const draw = (seed: number) => cache.draw({ ...wanted, sampling: { ...sampling, seed } }, {});
    const first = await draw(1);
    await draw(2);
    expect((await draw(1)).samples).toBe(first.samples);
    await draw(3);
    expect((await draw(1)).samples).toBe(first.samples);
    expect(pool.ran).toHaveLength(3);
    await draw(2);
    expect(pool.ran).toHaveLength(4);
  });

  it('are not those of a model with the same weights that was made of other prices', async () => {
    const { cache, pool } = open();
    const other = { ...model, manifest: { ...model.manifest, pricesHash: 'f'.repeat(64) } };
    await cache.draw(wanted, {});
    await cache.draw({ ...wanted, model: other }, {});
    expect(pool.ran).toHaveLength(2);
  });

  it("are forgotten with their model, and other models' are not", async () => {
    const { cache, pool } = open();
    const other = { ...model, manifest: { ...model.manifest, weightsHash: 'f'.repeat(64) } };
    await cache.draw(wanted, {});
    const kept = await cache.draw({ ...wanted, model: other }, {});
    cache.drop(identityOf(model));
    expect((await cache.draw({ ...wanted, model: other }, {})).samples).toBe(kept.samples);
    expect(pool.ran).toHaveLength(2);
    await cache.draw(wanted, {});
    expect(pool.ran).toHaveLength(3);
  });

  it('are not cached when their model was replaced while they were drawn', async () => {
    const { cache, pool } = open();
    const drawing = cache.draw(wanted, {});
    cache.drop(identityOf(model));
    await drawing;
    await cache.draw(wanted, {});
    expect(pool.ran).toHaveLength(2);
  });

  it('are those of every strategy that shares the model', async () => {
    const { cache, pool } = open();
    const drawn = await cache.draw(wanted, {});
    const { recipe } = model.manifest;
    const sharing = STRATEGIES.filter((one) => one.recipeOf(chooseStrategy(one.id).params) === recipe);
    expect(sharing.length).toBeGreaterThan(1);
    for (const { id: strategy } of sharing) {
      const { samples, ...rest } = await cache.draw({ ...wanted, strategy }, {});
      expect(samples).toBe(drawn.samples);
      expect(rest.strategy).toBe(strategy);
    }
    expect(pool.ran).toEqual(['simulate']);
  });

  it('are drawn once for all who ask at the same time, until the last one has gone', async () => {
    const { cache, pool } = open();
    const callers = [new AbortController(), new AbortController()];
    const [gone, stays] = callers.map(({ signal }) => cache.draw(wanted, { signal }));
    callers[0]?.abort();
    await expect(gone).rejects.toMatchObject({ name: 'AbortError' });
    expect((await stays)?.samples.scenarios.rows).toBe(200);
    expect(pool.ran).toEqual(['simulate']);

    const last = new AbortController();
    const abandoned = cache.draw({ ...wanted, sampling: { ...sampling, seed: 9 } }, { signal: last.signal });
    last.abort();
    await expect(abandoned).rejects.toMatchObject({ name: 'AbortError' });
    expect(pool.aborted).toEqual(['simulate']);
  });
});
