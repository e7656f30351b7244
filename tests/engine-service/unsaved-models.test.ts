// What was computed is not lost to a store or a disk that takes nothing.
import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { storedRecordSchema } from '../../src/engine-service/record-table.ts';
import { BusyError, UserError } from '../../src/errors.ts';
import { UnsavedModels } from '../../src/engine-service/unsaved-models.ts';
import { storedModelSchema } from '../../src/store/live-versions.ts';
import { failing } from '../support/broken-store.ts';
import { openFileEngine } from '../support/file-engine.ts';
import { memoryTable } from '../support/memory-table.ts';
import { trainSmall } from '../support/small-model.ts';

const LOCKED = 'The model could not be saved: another program keeps the store locked.';
const FULL = 'The model could not be saved: there is no room on the disk.';
const REFUSED = 'The model could not be saved: the disk or the store does not take it.';

const locked = (): Promise<never> => Promise.reject(new BusyError('Locked.', { code: 'store.locked' }));

const notesOf = ({ prices }: { readonly prices: { readonly notes: readonly string[] } }) =>
  prices.notes.filter((note) => note.includes('could not be'));

describe('a new model that cannot be saved', () => {
  it('answers from memory and says so, also the next question, and goes live when it can', async () => {
    const { engine, request, modelsDir, unsaved, count, live } = openFileEngine();
    const again = { ...request, sampling: { scenarios: 200, seed: 2 } };
    writeFileSync(modelsDir, 'no directory');
    const [first, other] = await Promise.all([engine.allocate(request), engine.allocate(again)]);
    expect([notesOf(first), notesOf(other)]).toEqual([[REFUSED], [REFUSED]]);
    const { allocation, prices } = await engine.allocate(request);
    expect([allocation, prices]).toEqual([first.allocation, first.prices]);
    expect(notesOf(await engine.frontier({ ...request, points: 2 }))).toEqual([REFUSED]);
    expect([count('fit'), unsaved]).toEqual([
      1,
      [{ universe: expect.stringMatching(/^csv-/), recipe: 'filtered', note: REFUSED }],
    ]);
    // Whoever asks for nothing but the model is not told that all is well.
    await expect(engine.train({ ...request, seed: 1 })).rejects.toThrow(/ENOTDIR|EEXIST/);
    await expect(engine.retrain(request)).rejects.toThrow(/ENOTDIR|EEXIST/);

    rmSync(modelsDir);
    await engine.retrain(request);
    expect((await live()).length).toBe(1);
    expect(notesOf(await engine.allocate(again))).toEqual([]);
  });

  it.each([
    [new UserError('The store is full.', { code: 'store.full' }), FULL],
    [new UserError('The disk for models is full.', { code: 'models.full' }), FULL],
    [Object.assign(new Error('write /home/bot/models'), { code: 'ENOSPC' }), FULL],
    [new Error('open /home/bot/models'), REFUSED],
  ])('for %s, is told of without paths', async (fault, note) => {
    const model = await trainSmall();
    expect(new UnsavedModels().keep('u', model, fault)).toEqual({ model, note });
  });

  it('because another program locks the index answers too', async () => {
    const index = memoryTable(storedModelSchema);
    const { engine, request, count } = openFileEngine({}, { index: { ...index, update: locked } });
    expect(notesOf(await engine.allocate(request))).toEqual([LOCKED]);
    // It lies on the disk whole, and is live as the newest one.
    expect(notesOf(await engine.allocate({ ...request, sampling: { scenarios: 200, seed: 2 } }))).toEqual([]);
    expect(count('fit')).toBe(1);
  });

  it('and forecasts absurdly is not used, nor trained again and again', async () => {
    const { engine, request, modelsDir, count } = openFileEngine({
      simulate: async () => ({ unusable: 'it is broken' }),
    });
    writeFileSync(modelsDir, 'no directory');
    await expect(engine.allocate(request)).rejects.toMatchObject({
      code: 'models.hopeless',
      data: { reason: 'it is broken' },
    });
    await expect(engine.allocate(request)).rejects.toMatchObject({
      code: 'models.hopeless',
      data: { reason: 'it is broken' },
    });
    expect(count('fit')).toBe(1);
  });
});

it('an answer comes without what a record says when that cannot be read, and tells that it is not corrected by it', async () => {
  const records = { ...memoryTable(storedRecordSchema), get: failing, keys: failing, keysByExpiry: failing };
  const { engine, request } = openFileEngine({}, { records });
  const answer = await engine.allocate(request);
  expect([answer.past, answer.model.kappa]).toEqual([undefined, 1]);
  expect(notesOf(answer)).toEqual([expect.stringMatching(/^The record of this universe could not be read: /)]);
});
