import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashWeights, type LstmModel } from '../../src/engine/lstm/lstm-model.ts';
import { codec } from '../../src/engine/strategies/lstm-codec.ts';
import { isVersion, readVersion, saveVersion } from '../../src/store/model-files.ts';
import { type DamagedModel, isPassing } from '../../src/store/model-reader.ts';
import { ModelStore } from '../../src/store/models.ts';
import { storedModelSchema } from '../../src/store/live-versions.ts';
import { failing } from '../support/broken-store.ts';
import { memoryTable } from '../support/memory-table.ts';
import { temporaryFile } from './fixtures.ts';
import { trained } from './trained.ts';

const until = (trainedUntil: string, model = trained): LstmModel => ({
  ...model,
  manifest: { ...model.manifest, trainedUntil },
});

/** A store in which models have been made live, opened anew. */
async function open(...models: LstmModel[]) {
  const root = join(temporaryFile(), '..', 'models');
  const index = memoryTable(storedModelSchema);
  const told: (DamagedModel & { message: string })[] = [];
  const again = (): ModelStore =>
    new ModelStore({ root, index, onDamaged: ({ message }, model) => told.push({ ...model, message }) });
  const first = again();
  const versions: string[] = [];
  for (const model of models) versions.push((await first.save('u', codec, model)).version);
  const directory = join(root, 'u', 'filtered');
  const aside = (): string[] => {
    const path = join(directory, 'damaged');
    return existsSync(path) ? readdirSync(path).filter(isVersion).sort() : [];
  };
  return { root, index, told, again, versions, directory, aside };
}

const emptyOf = (path: string) => {
  rmSync(path, { recursive: true });
  mkdirSync(path);
};
const flip = (path: string, at: number) => {
  const bytes = readFileSync(path);
  bytes[at]! ^= 1;
  writeFileSync(path, bytes);
};

