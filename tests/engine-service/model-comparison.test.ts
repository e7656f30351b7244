import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cvarLstm } from '../../src/engine/strategies/cvar-lstm/index.ts';
import type { LstmModel } from '../../src/engine/lstm/lstm-model.ts';
import { withLimit } from '../../src/engine/mandate.ts';
import { codec } from '../../src/engine/strategies/lstm-codec.ts';
import { isVersion } from '../../src/store/model-files.ts';
import { changedFrom } from '../support/random-prices.ts';
import { market, openFileEngine } from '../support/file-engine.ts';
import { fitSmall } from '../support/small-pool.ts';

/** As sure of itself as before, and wrong: residuals so many times as large. */
const widened = (trained: LstmModel, times: number): LstmModel => ({
  ...trained,
  manifest: { ...trained.manifest, seed: Math.round(100 * times) },
  residuals: { ...trained.residuals, data: trained.residuals.data.map((r) => r * times) },
});

/** An engine that trains one model after the other, each `times` as wide as it should be; the last for ever. */
const open = (...times: number[]) => {
  const memories: unknown[] = [];
  const made = openFileEngine({
    fit: async (input, onProgress) => {
      memories.push(input.params['memory']);
      const wide = times[Math.min(memories.length, times.length) - 1] ?? 1;
      const model = await fitSmall(input, onProgress);
      return wide === 1 ? model : widened(model, wide);
    },
  });
  const { engine, modelsDir, subject } = made;
  return {
    ...made,
    memories,
    retrain: () => engine.retrain(subject),
    unused: (name: string) => readdirSync(join(modelsDir, name, 'filtered', 'unused')).filter(isVersion),
  };
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a model trained anew', () => {
  it('goes live without a comparison where there is none, and where it is the live one itself', async () => {
    const { retrain, live, pool } = open();
    const first = await retrain();
    expect(first).toEqual({
      universe: expect.stringMatching(/^csv-/),
      version: expect.stringMatching(`^${market.dates[519]}-`),
      trainedUntil: market.dates[519],
      outcome: 'first',
      prices: { source: 'prices.csv', from: market.dates[0], until: market.dates[519], stale: false, notes: [] },
    });
    expect(await live()).toEqual([first.version]);
    expect(await retrain()).toEqual({ ...first, outcome: 'unchanged' });
    expect(pool.ran).toEqual(['fit', 'fit']);
  });

  it('replaces a live one that forecast the newest days worse, and drops the scenarios of that one', async () => {
    const { engine, subject, retrain, live, request, count, writeDays } = open(3, 1, 3);
    await engine.allocate(request);
    writeDays(560);
    const next = await retrain();
    expect(next).toMatchObject({ outcome: 'replaced', trainedUntil: market.dates[559], scores: { days: 60 } });
    expect(next.scores!.challenger).toBeLessThan(next.scores!.champion);
    expect(await live()).toEqual([next.version]);

    writeDays(520);
    await engine.train({ ...subject, seed: 1 });
    await engine.allocate(request);
    expect(count('simulate')).toBe(2);
  });

  it('is saved but not used when the live one forecast them better, whose scenarios stay', async () => {
    const { engine, retrain, live, unused, request, count } = open(1, 3, 4);
    const before = await engine.allocate(request);
    const [version] = await live();
    for (const times of [3, 4]) {
      const kept = await retrain();
      expect([kept.outcome, times]).toEqual(['kept', times]);
      expect(kept.scores!.challenger).toBeGreaterThan(kept.scores!.champion);
      expect(await live()).toEqual([version]);
      expect(unused(kept.universe)).toEqual([kept.version]);
    }
    const after = await engine.allocate({ ...request, mandate: withLimit(request.mandate, 0.1) });
    expect(after.model).toEqual(before.model);
    expect(count('simulate')).toBe(1);
  });

  it('is saved but not used when it scores the same', async () => {
    const { retrain, live, models } = open();
    const first = await retrain();
    const champion = (await models.load(first.universe, 'filtered', codec))!;
    await models.save(first.universe, codec, { ...champion, manifest: { ...champion.manifest, seed: 7 } });
    const [version] = await live();
    const again = await retrain();
    expect(again).toMatchObject({ outcome: 'kept', version: first.version });
    expect(again.scores!.challenger).toBe(again.scores!.champion);
    expect(await live()).toEqual([version]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('is not used when its score is %s', async (energyScore) => {
    const score = { errorRatio: 1, days: 60 };
    const { engine, subject, live, writeDays } = openFileEngine({
      score: async () => ({ champion: { ...score, energyScore: 9 }, challenger: { ...score, energyScore } }),
    });
    await engine.retrain(subject);
    const before = await live();
    writeDays(530);
    expect((await engine.retrain(subject)).outcome).toBe('kept');
    expect(await live()).toEqual(before);
  });

  it.each([
    ['forecasts absurdly', { energyScore: 1, errorRatio: 5, days: 60 }],
    ['has a score that is no number', { energyScore: Number.NaN, errorRatio: 1, days: 60 }],
    ['cannot be scored', undefined],
  ])('goes live when the live one %s, which is set aside', async (_what, champion) => {
    const { engine, subject, live, damaged, writeDays } = openFileEngine({
      score: async () => ({ champion, challenger: { energyScore: 2, errorRatio: 1, days: 60 } }),
    });
    const first = await engine.retrain(subject);
    writeDays(530);
    const next = await engine.retrain(subject);
    expect(next.outcome).toBe('first');
    expect(await live()).toEqual([next.version]);
    expect(damaged.map(({ message }) => message)).toEqual([
      expect.stringMatching(`${first.version} is damaged: its forecasts of the newest days are not sound`),
    ]);
  });

  it.each([
    new RangeError('Array buffer allocation failed'),
    new WebAssembly.RuntimeError('unreachable'),
    Object.assign(new Error('too many open files'), { code: 'EMFILE' }),
  ])('leaves the live one where that could not be scored for want of means: %s', async (error) => {
    const { engine, subject, live, damaged, writeDays } = openFileEngine();
    await engine.retrain(subject);
    const before = await live();
    writeDays(530);
    const score = vi.spyOn(cvarLstm, 'score').mockRejectedValueOnce(error);
    await expect(engine.retrain(subject)).rejects.toBe(error);
    score.mockRejectedValueOnce(new Error('it has no weights'));
    expect([damaged, await live()]).toEqual([[], before]);
    expect((await engine.retrain(subject)).outcome).toBe('first');
    expect(damaged).toHaveLength(1);
  });

  it('is not compared with a model of other prices', async () => {
    const { retrain, pool, writeDays } = open();
    const old = await retrain();
    writeDays(520, changedFrom(market, 300));
    const next = await retrain();
    expect(next).toMatchObject({ outcome: 'first', universe: old.universe });
    expect(next.version).not.toBe(old.version);
    expect(pool.ran).not.toContain('score');
  });

  it('has the memory that was chosen for its universe', async () => {
    const { engine, subject, retrain, memories, writeDays } = open();
    const strategy = { ...subject.strategy, params: { recipe: 'filtered', memory: 'window' } };
    await engine.train({ ...subject, strategy, seed: 1 });
    writeDays(530);
    await retrain();
    expect(memories).toEqual(['window', 'window']);
  });

  it('is trained once for all who ask at the same time, and ended when all have gone', async () => {
    const { engine, subject, request, pool, count } = open();
    const [one, other] = await Promise.all([
      engine.retrain(subject),
      engine.retrain(subject),
      engine.allocate(request),
    ]);
    expect(other).toEqual(one);
    expect(count('fit')).toBe(1);

    const gone = new AbortController();
    const asked = engine.retrain(subject, { signal: gone.signal });
    while (count('fit') < 2) await new Promise(setImmediate);
    gone.abort(new Error('stopping'));
    await expect(asked).rejects.toThrow('stopping');
    expect(pool.aborted).toEqual(['fit']);
  });
});
