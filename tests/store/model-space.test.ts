import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { DAY_MS } from '../../src/durations.ts';
import type { LstmModel } from '../../src/engine/lstm/lstm-model.ts';
import { codec } from '../../src/engine/strategies/lstm-codec.ts';
import { openModelIndex } from '../../src/store/live-versions.ts';
import { ModelSpace } from '../../src/store/model-space.ts';
import { openModelsAt } from '../support/open-models.ts';
import { openTestStore } from './fixtures.ts';
import { trained } from './trained.ts';

const bytes = Object.values(codec.encode(trained)).reduce((sum, { byteLength }) => sum + byteLength, 0);

const seeded = (seed: number): LstmModel => ({ ...trained, manifest: { ...trained.manifest, seed } });

/** @param places how many models have room */
async function open(places = Infinity, lasting: string[] = []) {
  const { store, url } = await openTestStore();
  const root = join(dirname(url.replace('sqlite:', '')), 'models');
  const time = { now: Date.now() };
  const overfull = vi.fn<() => void>();
  const space = { now: () => time.now, maxBytes: places * bytes + 100, lasting, onOverfull: overfull };
  const index = openModelIndex(store);
  const start = () => openModelsAt(root, index, space);
  const there = () => readdirSync(root).filter((name) => existsSync(join(root, name, 'filtered')));
  return { root, time, models: start(), start, index, there, overfull };
}

describe('models that nobody has asked about for 30 days', () => {
  it('are removed at night, and the others stay', async () => {
    const { models, start, time, index, there } = await open();
    for (const name of ['asked', 'idle', 'kept']) await models.save(name, codec, trained);
    time.now += 29 * DAY_MS;
    await start().load('asked', 'filtered', codec);
    await models.tidy();
    expect(there()).toEqual(['asked', 'idle', 'kept']);
    time.now += 2 * DAY_MS;
    await models.keep('kept');
    await models.tidy();
    expect(there()).toEqual(['asked', 'kept']);
    expect(await index.keys()).toEqual(['asked/filtered', 'kept/filtered']);
    expect(await models.load('idle', 'filtered', codec)).toBeUndefined();
    expect(await models.load('asked', 'filtered', codec)).toBeDefined();
  });

  it('are never those that come with the program, nor those of another directory', async () => {
    const { models, root, time, there } = await open(1, ['sample']);
    for (const name of ['sample', 'other']) await models.save(name, codec, trained);
    mkdirSync(join(root, '.git', 'objects'), { recursive: true });
    time.now += 400 * DAY_MS;
    await models.tidy();
    expect(there()).toEqual(['sample']);
    expect(existsSync(join(root, '.git', 'objects'))).toBe(true);
  });

  it('are not those that a clock far ahead has used', async () => {
    const { models, root, time, there } = await open();
    await models.save('asked', codec, trained);
    const ahead = time.now / 1000 + 400 * 86_400;
    utimesSync(join(root, 'asked', 'filtered'), ahead, ahead);
    await models.tidy();
    expect(there()).toEqual(['asked']);
    time.now += 31 * DAY_MS;
    await models.tidy();
    expect(there()).toEqual([]);
  });
});

describe('the room for models', () => {
  it('is made by removing the least recently used', async () => {
    const { models, time, there } = await open(2);
    for (const name of ['a', 'b']) {
      await models.save(name, codec, trained);
      time.now += 2 * DAY_MS;
    }
    await models.load('a', 'filtered', codec);
    await models.save('c', codec, trained);
    expect(there()).toEqual(['a', 'c']);
    expect((await models.size()).bytes).toBeLessThanOrEqual(2 * bytes + 100);
  });

  it('is not made of models of universes in use', async () => {
    const { models, time, there } = await open(2);
    for (const name of ['a', 'b']) {
      await models.save(name, codec, trained);
      await models.keep(name);
    }
    time.now += DAY_MS;
    await models.save('c', codec, trained);
    await models.save('d', codec, trained);
    expect(there()).toEqual(['a', 'b', 'd']);
  });

  it('is not made of models of universes in use after a restart either, until they are in use no more', async () => {
    const { models, start, time, there, root } = await open(2);
    await models.save('used', codec, trained);
    await models.keep('used');
    // Since the night it has not been asked about, and others have.
    time.now += 2 * DAY_MS;
    const again = start();
    for (const name of ['flood-1', 'flood-2']) await again.save(name, codec, trained);
    expect(there()).toEqual(['flood-2', 'used']);
    time.now += 3 * DAY_MS;
    await again.save('flood-3', codec, trained);
    expect(there()).toEqual(['flood-2', 'flood-3']);
    await again.tidy();
    expect(readdirSync(join(root, '.kept'))).toEqual([]);
  });

  it('is told of where only models of universes in use are left', async () => {
    const { models, there, overfull } = await open(2);
    for (const name of ['a', 'b', 'c']) {
      await models.save(name, codec, trained);
      await models.keep(name);
    }
    expect([there(), overfull.mock.calls.length]).toEqual([['a', 'b', 'c'], 1]);
    await models.tidy();
    expect(overfull).toHaveBeenCalledTimes(2);
  });

  it('is measured once, and again where something was written', async () => {
    const { models, root } = await open();
    await models.save('a', codec, trained);
    expect(await models.size()).toEqual({ models: 1, bytes });
    writeFileSync(join(root, 'a', 'filtered', 'unseen'), 'x'.repeat(1000));
    expect(await models.size()).toEqual({ models: 1, bytes });
    await models.save('b', codec, trained);
    await models.keepUnused('b', codec, seeded(7));
    const { models: count, bytes: all } = await models.size();
    expect(count).toBe(2);
    expect(all).toBeGreaterThanOrEqual(3 * bytes - 10);
    await models.tidy();
    expect((await models.size()).bytes).toBe(all + 1000);
  });
});

