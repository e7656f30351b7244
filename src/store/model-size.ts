import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../errors.ts';
import { isVersion } from './model-files.ts';

export interface ModelSize {
  readonly bytes: number;
  /** Whether there is a version that may be live, and not only what was set aside. */
  readonly isUsable: boolean;
}

/** 0 bytes where there is nothing. */
export async function sizeOf(directory: string): Promise<ModelSize> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const sizes = await Promise.all(
      // A file may go meanwhile.
      files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name)).catch(() => undefined))?.size ?? 0),
    );
    const isUsable = entries.some(({ parentPath, name }) => parentPath === directory && isVersion(name));
    return { bytes: sizes.reduce((a, b) => a + b, 0), isUsable };
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return { bytes: 0, isUsable: false };
    throw error;
  }
}
