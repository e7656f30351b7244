import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { modelName } from '../../src/engine-service/model-fit.ts';
import { hashWeights, type LstmModel } from '../../src/engine/lstm/lstm-model.ts';
import { codec } from '../../src/engine/strategies/lstm-codec.ts';
import { lstmGenerator } from '../../src/engine/strategies/lstm-generator.ts';
import { HANDLERS } from '../../src/workers/tasks.ts';
import { cvarLstm } from '../../src/engine/strategies/cvar-lstm/index.ts';
import { loadSample } from '../../src/prices/vendors/sample.ts';
import { market, openFileEngine, openSmallEngine } from '../support/file-engine.ts';
import { trainSmall } from '../support/small-model.ts';

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
    expect(readdirSync(join(directory, '..', 'damaged'))).toEqual([live!.version]);
  });
});

/** Its files are as they were saved, and its weights are numbers. */
const exploding = (model: LstmModel): LstmModel => {
  const weights = new Float32Array(model.weights.slice(0)).map((weight) => 1e25 * weight).buffer;
  return { ...model, weights, manifest: { ...model.manifest, weightsHash: hashWeights(weights) } };
};

/** An engine that has answered, and then got another live model. */
async function open(others: Parameters<typeof openFileEngine>[0] = {}, change = exploding) {
  const made = openFileEngine(others);
  const before = await made.engine.allocate(made.request);
  const [{ universe } = { universe: '' }] = await made.models.list();
  const model = (await made.models.load(universe, 'filtered', codec))!;
  const { version } = await made.models.save(universe, codec, change(model));
  const again = { ...made.request, sampling: { scenarios: 201, seed: 2 } };
  return { ...made, before, again, version };
}

describe('a live model that can be read, but not used', () => {
  it('because it forecasts absurdly is set aside, and the one before it answers', async () => {
    const { engine, damaged, count, before, again, version } = await open();
    const { model } = await engine.allocate(again);
    expect(model).toEqual(before.model);
    expect(damaged.map(({ message }) => message)).toEqual([
      expect.stringMatching(`${version} is damaged: its forecasts of the newest days are not sound: .* squared error`),
    ]);
    expect(count('fit')).toBe(1);
  });

  it('is trained again once for all who ask, where there is none before it', async () => {
    const { engine, models, damaged, count, again, live, version } = await open();
    const [{ universe } = { universe: '' }] = await models.list();
    await models.setAside(universe, codec, (await models.load(universe, 'filtered', codec))!, new Error('tried'));
    await models.setAside(universe, codec, (await models.load(universe, 'filtered', codec))!, new Error('tried'));
    expect(await live()).toEqual([]);
    const trained = await engine.allocate(again);
    const [good] = await live();
    const model = (await models.load(universe, 'filtered', codec))!;
    await models.save(universe, codec, exploding(model));
    await models.setAside(universe, codec, model, new Error('not live by now'));
    expect(await live()).toEqual([version]);
    const asked = [
      { scenarios: 202, seed: 3 },
      { scenarios: 203, seed: 3 },
    ];
    const answers = await Promise.all(asked.map((sampling) => engine.allocate({ ...again, sampling })));
    expect(answers.map((answer) => answer.model)).toEqual([trained.model, trained.model]);
    expect(await live()).toEqual([good]);
    expect([damaged.length, count('fit')]).toEqual([3, 2]);
  });

  it('because its scenarios hold a return that is no number is set aside', async () => {
    let isSpoilt = false;
    const { simulate } = lstmGenerator;
    vi.spyOn(cvarLstm, 'simulate').mockImplementation(async (...order) => {
      const drawn = await simulate(...order);
      if (isSpoilt) drawn.data[7] = Number.NaN;
      isSpoilt = false;
      return drawn;
    });
    const { engine, damaged, again } = await open({}, (model) => ({
      ...model,
      manifest: { ...model.manifest, seed: 9 },
    }));
    isSpoilt = true;
    await engine.allocate(again);
    expect(damaged.map(({ message }) => message)).toEqual([
      expect.stringContaining('is damaged: its scenarios hold a return that is no number'),
    ]);
  });

  it('is not trained again and again where training does not help', async () => {
    let isBroken = false;
    const made = await open({
      simulate: async (order, onProgress) =>
        isBroken ? { unusable: 'it is broken' } : HANDLERS.simulate(order, onProgress),
    });
    isBroken = true;
    for (const seed of [5, 6, 7]) {
      const asked = made.engine.allocate({ ...made.again, sampling: { scenarios: 200, seed } });
      await expect(asked).rejects.toMatchObject({ code: 'models.hopeless', data: { reason: 'it is broken' } });
    }
    // The live one and the one before it.
    expect([made.damaged.length, made.count('fit')]).toEqual([2, 2]);
  });
});

/** An engine whose trainings forecast absurdly, which people are told in words that they understand. */
function openHopeless() {
  const made = openFileEngine({ fit: (...order) => HANDLERS.fit(...order) });
  vi.spyOn(cvarLstm, 'fit').mockImplementation(async (history) => exploding(await trainSmall(history.prices)));
  const error = {
    code: 'models.hopeless',
    message: expect.stringMatching(/^No usable model .* try other tickers, or ones with a longer history\.$/),
    data: { reason: expect.stringContaining('not sound') },
  };
  return { ...made, error };
}

it('a training whose result forecasts absurdly fails, and nothing of it goes live', async () => {
  const { engine, request, live, error } = openHopeless();
  await expect(engine.allocate(request)).rejects.toMatchObject(error);
  await expect(engine.train({ ...request, seed: 1 })).rejects.toMatchObject(error);
  expect(await live()).toEqual([]);
});

it('a training that was of no use is not repeated before the prices change', async () => {
  const { engine, request, subject, count, writeDays, error } = openHopeless();
  for (const seed of [1, 2]) {
    const asked = engine.allocate({ ...request, sampling: { scenarios: 200, seed } });
    await expect(asked).rejects.toMatchObject(error);
  }
  await expect(engine.retrain(subject)).rejects.toMatchObject(error);
  expect(count('fit')).toBe(1);
  vi.restoreAllMocks();
  vi.spyOn(cvarLstm, 'fit').mockImplementation((history) => trainSmall(history.prices));
  writeDays(530);
  expect((await engine.retrain(subject)).outcome).toBe('first');
  expect(count('fit')).toBe(2);
});
