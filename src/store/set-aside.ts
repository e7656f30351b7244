import { createHash } from 'node:crypto';
import type { OpenBackend } from './open-backend.ts';

/** Under the key, an @, and what tells its texts apart, which holds no @. */
export const asideKey = (table: string, key: string, text: string): string =>
  `aside:${table}/${key}@${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;

const keyOf = (aside: string): string => aside.slice(0, aside.lastIndexOf('@'));

/** The keys of which texts were set aside, ascending. */
export async function keysAside(backend: OpenBackend, table: string): Promise<string[]> {
  const listed = await backend.list(`aside:${table}`);
  return [...new Set(listed.map(({ key }) => keyOf(key)))].sort();
}

/** Where the texts of this key are that were set aside. */
export async function asideKeysOf(backend: OpenBackend, table: string, key: string): Promise<string[]> {
  const listed = await backend.list(`aside:${table}`);
  return listed
    .filter((one) => keyOf(one.key) === key)
    .map((one) => `aside:${table}/${one.key}`)
    .sort();
}
