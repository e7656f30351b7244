import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { modelName } from '../../src/engine-service/model-fit.ts';
import { cvarLstm } from '../../src/engine/strategies/cvar-lstm/index.ts';
import { loadSample } from '../../src/prices/vendors/sample.ts';
import { market, openFileEngine, openSmallEngine } from '../support/file-engine.ts';

const nameOf = (list: { vendor?: string }): string =>
  modelName({ kind: 'tickers', tickers: ['AAA', 'BBB'], ...list }, loadSample());

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the model that an answer rests on', () => {
  it('is another for each vendor of the same tickers, under the name that it always had for the default one', () => {
    expect(nameOf({})).toBe('tickers-d9566fb8196f');
    expect(nameOf({ vendor: 'yahoo' })).toBe(nameOf({}));
    expect(nameOf({ vendor: 'other' })).not.toBe(nameOf({}));
  });

  it('is trained for a past day without replacing the live one', async () => {
    const { engine, models, request, writeDays } = openFileEngine();
    writeDays(560);
    await engine.allocate(request);
    const past = await engine.allocate({ ...request, asOf: market.dates[530] ?? '' });
    expect(past.model.trainedUntil).toBe(market.dates[530]);
    expect((await models.list()).map(({ trainedUntil }) => trainedUntil)).toEqual([market.dates.at(-1)]);
  });

  it('serves every strategy that shares its recipe, and is trained once for all that ask at the same time', async () => {
    const { engine, request, count } = openFileEngine();
    const ask = (id: string) => engine.allocate({ ...request, strategy: { ...request.strategy, id } });
    const [best, least] = await Promise.all([ask('cvar-lstm'), ask('minimum-cvar')]);
    const equal = await ask('equal-weight');
    expect([count('fit'), count('simulate'), count('decide')]).toEqual([1, 1, 3]);
    expect([least.model, equal.model]).toEqual([best.model, best.model]);
    // Each is judged on fresh scenarios of its own.
    const { freshCvar: _, standardError: __, ...minimum } = best.allocation.minimum!;
    expect(least.allocation.portfolio).toMatchObject(minimum);
    expect(equal.allocation.portfolio.weights).toEqual([1 / 3, 1 / 3, 1 / 3]);
  });

  it('is trained on no prices that its strategy declares unusable', async () => {
    vi.spyOn(cvarLstm, 'needs', 'get').mockReturnValue({ frequency: 'daily', minDays: 500, volume: true });
    const { engine, request, pool } = openFileEngine();
    const refused = { name: 'UserError', code: 'strategies.no-volumes' };
    await expect(engine.allocate(request)).rejects.toMatchObject(refused);
    await expect(engine.train({ ...request, seed: 1 })).rejects.toMatchObject(refused);
    await expect(engine.retrain(request)).rejects.toMatchObject(refused);
    expect(pool.ran).toEqual([]);
  });

  it('is trained again when the live one is damaged, which is reported', async () => {
    const first = openFileEngine();
    const before = await first.engine.allocate(first.request);
    const [live] = await first.models.list();
    const directory = join(first.modelsDir, live!.universe, live!.recipe, live!.version);
    appendFileSync(join(directory, 'weights.bin'), 'x');

    // The first one still has it in memory.
    const { engine, damaged, count } = openSmallEngine({ home: first.home });
    const after = await engine.allocate(first.request);
    expect(damaged.map(({ message }) => message)).toEqual([expect.stringContaining(`${directory} is damaged`)]);
    expect({ ...after, seconds: before.seconds }).toEqual(before);
    await engine.allocate({ ...first.request, sampling: { scenarios: 100, seed: 2 } });
    expect([damaged.length, count('fit')]).toEqual([1, 1]);
  });
});
