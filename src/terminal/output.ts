import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { usingFile } from '../files.ts';
import { UserError } from '../errors.ts';

/**
 * Makes the directory of a file that will be written after long work, so that the work is not lost at its end.
 * @throws UserError when nothing can be written there
 */
export async function prepareOutput(file: string, option: string): Promise<void> {
  await usingFile('write', file, option, async () => {
    const directory = dirname(file);
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK);
  });
  const there = await stat(file).catch(() => undefined);
  if (there?.isDirectory() === true) throw new UserError(`Cannot write ${file}: it is a directory.`, option);
}
