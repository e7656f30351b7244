import { describe, expect, it } from 'vitest';
import { modelName } from '../../src/engine-service/model-fit.ts';
import type { Progress } from '../../src/engine/types.ts';
import { loadSample } from '../../src/prices/vendors/sample.ts';
import { market, openFileEngine as rig } from '../support/file-engine.ts';

const nameOf = (list: { vendor?: string }): string =>
  modelName({ kind: 'tickers', tickers: ['AAA', 'BBB'], ...list }, loadSample());

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

  it('keeps a model for each vendor of the same tickers, under the name that it always had for the default one', () => {
    expect(nameOf({})).toBe('tickers-d9566fb8196f');
    expect(nameOf({ vendor: 'yahoo' })).toBe(nameOf({}));
    expect(nameOf({ vendor: 'other' })).not.toBe(nameOf({}));
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
