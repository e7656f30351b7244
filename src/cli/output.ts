import { access, constants, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { usingFile } from '../data/files.ts';

/**
 * Makes the directory of a file that will be written after long work, so that the work is not lost at its end.
 * @throws UserError when nothing can be written there
 */
export const prepareOutput = (file: string, option: string): Promise<void> =>
  usingFile('write', file, option, async () => {
    const directory = dirname(file);
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK);
  });
