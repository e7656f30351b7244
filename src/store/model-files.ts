// Each version of a model is a directory of files, which is written once, whole or not at all.
import { createHash, randomUUID } from 'node:crypto';
import { lstat, mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { HOUR_MS } from '../durations.ts';
import type { Codec, Model, ModelFiles } from '../engine/strategies/strategy.ts';
import { errorCode, UserError } from '../errors.ts';
import { OWNER_ONLY } from '../files.ts';
import { isFull } from './failures.ts';
import { namesIn } from './model-names.ts';

function contentHash(files: ModelFiles): string {
  const hash = createHash('sha256');
  for (const [name, bytes] of Object.entries(files)) {
    hash.update(name).update(createHash('sha256').update(bytes).digest());
  }
  return hash.digest('hex').slice(0, 8);
}

/** `<trainedUntil>-<hash>`: the content decides the name, so what a name stands for never changes. */
const versionOf = (trainedUntil: string, files: ModelFiles): string => `${trainedUntil}-${contentHash(files)}`;

export function isVersion(name: string): boolean {
  return /^\d{4}-\d{2}-\d{2}-[0-9a-f]{8}$/.test(name);
}

/** @throws Error when a file is missing, the files do not match the hash in the version, or they are not a model */
export async function readVersion<M>(directory: string, version: string, codec: Codec<M>): Promise<M> {
  const files: Record<string, Uint8Array> = {};
  for (const name of codec.fileNames) {
    const bytes = await readFile(join(directory, version, name)).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT' && codec.optionalFileNames?.includes(name) === true) return undefined;
      throw error;
    });
    if (bytes !== undefined) files[name] = bytes;
  }
  if (!version.endsWith(contentHash(files))) throw new Error('its files are not those that it was saved with');
  return codec.decode(files);
}

/** Makes new names in a directory survive a power cut. Windows cannot open directories, and does not need it. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** As OWNER_ONLY, for a directory. */
const OWNER_ONLY_DIRECTORY = 0o700;

const TEMPORARY = '.tmp-';

/** Whether it belongs to a save that runs, or was killed. */
export const isTemporary = (name: string): boolean => name.startsWith(TEMPORARY);

/** Deletes what killed processes have left. Saves that still run are younger than an hour. */
async function sweep(directory: string, now: number): Promise<void> {
  const left = (await readdir(directory)).filter(isTemporary);
  for (const path of left.map((name) => join(directory, name))) {
    // Another process may have finished and removed it meanwhile.
    const found = await stat(path).catch(() => undefined);
    if (found && now - found.mtimeMs > HOUR_MS) await rm(path, { recursive: true, force: true });
  }
}

/** Codes of a rename onto what is there: a directory, or a file in the place of one. */
const TAKEN = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EISDIR']);

/**
 * Creates the version's directory whole or not at all, in place of a damaged one. One that is intact stays: whoever saved
 * it may be reading it.
 */
async function writeVersion<M>(directory: string, version: string, files: ModelFiles, codec: Codec<M>): Promise<void> {
  const temporary = await mkdtemp(join(directory, TEMPORARY));
  try {
    await sweep(directory, (await stat(temporary)).mtimeMs);
    for (const [name, bytes] of Object.entries(files)) {
      await writeFile(join(temporary, name), bytes, { flush: true, mode: OWNER_ONLY });
    }
    await syncDirectory(temporary);
    const place = (): Promise<void> => rename(temporary, join(directory, version));
    await place().catch(async (error: unknown) => {
      if (!TAKEN.has(errorCode(error) ?? '')) throw error;
      if (await isIntact(directory, version, codec)) return;
      await removeVersion(directory, version);
      await place();
    });
    await syncDirectory(directory);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Deletes the version's directory in one step, if it is there. A full disk has room for the step. */
async function removeVersion(directory: string, version: string): Promise<void> {
  const temporary = join(directory, `${TEMPORARY}${randomUUID()}`);
  await rename(join(directory, version), temporary).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
  });
  await rm(temporary, { recursive: true, force: true });
}

/** Deletes these versions as far as it can: no answer needs them gone, and the next clean-up tries again. */
export async function tryToRemove(directory: string, versions: readonly string[]): Promise<void> {
  for (const version of versions) await removeVersion(directory, version).catch(() => undefined);
}

/** How many versions that could not be used are kept, for those who want to know why. */
const MOST_DAMAGED = 3;

export const DAMAGED = 'damaged';

/** Moves the version to `damaged/` beside it, where none is used, in one step. The oldest ones there are deleted. */
export async function moveAside(directory: string, version: string): Promise<void> {
  const aside = join(directory, DAMAGED);
  await createDirectory(aside);
  const move = (): Promise<void> => rename(join(directory, version), join(aside, version));
  await move().catch(async (error: unknown) => {
    // Another one of the same name lies there. Where this one is gone by now, that one is it.
    if (!TAKEN.has(errorCode(error) ?? '')) throw error;
    await removeVersion(aside, version);
    await move();
  });
  await tryToRemove(aside, (await newestFirst(aside)).slice(MOST_DAMAGED));
}

/** The versions in a directory, by when they came there. */
async function newestFirst(directory: string): Promise<string[]> {
  const found = (await namesIn(directory)).filter(isVersion);
  const aged = await Promise.all(
    // Another process may remove one meanwhile.
    found.map(async (name) => ({
      name,
      cameAt: (await lstat(join(directory, name)).catch(() => undefined))?.ctimeMs ?? 0,
    })),
  );
  return aged.toSorted((a, b) => b.cameAt - a.cameAt).map(({ name }) => name);
}

function isIntact<M>(directory: string, version: string, codec: Codec<M>): Promise<boolean> {
  return readVersion(directory, version, codec).then(
    () => true,
    () => false,
  );
}

/** Creates the directory and its missing parents, so that they survive a power cut. */
async function createDirectory(directory: string): Promise<void> {
  let parent = resolve(directory);
  const first = await mkdir(parent, { recursive: true, mode: OWNER_ONLY_DIRECTORY });
  if (first === undefined) return;
  do {
    parent = dirname(parent);
    await syncDirectory(parent);
  } while (parent.length >= first.length);
}

/**
 * @returns `unchanged` when the same version was there, undamaged, and nothing was written
 * @throws UserError when the disk is full
 */
export async function saveVersion<M extends Model>(
  directory: string,
  codec: Codec<M>,
  model: M,
): Promise<{ version: string; unchanged: boolean }> {
  const files = codec.encode(model);
  const version = versionOf(model.manifest.trainedUntil, files);
  const unchanged = await isIntact(directory, version, codec);
  if (!unchanged) {
    try {
      await createDirectory(directory);
      await writeVersion(directory, version, files, codec);
    } catch (cause) {
      if (!isFull(cause)) throw cause;
      throw new UserError(
        'The disk for models is full, so the model was not saved. Whoever runs this bot has to make room in MODELS_DIR.',
        { code: 'models.full', cause },
      );
    }
  }
  return { version, unchanged };
}
