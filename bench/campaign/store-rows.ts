import { DatabaseSync } from 'node:sqlite';

/** The path of a SQLite store. */
export const fileOf = ({ STORE_URL = '' }: Readonly<Record<string, string>>): string =>
  STORE_URL.replace('sqlite:', '');

/**
 * Puts a text in the place of every value of every table, without any check.
 * @param keys `table/key`s that get it too, where the store has none
 * @returns how many there were, by table
 */
export function damageRows(path: string, text: string, keys: readonly string[]): ReadonlyMap<string, number> {
  const db = new DatabaseSync(path, { timeout: 5_000 });
  try {
    const add = db.prepare('INSERT INTO entries (namespace, key, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
    for (const key of keys) {
      const slash = key.indexOf('/');
      add.run(key.slice(0, slash), key.slice(slash + 1), text);
    }
    const counts = new Map<string, number>();
    for (const { namespace } of db.prepare('UPDATE entries SET value = ? RETURNING namespace').all(text))
      counts.set(String(namespace), (counts.get(String(namespace)) ?? 0) + 1);
    return counts;
  } finally {
    db.close();
  }
}
