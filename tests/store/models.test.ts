import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import type { LstmModel } from '../../src/engine/lstm/lstm-model.ts';
import { loadModel, predict } from '../../src/engine/lstm/tf-model.ts';
import { codec } from '../../src/engine/strategies/lstm-codec.ts';
import { isVersion, readVersion, saveVersion } from '../../src/store/model-files.ts';
import { ModelStore } from '../../src/store/models.ts';
import { openModelIndex, storedModelSchema } from '../../src/store/live-versions.ts';
import { memoryTable } from '../support/memory-table.ts';
import { openModelsAt } from '../support/open-models.ts';
import { wasm } from '../support/small-model.ts';
import { openTestStore } from './fixtures.ts';
import { trained } from './trained.ts';

/** The same net under another seed's name: another model as far as the store is concerned. */
const seeded = (seed: number, trainedUntil = trained.manifest.trainedUntil): LstmModel => ({
  ...trained,
  manifest: { ...trained.manifest, seed, trainedUntil },
});

const plain = (seed: number, trainedUntil?: string): LstmModel => {
  const { manifest, ...rest } = seeded(seed, trainedUntil);
  return { ...rest, manifest: { ...manifest, recipe: 'plain' } };
};

/** Writes the recipe `plain` by the name that it had before. */
const formerCodec: typeof codec = {
  ...codec,
  encode(model) {
    const { 'manifest.json': manifest, ...files } = codec.encode(model);
    const text = new TextDecoder().decode(manifest).replace('"recipe": "plain"', '"recipe": "seed"');
    return { ...files, 'manifest.json': new TextEncoder().encode(text) };
  },
};

const open = async () => {
  const { store, url } = await openTestStore();
  const path = url.replace('sqlite:', '');
  const root = join(dirname(path), 'models');
  const index = openModelIndex(store);
  return { root, path, index, models: openModelsAt(root, index), directory: join(root, 'u', 'filtered') };
};

const startChild = (root: string, path: string, ...mode: string[]) => {
  const file = join(dirname(path), 'trained');
  writeFileSync(file, serialize(trained));
  const script = new URL('models-child.ts', import.meta.url).pathname;
  const options = { stdio: ['ignore', 'pipe', 'inherit'] as ['ignore', 'pipe', 'inherit'] };
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, root, path, file, ...mode], options);
};

const runOut = (): never => {
  throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
};

