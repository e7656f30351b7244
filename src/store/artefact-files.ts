// A model as files: tfjs's own model.json and weights.bin, beside them what tfjs does not know of.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { ModelArtefact } from '../engine/lstm/artefact.ts';
import { hashWeights, manifestSchema } from '../engine/lstm/artefact.ts';

/** The order in which they are written and hashed; the manifest last. */
const NAMES = ['model.json', 'weights.bin', 'residuals.bin', 'manifest.json'] as const;

type ArtefactFiles = Readonly<Record<(typeof NAMES)[number], Buffer>>;

const modelJsonSchema = z.object({
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.tuple([
    z.object({
      weights: z.array(
        z.object({ name: z.string(), shape: z.array(z.number().int().positive()), dtype: z.literal('float32') }),
      ),
    }),
  ]),
});

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

const encodeArtefact = ({ manifest, topology, weightSpecs, weights, residuals }: ModelArtefact): ArtefactFiles => ({
  'model.json': json({
    format: 'layers-model',
    generatedBy: 'tailcap',
    convertedBy: null,
    modelTopology: topology,
    weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }],
  }),
  'weights.bin': Buffer.from(weights),
  'residuals.bin': Buffer.from(residuals.data.buffer, residuals.data.byteOffset, residuals.data.byteLength),
  'manifest.json': json(manifest),
});

/** Bytes of their own, aligned for typed arrays. */
const copyBytes = (buffer: Buffer): ArrayBuffer => new Uint8Array(buffer).buffer;

const decodeArtefact = (files: ArtefactFiles): ModelArtefact => {
  const manifest = manifestSchema.parse(JSON.parse(files['manifest.json'].toString()));
  const { modelTopology, weightsManifest } = modelJsonSchema.parse(JSON.parse(files['model.json'].toString()));
  const weights = copyBytes(files['weights.bin']);
  if (hashWeights(weights) !== manifest.weightsHash) throw new Error('weights.bin is not what the manifest says');
  const data = new Float64Array(copyBytes(files['residuals.bin']));
  const cols = manifest.tickers.length;
  return {
    manifest,
    topology: modelTopology,
    weightSpecs: weightsManifest[0].weights,
    weights,
    residuals: { rows: data.length / cols, cols, data },
  };
};

const contentHash = (files: ArtefactFiles): string => {
  const hash = createHash('sha256');
  for (const name of NAMES) hash.update(name).update(createHash('sha256').update(files[name]).digest());
  return hash.digest('hex').slice(0, 8);
};

/** `<trainedUntil>-<hash>`: what is in the directory decides its name, so it never changes. */
const versionOf = (trainedUntil: string, files: ArtefactFiles): string => `${trainedUntil}-${contentHash(files)}`;

export const isVersion = (name: string): boolean => /^\d{4}-\d{2}-\d{2}-[0-9a-f]{8}$/.test(name);

/** @throws Error when a file is missing, or what is in them is not what the directory's name says */
export const readVersion = async (directory: string, version: string): Promise<ModelArtefact> => {
  const read = async (name: string): Promise<Buffer> => readFile(join(directory, version, name));
  const files: ArtefactFiles = {
    'model.json': await read('model.json'),
    'weights.bin': await read('weights.bin'),
    'residuals.bin': await read('residuals.bin'),
    'manifest.json': await read('manifest.json'),
  };
  if (!version.endsWith(contentHash(files))) throw new Error('its files are not those that it was saved with');
  return decodeArtefact(files);
};

/** So that a name survives a power cut. Windows cannot open directories, and keeps names by itself. */
const syncDirectory = async (directory: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const TEMPORARY = '.tmp-';
const HOUR = 3_600_000;

/** Removes what saves that were killed have left; one that still runs is younger. */
const sweep = async (directory: string, now: number): Promise<void> => {
  const left = (await readdir(directory)).filter((name) => name.startsWith(TEMPORARY));
  for (const path of left.map((name) => join(directory, name))) {
    // One that is gone by now was another process's, and done.
    const found = await stat(path).catch(() => undefined);
    if (found && now - found.mtimeMs > HOUR) await rm(path, { recursive: true, force: true });
  }
};

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST');

/** Makes the version's directory appear whole, or not at all. One that is there already, but damaged, is replaced. */
const writeVersion = async (directory: string, version: string, files: ArtefactFiles): Promise<void> => {
  const temporary = await mkdtemp(join(directory, TEMPORARY));
  try {
    await sweep(directory, (await stat(temporary)).mtimeMs);
    for (const name of NAMES) await writeFile(join(temporary, name), files[name], { flush: true });
    await syncDirectory(temporary);
    await rm(join(directory, version), { recursive: true, force: true });
    await rename(temporary, join(directory, version)).catch((error: unknown) => {
      // Another process has just saved the same model.
      if (!isTaken(error)) throw error;
    });
    await syncDirectory(directory);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
};

/** Makes the version's directory disappear whole. One that is not there is no error. */
export const removeVersion = async (directory: string, version: string): Promise<void> => {
  const temporary = await mkdtemp(join(directory, TEMPORARY));
  await rename(join(directory, version), join(temporary, version)).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
  await rm(temporary, { recursive: true, force: true });
};

const isIntact = async (directory: string, version: string): Promise<boolean> =>
  readVersion(directory, version).then(
    () => true,
    () => false,
  );

/** Creates the directory, and those above it that are missing, so that they are there after a power cut. */
const createDirectory = async (directory: string): Promise<void> => {
  let parent = resolve(directory);
  const first = await mkdir(parent, { recursive: true });
  if (first === undefined) return;
  do {
    parent = dirname(parent);
    await syncDirectory(parent);
  } while (parent.length >= first.length);
};

/** @returns `unchanged` when the very same version was there, whole: nothing was written */
export const saveVersion = async (
  directory: string,
  artefact: ModelArtefact,
): Promise<{ version: string; unchanged: boolean }> => {
  const files = encodeArtefact(artefact);
  const version = versionOf(artefact.manifest.trainedUntil, files);
  const unchanged = await isIntact(directory, version);
  if (!unchanged) {
    await createDirectory(directory);
    await writeVersion(directory, version, files);
  }
  return { version, unchanged };
};
