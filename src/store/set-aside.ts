import { createHash } from 'node:crypto';
import type { OpenBackend } from './open-backend.ts';

/** Under the key, an @, and what tells its texts apart, which holds no @. */
export const asideKey = (table: string, key: string, text: string): string =>
  `aside:${table}/${key}@${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;

/** Where the texts of this key are that were set aside. */
export async function asideKeysOf(backend: OpenBackend, table: string, key: string): Promise<string[]> {
  const listed = await backend.list(`aside:${table}`);
  return listed
    .filter((one) => one.key.slice(0, one.key.lastIndexOf('@')) === key)
    .map((one) => `aside:${table}/${one.key}`)
    .sort();
}
