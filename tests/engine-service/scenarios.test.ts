import { beforeAll, describe, expect, it } from 'vitest';
import { ScenarioCache } from '../../src/engine-service/scenarios.ts';
import { historyUntil } from '../../src/engine/history.ts';
import type { LstmModel } from '../../src/engine/lstm/lstm-model.ts';
import { drawScenarios } from '../../src/engine/lstm/scenarios.ts';
import { STRATEGIES, chooseStrategy } from '../../src/engine/strategies/index.ts';
import { identityOf } from '../../src/engine/strategies/strategy.ts';
import type { SimulateInput } from '../../src/workers/tasks.ts';
import { changedFrom, randomPrices } from '../support/random-prices.ts';
import { fakeClock, trainSmall, wasm } from '../support/small-model.ts';
import { smallPool } from '../support/small-pool.ts';

const prices = randomPrices({ days: 700 });
const history = historyUntil(prices);
/** 200 + 100 rows of 3 assets. */
const BYTES = 300 * 3 * 8;

const sampling = { scenarios: 200, seed: 7 };

let model: LstmModel;
let wanted: SimulateInput;
beforeAll(async () => {
  model = await trainSmall(prices);
  wanted = { strategy: 'cvar-lstm', model, history, horizonDays: 3, sampling };
});

const open = (bytes?: number) => {
  const pool = smallPool();
  return { pool, cache: new ScenarioCache(pool, bytes) };
};

describe('scenarios', () => {
  it('are those of the whole history, on shared memory, with an independent second sample', async () => {
    const { cache } = open();
    const { scenarios, fresh } = await cache.draw(wanted, {});
    const options = { backend: wasm, model, history, horizon: 3, now: fakeClock() };
    expect(scenarios.data).toEqual((await drawScenarios({ ...options, scenarios: 200, seed: 14 })).data);
    expect(fresh.data).toEqual((await drawScenarios({ ...options, scenarios: 100, seed: 15 })).data);
    for (const { data } of [scenarios, fresh]) expect(data.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('are cached: the same ones are not drawn again', async () => {
    const { cache, pool } = open();
    const drawn = await cache.draw(wanted, {});
    expect(await cache.draw({ ...wanted, history: historyUntil(randomPrices({ days: 700 })) }, {})).toBe(drawn);
    expect(pool.ran).toEqual(['simulate', 'simulate']);
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
    expect(other.scenarios.data).not.toEqual(drawn.scenarios.data);
  });

  it('are cached up to a number of bytes, the last used ones', async () => {
    const { cache, pool } = open(2 * BYTES);
    const draw = (seed: number) => cache.draw({ ...wanted, sampling: { ...sampling, seed } }, {});
    const first = await draw(1);
    await draw(2);
    expect(await draw(1)).toBe(first);
    await draw(3);
    expect(await draw(1)).toBe(first);
    expect(pool.ran).toHaveLength(6);
    await draw(2);
    expect(pool.ran).toHaveLength(8);
  });

  it('are not those of a model with the same weights that was made of other prices', async () => {
    const { cache, pool } = open();
    const other = { ...model, manifest: { ...model.manifest, pricesHash: 'f'.repeat(64) } };
    await cache.draw(wanted, {});
    await cache.draw({ ...wanted, model: other }, {});
    expect(pool.ran).toHaveLength(4);
  });

  it("are forgotten with their model, and other models' are not", async () => {
    const { cache, pool } = open();
    const other = { ...model, manifest: { ...model.manifest, weightsHash: 'f'.repeat(64) } };
    await cache.draw(wanted, {});
    const kept = await cache.draw({ ...wanted, model: other }, {});
    cache.drop(identityOf(model));
    expect(await cache.draw({ ...wanted, model: other }, {})).toBe(kept);
    expect(pool.ran).toHaveLength(4);
    await cache.draw(wanted, {});
    expect(pool.ran).toHaveLength(6);
  });

  it('are not cached when their model was replaced while they were drawn', async () => {
    const { cache, pool } = open();
    const drawing = cache.draw(wanted, {});
    cache.drop(identityOf(model));
    await drawing;
    await cache.draw(wanted, {});
    expect(pool.ran).toHaveLength(4);
  });

  it('are those of every strategy that shares the model', async () => {
    const { cache, pool } = open();
    const drawn = await cache.draw(wanted, {});
    const { recipe } = model.manifest;
    const sharing = STRATEGIES.filter((one) => one.recipeOf(chooseStrategy(one.id).params) === recipe);
    expect(sharing.length).toBeGreaterThan(1);
    for (const { id } of sharing) expect(await cache.draw({ ...wanted, strategy: id }, {})).toBe(drawn);
    expect(pool.ran).toEqual(['simulate', 'simulate']);
  });

  it('are drawn once for all who ask at the same time, until the last one has gone', async () => {
    const { cache, pool } = open();
    const callers = [new AbortController(), new AbortController()];
    const [gone, stays] = callers.map(({ signal }) => cache.draw(wanted, { signal }));
    callers[0]?.abort();
    await expect(gone).rejects.toMatchObject({ name: 'AbortError' });
    expect((await stays)?.scenarios.rows).toBe(200);
    expect(pool.ran).toEqual(['simulate', 'simulate']);

    const last = new AbortController();
    const abandoned = cache.draw({ ...wanted, sampling: { ...sampling, seed: 9 } }, { signal: last.signal });
    last.abort();
    await expect(abandoned).rejects.toMatchObject({ name: 'AbortError' });
    expect(pool.aborted).toEqual(['simulate', 'simulate']);
  });
});