describe('models', () => {
  it('gives back what was saved, and nothing where nothing was', async () => {
    const { models, root } = await open();
    expect(await models.load('u', 'filtered', codec)).toBeUndefined();
    expect(await models.list()).toEqual([]);
    mkdirSync(root);
    writeFileSync(join(root, '.gitkeep'), '');
    expect(await models.list()).toEqual([]);
    const { version, unchanged } = await models.save('u', codec, trained);
    expect(version).toMatch(new RegExp(`^${trained.manifest.trainedUntil}-[0-9a-f]{8}$`));
    expect(unchanged).toBe(false);
    expect(await models.load('u', 'filtered', codec)).toEqual(trained);
    expect(await models.load('u', 'plain', codec)).toBeUndefined();
    const other = await models.save('a', codec, plain(1));
    const { trainedUntil } = trained.manifest;
    expect(await models.list()).toEqual([
      { universe: 'a', recipe: 'plain', version: other.version, trainedUntil },
      { universe: 'u', recipe: 'filtered', version, trainedUntil },
    ]);
  });

  it('lets only their owner read them', async () => {
    const { models, root, directory } = await open();
    const { version } = await models.save('u', codec, trained);
    const files = readdirSync(join(directory, version)).map((name) => join(directory, version, name));
    expect(files.length).toBeGreaterThan(2);
    for (const path of [root, directory, join(directory, version), ...files])
      expect(statSync(path).mode & 0o077).toBe(0);
  });

  it('lists no directory whose name is no universe or recipe', async () => {
    const { models, root } = await open();
    const { version } = await models.save('u', codec, trained);
    for (const path of ['.git/hooks', 'Old/filtered', 'u/.cache', 'u/Old']) {
      mkdirSync(join(root, path, version), { recursive: true });
    }
    expect((await models.list()).map(({ universe, recipe }) => `${universe}/${recipe}`)).toEqual(['u/filtered']);
  });

  it('lists the universes that are asked for, at no cost of the others', async () => {
    const { index: table, root } = await open();
    const asked: string[] = [];
    const index: typeof table = { ...table, get: (key) => (asked.push(key), table.get(key)) };
    const models = openModelsAt(root, index);
    for (const name of ['u', 'tickers-1', 'tickers-2']) await models.save(name, codec, trained);
    asked.length = 0;
    const listed = await models.list(['us12', 'u', '../u']);
    expect(listed.map(({ universe, recipe }) => `${universe}/${recipe}`)).toEqual(['u/filtered']);
    expect(asked).toEqual(['u/filtered']);
  });

  it("writes tfjs's own format: the stock loader reads it over HTTP", async () => {
    const { models, directory } = await open();
    const { version } = await models.save('u', codec, trained);
    const server = createServer((request, response) =>
      response.end(readFileSync(join(directory, version, request.url!))),
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const { tf } = wasm;
    const [stock, ours] = [
      await tf.loadLayersModel(`http://127.0.0.1:${address.port}/model.json`),
      await loadModel(tf, trained),
    ];
    server.close();
    const window = tf.tensor3d(
      Float32Array.from({ length: 15 }, (_, i) => Math.sin(i)),
      [1, 5, 3],
    );
    expect(predict(stock, window).dataSync()).toEqual(predict(ours, window).dataSync());
  });

  it('says when a model was reproduced, and writes nothing then', async () => {
    const { models, directory } = await open();
    const first = await models.save('u', codec, trained);
    const written = statSync(join(directory, first.version)).mtimeMs;
    expect(await models.save('u', codec, structuredClone(trained))).toEqual({ ...first, unchanged: true });
    expect(statSync(join(directory, first.version)).mtimeMs).toBe(written);
    expect((await models.save('u', codec, seeded(2))).unchanged).toBe(false);
  });

  it('keeps the live version and the one before', async () => {
    const { models, directory } = await open();
    const versions = [];
    for (const seed of [1, 2, 3, 4]) versions.push((await models.save('u', codec, seeded(seed))).version);
    expect(readdirSync(directory).sort()).toEqual(versions.slice(2).sort());
    expect((await models.load('u', 'filtered', codec))!.manifest.seed).toBe(4);
    await models.save('u', codec, seeded(3));
    expect((await models.load('u', 'filtered', codec))!.manifest.seed).toBe(3);
    expect(readdirSync(directory).sort()).toEqual(versions.slice(2).sort());
  });

  it('reads a version from disk once: its name stands for its content', async () => {
    const { models, directory, root, index } = await open();
    const { version } = await models.save('u', codec, trained);
    const loaded = await models.load('u', 'filtered', codec);
    rmSync(join(directory, version, 'weights.bin'));
    expect(await models.load('u', 'filtered', codec)).toBe(loaded);
    expect(await openModelsAt(root, index).load('u', 'filtered', codec)).toBeUndefined();
    await models.save('u', codec, seeded(2));
    expect((await models.load('u', 'filtered', codec))!.manifest.seed).toBe(2);
  });

  it('takes the newest version on disk where the index knows none', async () => {
    const { models, index, root } = await open();
    await models.save('u', codec, seeded(1, '2020-01-31'));
    const { version } = await models.save('u', codec, seeded(2, '2019-12-31'));
    expect((await models.load('u', 'filtered', codec))!.manifest.seed).toBe(2);
    await index.delete('u/filtered');
    expect((await models.load('u', 'filtered', codec))!.manifest.seed).toBe(1);
    expect((await models.list())[0]!.trainedUntil).toBe('2020-01-31');
    await openModelsAt(root, index).save('u', codec, seeded(2, '2019-12-31'));
    expect(await index.get('u/filtered')).toEqual({ version, trainedUntil: '2019-12-31' });
  });

  it('takes the newest version on disk where the one that the index names is gone', async () => {
    const { models, root } = await open();
    await models.save('u', codec, seeded(1, '2020-01-31'));
    const { version } = await models.save('u', codec, seeded(2, '2020-02-28'));
    rmSync(join(root, 'u/filtered', version), { recursive: true });
    expect((await models.load('u', 'filtered', codec))!.manifest.seed).toBe(1);
  });

  it('never removes a version that came with the checkout, which no entry names', async () => {
    const { models, index, root } = await open();
    const shipped = await models.save('u', codec, seeded(1, '2020-01-31'));
    await index.delete('u/filtered');
    for (const seed of [2, 3, 4]) await models.save('u', codec, seeded(seed, '2020-01-31'));
    expect(readdirSync(join(root, 'u/filtered'))).toContain(shipped.version);
    expect(readdirSync(join(root, 'u/filtered'))).toHaveLength(3);
  });

  it.each([
    ['weights.bin', (path: string) => appendFileSync(path, 'x')],
    ['weights.bin', (path: string) => rmSync(path)],
    [
      'weights.bin',
      (path: string) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
    [
      'weights.bin',
      (path: string) => {
        rmSync(path);
        symlinkSync('weights.bin', path);
      },
    ],
    ['residuals.bin', (path: string) => writeFileSync(path, '')],
    ['model.json', (path: string) => writeFileSync(path, '{')],
    [
      'manifest.json',
      (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('"seed": 1', '"seed": 9')),
    ],
  ])(
    'counts a model as none when its %s is damaged, and says which; saving it again mends it',
    async (name, damage) => {
      const { models, root, index, directory } = await open();
      const { version } = await models.save('u', codec, trained);
      damage(join(directory, version, name));
      const told: Error[] = [];
      const again = new ModelStore({ root, index, onDamaged: (error) => told.push(error) });
      expect(await again.load('u', 'filtered', codec)).toBeUndefined();
      expect(told).toEqual([
        expect.objectContaining({
          message: expect.stringContaining(`The model in ${join(directory, version)} is damaged: `),
          cause: expect.any(Error),
        }),
      ]);
      expect(await again.save('u', codec, trained)).toEqual({ version, unchanged: false });
      expect(await again.load('u', 'filtered', codec)).toEqual(trained);
      expect(told).toHaveLength(1);
    },
  );

  it('does not count a model as damaged when its files cannot be read now', async () => {
    const { models, root, index, directory } = await open();
    const { version } = await models.save('u', codec, trained);
    const told: Error[] = [];
    const again = new ModelStore({ root, index, onDamaged: (error) => told.push(error) });
    await expect(again.load('u', 'filtered', { ...codec, decode: runOut })).rejects.toThrow('cannot be read (EMFILE)');
    expect(told).toEqual([]);
    expect((await again.load('u', 'filtered', codec))?.manifest.weightsHash).toBe(trained.manifest.weightsHash);
    expect(readdirSync(directory)).toContain(version);
  });

  it('saves the newest unused model, and never uses it', async () => {
    const { models, directory, root, index } = await open();
    const unused = join(directory, 'unused');
    await models.keepUnused('u', codec, seeded(1, '2020-01-31'));
    expect(await models.load('u', 'filtered', codec)).toBeUndefined();
    expect(await models.list()).toEqual([]);
    const { version } = await models.save('u', codec, seeded(2, '2020-01-31'));
    const worse = await models.keepUnused('u', codec, seeded(3, '2020-02-28'));
    expect(readdirSync(unused)).toEqual([worse.version]);
    expect((await readVersion(unused, worse.version, codec)).manifest).toMatchObject({
      seed: 3,
      trainedUntil: '2020-02-28',
    });
    expect((await models.load('u', 'filtered', codec))!.manifest.seed).toBe(2);
    await index.delete('u/filtered');
    expect((await openModelsAt(root, index).load('u', 'filtered', codec))!.manifest.seed).toBe(2);
    expect((await models.list()).map((one) => one.version)).toEqual([version]);
  });

  it('writes nothing when the same model is saved again, and repairs a damaged one', async () => {
    const { models, directory } = await open();
    const { version } = await models.keepUnused('u', codec, trained);
    const weights = join(directory, 'unused', version, 'weights.bin');
    const written = statSync(weights).mtimeMs;
    expect(await models.keepUnused('u', codec, trained)).toEqual({ version });
    expect(statSync(weights).mtimeMs).toBe(written);
    appendFileSync(weights, 'x');
    await models.keepUnused('u', codec, trained);
    expect(await readVersion(join(directory, 'unused'), version, codec)).toEqual(trained);
  });

  it.each(['', '../u', 'a/b', '.hidden', 'Ü'])('refuses "%s" as the name of a universe', async (name) => {
    const { models, root } = await open();
    await expect(models.save(name, codec, trained)).rejects.toThrow('name of a to z');
    await expect(models.load(name, 'filtered', codec)).rejects.toThrow('name of a to z');
    await expect(models.keepUnused(name, codec, trained)).rejects.toThrow('name of a to z');
    expect(existsSync(root)).toBe(false);
  });

  it('removes what a killed save has left, when it is old enough', async () => {
    const { models, directory } = await open();
    const [old, recent] = [join(directory, '.tmp-old'), join(directory, '.tmp-recent')];
    for (const path of [old, recent]) mkdirSync(path, { recursive: true });
    utimesSync(old, 1, 1);
    await models.save('u', codec, trained);
    expect([existsSync(old), existsSync(recent)]).toEqual([false, true]);
  });
});

describe('a model under the former name of its recipe', () => {
  it('is found and listed by the new name, whichever of its versions was live', async () => {
    const { models, root, index } = await open();
    const former = join(root, 'u', 'seed');
    const older = await saveVersion(former, formerCodec, plain(1, '2020-01-31'));
    const newer = await saveVersion(former, formerCodec, plain(2, '2020-02-28'));
    expect(readFileSync(join(former, newer.version, 'manifest.json'), 'utf8')).toContain('"recipe": "seed"');
    expect(await models.load('u', 'plain', codec)).toEqual(plain(2, '2020-02-28'));
    await index.set('u/seed', { version: older.version, trainedUntil: '2020-01-31' });
    expect(await models.load('u', 'plain', codec)).toEqual(plain(1, '2020-01-31'));
    expect(await models.list()).toEqual([
      { universe: 'u', recipe: 'plain', version: older.version, trainedUntil: '2020-01-31' },
    ]);
    expect(await models.load('u', 'filtered', codec)).toBeUndefined();
  });

  it('gives way to one under the new name, and is left where it lies', async () => {
    const { models, root, index } = await open();
    const { version } = await saveVersion(join(root, 'u', 'seed'), formerCodec, plain(1, '2020-01-31'));
    await index.set('u/seed', { version, trainedUntil: '2020-01-31' });
    const worse = await models.keepUnused('u', codec, plain(3, '2020-02-28'));
    expect(await models.load('u', 'plain', codec)).toEqual(plain(1, '2020-01-31'));
    const { version: live } = await models.save('u', codec, plain(2, '2020-02-28'));
    expect(worse.version).not.toBe(live);
    expect(await models.load('u', 'plain', codec)).toEqual(plain(2, '2020-02-28'));
    expect(await models.list()).toEqual([
      { universe: 'u', recipe: 'plain', version: live, trainedUntil: '2020-02-28' },
    ]);
    expect(readdirSync(join(root, 'u', 'seed'))).toEqual([version]);
  });
});

describe('a save that is killed', () => {
  it('before the index is set leaves the old model live', async () => {
    const { models, root, path, directory } = await open();
    await models.save('u', codec, trained);
    const child = startChild(root, path, 'commit');
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    expect(readdirSync(directory)).toHaveLength(2);
    expect(await models.load('u', 'filtered', codec)).toEqual(trained);
  });

  it('at any moment leaves a whole model live, and at least the last that was acknowledged', async () => {
    const { models, root, path } = await open();
    for (const delay of [0, 3, 7, 12]) {
      const child = startChild(root, path);
      let acknowledged = 0;
      for await (const line of createInterface(child.stdout)) {
        acknowledged = Number.parseInt(line, 10);
        if (acknowledged === 102) setTimeout(() => child.kill('SIGKILL'), delay);
      }
      const { seed } = (await models.load('u', 'filtered', codec))!.manifest;
      expect(acknowledged).toBeGreaterThanOrEqual(102);
      expect(seed - acknowledged === 0 || seed - acknowledged === 1).toBe(true);
    }
  });

  it('while a model is kept unused leaves the live one alone, and the last acknowledged one whole or followed', async () => {
    const { models, root, path, directory } = await open();
    await models.save('u', codec, trained);
    const unused = join(directory, 'unused');
    for (const delay of [0, 3, 7, 12]) {
      const child = startChild(root, path, 'unused');
      let acknowledged = 0;
      for await (const line of createInterface(child.stdout)) {
        acknowledged = Number.parseInt(line, 10);
        if (acknowledged === 102) setTimeout(() => child.kill('SIGKILL'), delay);
      }
      const kept = await Promise.all(
        readdirSync(unused)
          .filter(isVersion)
          .map((name) => readVersion(unused, name, codec)),
      );
      const newest = Math.max(...kept.map(({ manifest }) => manifest.seed));
      expect([acknowledged, acknowledged + 1]).toContain(newest);
      expect(await openModelsAt(root, memoryTable(storedModelSchema)).load('u', 'filtered', codec)).toEqual(trained);
    }
    await models.keepUnused('u', codec, trained);
    expect(readdirSync(unused).filter(isVersion)).toHaveLength(1);
  });
});
