import { beforeAll, describe, expect, it } from 'vitest';
import { createScenarioSource } from '../../src/engine-service/scenarios.ts';
import { historyUntil } from '../../src/engine/history.ts';
import { identityOf, type ModelArtefact } from '../../src/engine/lstm/artefact.ts';
import { drawScenarios } from '../../src/engine/scenarios.ts';
import { changedFrom, randomPrices } from '../support/random-prices.ts';
import { fakeClock, trainSmall, wasm } from '../support/small-model.ts';
import { smallPool } from '../support/small-pool.ts';

const prices = randomPrices({ days: 700 });
const history = historyUntil(prices);
const request = { horizonDays: 3, scenarios: 200, seed: 7 };
/** 200 + 100 rows of 3 assets. */
const BYTES = 300 * 3 * 8;

let artefact: ModelArtefact;
beforeAll(async () => {
  artefact = await trainSmall(prices);
});

const rig = (bytes?: number) => {
  const pool = smallPool();
  return { pool, source: createScenarioSource(pool, bytes) };
};

describe('scenarios', () => {
  it('are those of the whole history, on shared memory, with an independent second sample', async () => {
    const { source } = rig();
    const { scenarios, fresh } = await source.draw(artefact, history, request, {});
    const options = { backend: wasm, artefact, history, horizon: 3, now: fakeClock() };
    expect(scenarios.data).toEqual((await drawScenarios({ ...options, scenarios: 200, seed: 14 })).data);
    expect(fresh.data).toEqual((await drawScenarios({ ...options, scenarios: 100, seed: 15 })).data);
    for (const { data } of [scenarios, fresh]) expect(data.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('are kept: the same ones are not drawn again', async () => {
    const { source, pool } = rig();
    const drawn = await source.draw(artefact, history, request, {});
    expect(await source.draw(artefact, historyUntil(randomPrices({ days: 700 })), { ...request }, {})).toBe(drawn);
    expect(pool.ran).toEqual(['draw', 'draw']);
  });

  it.each([
    ['horizon', { ...request, horizonDays: 4 }, history],
    ['number', { ...request, scenarios: 201 }, history],
    ['seed', { ...request, seed: 8 }, history],
    ['prices', request, historyUntil(changedFrom(prices, prices.dates.length - 1))],
    ['days', request, historyUntil(prices, prices.dates.at(-2))],
  ])('are drawn again for another %s', async (_what, otherRequest, otherHistory) => {
    const { source } = rig();
    const drawn = await source.draw(artefact, history, request, {});
    const other = await source.draw(artefact, otherHistory, otherRequest, {});
    expect(other.scenarios.data).not.toEqual(drawn.scenarios.data);
  });

  it('are kept within a number of bytes, those used last', async () => {
    const { source, pool } = rig(2 * BYTES);
    const draw = (seed: number) => source.draw(artefact, history, { ...request, seed }, {});
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
    const { source, pool } = rig();
    const other = { ...artefact, manifest: { ...artefact.manifest, pricesHash: 'f'.repeat(64) } };
    await source.draw(artefact, history, request, {});
    await source.draw(other, history, request, {});
    expect(pool.ran).toHaveLength(4);
  });

  it("are forgotten with their model, and other models' are not", async () => {
    const { source, pool } = rig();
    const other = { ...artefact, manifest: { ...artefact.manifest, weightsHash: 'f'.repeat(64) } };
    await source.draw(artefact, history, request, {});
    const kept = await source.draw(other, history, request, {});
    source.drop(identityOf(artefact));
    expect(await source.draw(other, history, request, {})).toBe(kept);
    expect(pool.ran).toHaveLength(4);
    await source.draw(artefact, history, request, {});
    expect(pool.ran).toHaveLength(6);
  });

  it('are not kept when their model was replaced while they were drawn', async () => {
    const { source, pool } = rig();
    const drawing = source.draw(artefact, history, request, {});
    source.drop(identityOf(artefact));
    await drawing;
    await source.draw(artefact, history, request, {});
    expect(pool.ran).toHaveLength(4);
  });

  it('are drawn once for all who ask at the same time, until the last one has gone', async () => {
    const { source, pool } = rig();
    const callers = [new AbortController(), new AbortController()];
    const [gone, stays] = callers.map(({ signal }) => source.draw(artefact, history, request, { signal }));
    callers[0]?.abort();
    await expect(gone).rejects.toMatchObject({ name: 'AbortError' });
    expect((await stays)?.scenarios.rows).toBe(200);
    expect(pool.ran).toEqual(['draw', 'draw']);

    const last = new AbortController();
    const abandoned = source.draw(artefact, history, { ...request, seed: 9 }, { signal: last.signal });
    last.abort();
    await expect(abandoned).rejects.toMatchObject({ name: 'AbortError' });
    expect(pool.aborted).toEqual(['draw', 'draw']);
  });
});
