import { chmod, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const OTHERS = 0o077;

const OWNER = 0o700;

/**
 * Takes a directory and all in it from everybody but its owner. The directory itself is last, so that one that was done
 * before costs a look, and one that was begun is done again. What belongs to another account stays as it is.
 */
export async function makeOwnerOnly(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const found = await lstat(directory).catch(() => undefined);
  if (found?.isDirectory() !== true || (found.mode & OTHERS) === 0) return;
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((one) => one.isFile() || one.isDirectory()).map((one) => join(one.parentPath, one.name));
  for (const path of [...paths, directory]) await restrict(path).catch(() => undefined);
}

async function restrict(path: string): Promise<void> {
  const { mode } = await lstat(path);
  if ((mode & OTHERS) !== 0) await chmod(path, mode & OWNER);
}