it('removes what killed processes have left, and versions that no entry names, but no version of a checkout', async () => {
  const { models, root, time, index } = await open();
  const directory = join(root, 'u', 'filtered');
  const versions = [];
  for (const seed of [1, 2, 3]) versions.push((await models.save('u', codec, seeded(seed))).version);
  for (const name of ['2001-01-01-00000000', '.tmp-left']) mkdirSync(join(directory, name));
  await models.tidy();
  expect(readdirSync(directory)).toHaveLength(4);
  time.now += 2 * DAY_MS;
  await models.tidy();
  expect(readdirSync(directory).toSorted()).toEqual(versions.slice(1).toSorted());
  mkdirSync(join(directory, '2001-01-01-00000000'));
  await index.delete('u/filtered');
  time.now += 2 * DAY_MS;
  await models.tidy();
  expect(readdirSync(directory)).toContain('2001-01-01-00000000');
});

it('a night removes what was killed among what was set aside or never used', async () => {
  const { models, root, time } = await open();
  await models.save('u', codec, trained);
  const left = ['damaged', 'unused'].map((part) => join(root, 'u', 'filtered', part, '.tmp-left'));
  for (const path of left) mkdirSync(path, { recursive: true });
  time.now += 2 * DAY_MS;
  await models.tidy();
  expect(left.filter((path) => existsSync(path))).toEqual([]);
});

it('a night keeps the version that answers where the entry names one that is gone, as after a restore', async () => {
  const { models, root, time, index } = await open();
  const { version } = await models.save('u', codec, trained);
  await index.set('u/filtered', { version: '2001-01-01-00000000', trainedUntil: '2001-01-01' });
  time.now += 2 * DAY_MS;
  await models.tidy();
  expect(readdirSync(join(root, 'u', 'filtered'))).toEqual([version]);
  expect(await models.load('u', 'filtered', codec)).toBeDefined();
});

it('a model of which all was set aside is none, and takes room', async () => {
  const { models, start, root } = await open();
  const { version } = await models.save('u', codec, trained);
  expect(await models.size()).toEqual({ models: 1, bytes });
  writeFileSync(join(root, 'u', 'filtered', version, 'weights.bin'), 'x');
  const again = start();
  expect((await again.size()).models).toBe(1);
  expect(await again.load('u', 'filtered', codec)).toBeUndefined();
  const { models: count, bytes: left } = await again.size();
  expect([count, left > 0]).toEqual([0, true]);
});

it('a universe whose last model was removed leaves no directory', async () => {
  const { models, root, time } = await open();
  await models.save('u', codec, trained);
  time.now += 31 * DAY_MS;
  await models.tidy();
  expect(readdirSync(root)).toEqual([]);
});

it('measures again after it could not', async () => {
  let fails = true;
  const space = new ModelSpace({
    root: '/nowhere',
    now: Date.now,
    maxBytes: 1,
    lasting: [],
    async keys() {
      if (fails) throw new Error('too many open files');
      return [];
    },
    remove: async () => {},
  });
  await expect(space.size()).rejects.toThrow('too many open files');
  fails = false;
  expect(await space.size()).toEqual({ models: 0, bytes: 0 });
});

it.skipIf(process.platform === 'win32')(
  'a night takes what earlier versions saved from everybody but the owner, and leaves what came with the program',
  async () => {
    const { models, root } = await open(Infinity, ['sample']);
    for (const name of ['u', 'sample']) {
      await models.save(name, codec, trained);
      const all = readdirSync(join(root, name), { recursive: true }).map((path) => join(root, name, String(path)));
      for (const path of [join(root, name), ...all]) chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o644);
    }
    chmodSync(root, 0o755);
    await models.tidy();
    const isOpen = (name: string): boolean => (statSync(join(root, name)).mode & 0o077) !== 0;
    const paths = ['', ...readdirSync(root, { recursive: true }).map(String)];
    expect(paths.filter(isOpen)).toEqual(paths.filter((path) => !/^u(\/|$)/.test(path)));
    expect(await models.load('u', 'filtered', codec)).toBeDefined();
  },
);

it('writes the use of a model once a day', async () => {
  const { models, root, time } = await open();
  await models.save('u', codec, trained);
  const usedAt = (): number => Math.round(statSync(join(root, 'u', 'filtered')).mtimeMs);
  const first = usedAt();
  time.now += DAY_MS / 2;
  await models.load('u', 'filtered', codec);
  expect(usedAt()).toBe(first);
  time.now += DAY_MS;
  await models.load('u', 'filtered', codec);
  await models.tidy();
  expect(usedAt()).toBe(time.now);
});
