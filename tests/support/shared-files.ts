import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../shared/', import.meta.url));

/** Whether the shared material beside the project (prices, recorded answers, peers) is available. */
export const sharedExists = existsSync(`${root}data`);

/** The absolute path of a file of it. */
export const sharedFile = (path: string): string => root + path;

/** How the names of tests that need it begin; the skips reporter looks for it. */
export const sharedPrefix = 'shared: ';