describe('a live model that cannot be used', () => {
  it('counts as none also while the index cannot be written', async () => {
    const { root, index, versions, directory } = await open(until('2024-01-02'), until('2024-01-03'));
    truncateSync(join(directory, versions[1]!, 'weights.bin'), 40);
    const models = new ModelStore({ root, index: { ...index, update: failing }, onDamaged() {} });
    expect((await models.load('u', 'filtered', codec))?.manifest.trainedUntil).toBe('2024-01-02');
  });

  it.each<[string, (version: string) => void]>([
    ['has a file that is cut short', (path) => truncateSync(join(path, 'weights.bin'), 40)],
    ['has a byte that has changed', (path) => flip(join(path, 'residuals.bin'), 100)],
    ['has no manifest', (path) => rmSync(join(path, 'manifest.json'))],
    ['has a manifest of another form', (path) => writeFileSync(join(path, 'manifest.json'), '{"format":2}')],
    ['is an empty directory', emptyOf],
    ['has a directory in the place of a file', (path) => emptyOf(join(path, 'model.json'))],
    [
      'is a file in the place of a directory',
      (path) => {
        rmSync(path, { recursive: true });
        writeFileSync(path, '');
      },
    ],
  ])('because it %s is set aside and told of once, and counts as none', async (_what, damage) => {
    const { versions, directory, told, again, aside, index } = await open(trained);
    const [version = ''] = versions;
    damage(join(directory, version));
    const models = again();
    expect(await models.load('u', 'filtered', codec)).toBeUndefined();
    expect(await models.load('u', 'filtered', codec)).toBeUndefined();
    expect(await again().load('u', 'filtered', codec)).toBeUndefined();
    expect(await models.list()).toEqual([]);
    expect(told).toEqual([
      {
        universe: 'u',
        recipe: 'filtered',
        version,
        message: expect.stringMatching(`^The model in ${join(directory, version)} is damaged: .`),
      },
    ]);
    expect(aside()).toEqual([version]);
    expect(await index.get('u/filtered')).toBeUndefined();
    await models.save('u', codec, trained);
    expect(await again().load('u', 'filtered', codec)).toEqual(trained);
  });

  it('gives way to the one before it, which then is the one that is kept', async () => {
    const { versions, directory, again, aside, index, told } = await open(until('2016-01-01'), until('2016-01-02'));
    const [older = '', newer = ''] = versions;
    rmSync(join(directory, newer, 'weights.bin'));
    const models = again();
    expect((await models.load('u', 'filtered', codec))?.manifest.trainedUntil).toBe('2016-01-01');
    expect(await index.get('u/filtered')).toEqual({ version: older, trainedUntil: '2016-01-01' });
    const { version: next } = await models.save('u', codec, until('2016-01-03'));
    expect(readdirSync(directory).filter(isVersion).sort()).toEqual([older, next]);
    expect([aside(), told.length]).toEqual([[newer], 1]);
  });

  it('is none where all are damaged, each told of once', async () => {
    const { versions, directory, again, aside, told } = await open(until('2016-01-01'), until('2016-01-02'));
    for (const version of versions) rmSync(join(directory, version, 'model.json'));
    expect(await again().load('u', 'filtered', codec)).toBeUndefined();
    expect(aside()).toEqual(versions);
    expect(told).toHaveLength(2);
  });

  it('is kept with the two that were set aside before it', async () => {
    const { directory, again, aside } = await open();
    const versions: string[] = [];
    for (const day of ['2016-01-04', '2016-01-02', '2016-01-03', '2016-01-01']) {
      const models = again();
      const { version } = await models.save('u', codec, until(day));
      versions.push(version);
      rmSync(join(directory, version, 'model.json'));
      expect(await again().load('u', 'filtered', codec)).toBeUndefined();
    }
    expect(aside()).toEqual(versions.slice(1).sort());
  });

  it('counts as none also where it cannot be moved, until it is mended', async () => {
    const { versions, directory, told, again, index } = await open(until('2016-01-01'), trained);
    const entry = await index.get('u/filtered');
    // One that was live long ago, and that no entry names.
    const old = { ...until('2016-06-01'), manifest: { ...until('2016-06-01').manifest, seed: 9 } };
    await saveVersion(directory, codec, old);
    rmSync(join(directory, versions[1]!, 'weights.bin'));
    // Where the directory should be, so that nothing can be moved there.
    writeFileSync(join(directory, 'damaged'), '');
    const models = again();
    for (let k = 0; k < 2; k += 1)
      expect((await models.load('u', 'filtered', codec))?.manifest.trainedUntil).toBe('2016-01-01');
    expect(told).toHaveLength(1);
    // Another process may be able to use it.
    expect(await index.get('u/filtered')).toEqual(entry);
    await models.save('u', codec, trained);
    expect(await models.load('u', 'filtered', codec)).toEqual(trained);
  });

  it.runIf(process.platform === 'linux')('is not one that the disk does not give', async () => {
    const { versions, directory, told, again, index, aside } = await open(trained);
    const entry = await index.get('u/filtered');
    const weights = join(directory, versions[0]!, 'weights.bin');
    const bytes = readFileSync(weights);
    rmSync(weights);
    // Reading its first byte fails as a disk does.
    symlinkSync('/proc/self/mem', weights);
    const models = again();
    const unreadable = { name: 'UserError', code: 'models.unreadable', message: expect.stringContaining('EIO') };
    await expect(models.load('u', 'filtered', codec)).rejects.toMatchObject(unreadable);
    await expect(models.setAside('u', codec, trained, new Error('no good'))).rejects.toMatchObject(unreadable);
    expect([told, aside(), await index.get('u/filtered')]).toEqual([[], [], entry]);
    rmSync(weights);
    writeFileSync(weights, bytes);
    expect(await models.load('u', 'filtered', codec)).toEqual(trained);
  });

  it.each([
    [['EACCES', 'EPERM', 'EIO', 'EMFILE', 'ENOMEM', 'ESTALE'], true],
    [['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ERR_OUT_OF_RANGE', undefined], false],
  ])('is not known by an error with a code of %j: %s', (codes, expected) => {
    for (const code of codes) expect(isPassing(Object.assign(new Error('x'), { code }))).toBe(expected);
  });

  it('is told of once where two processes find it', async () => {
    const { versions, directory, told, again } = await open(trained);
    rmSync(join(directory, versions[0]!, 'weights.bin'));
    await Promise.all([again().load('u', 'filtered', codec), again().load('u', 'filtered', codec)]);
    expect(told).toHaveLength(1);
  });

  it('is none when the index names what is gone', async () => {
    const { versions, directory, told, again } = await open(trained);
    renameSync(join(directory, versions[0]!), join(directory, 'gone'));
    expect(await again().load('u', 'filtered', codec)).toBeUndefined();
    expect(told).toEqual([]);
  });
});

const weighing = (value: number): LstmModel => {
  const weights = new Float32Array(trained.weights.slice(0));
  weights[3] = value;
  return {
    ...trained,
    weights: weights.buffer,
    manifest: { ...trained.manifest, weightsHash: hashWeights(weights.buffer) },
  };
};
const erring = (value: number): LstmModel => {
  const data = trained.residuals.data.slice();
  data[5] = value;
  return { ...trained, residuals: { ...trained.residuals, data } };
};

describe('a model whose files are as they were saved', () => {
  it.each<[string, () => LstmModel]>([
    ['a weight of NaN', () => weighing(Number.NaN)],
    ['a weight of Infinity', () => weighing(Number.POSITIVE_INFINITY)],
    ['an error of NaN', () => erring(Number.NaN)],
  ])('with %s cannot go live, and counts as none where it is', async (_what, make) => {
    const bad = make();
    const { again, aside, directory, told, index } = await open(until('2016-01-01'));
    const before = await index.get('u/filtered');
    await expect(again().save('u', codec, bad)).rejects.toThrow(
      /The new model cannot be used: .* holds (NaN|Infinity)/,
    );
    expect(await index.get('u/filtered')).toEqual(before);
    expect(aside()).toHaveLength(1);

    const { version } = await saveVersion(directory, codec, bad);
    await index.set('u/filtered', { version, trainedUntil: bad.manifest.trainedUntil });
    expect((await again().load('u', 'filtered', codec))?.manifest.trainedUntil).toBe('2016-01-01');
    expect(told).toHaveLength(1);
  });

  it.each<[string, Partial<LstmModel['manifest']>]>([
    ['a scale of 0', { deviations: [1, 0, 1] }],
    ['a scale too few', { means: [0, 0] }],
    ['another network', {}],
  ])('with %s counts as none', async (what, manifest) => {
    const { again, directory, told } = await open();
    const weightSpecs = what === 'another network' ? trained.weightSpecs.slice(1) : trained.weightSpecs;
    await saveVersion(directory, codec, { ...trained, weightSpecs, manifest: { ...trained.manifest, ...manifest } });
    expect(await again().load('u', 'filtered', codec)).toBeUndefined();
    expect(told).toHaveLength(1);
  });
});

it('an answer does not wait for the removal of what it has superseded', async () => {
  const { root, index: table, directory } = await open(until('2016-01-01'), until('2016-01-02'));
  const index: typeof table = {
    ...table,
    async update(key, change) {
      const updated = await table.update(key, change);
      // From here on nothing can be moved or removed.
      rmSync(directory, { recursive: true });
      writeFileSync(directory, '');
      return updated;
    },
  };
  const models = new ModelStore({ root, index, onDamaged() {} });
  expect(await models.save('u', codec, until('2016-01-03'))).toMatchObject({ unchanged: false });
});

it('one that several save at the same time is there from the first of them on', async () => {
  const directory = join(temporaryFile(), '..', 'filtered');
  const saves = Array.from({ length: 8 }, async () => {
    const { version } = await saveVersion(directory, codec, trained);
    return (await readVersion(directory, version, codec)).manifest;
  });
  for (const manifest of await Promise.all(saves)) expect(manifest).toEqual(trained.manifest);
});
