import { DatabaseSync } from 'node:sqlite';

/** The path of a SQLite store. */
export const fileOf = ({ STORE_URL = '' }: Readonly<Record<string, string>>): string =>
  STORE_URL.replace('sqlite:', '');

/** Puts a text in the place of every value of a table, without any check. @returns how many there were */
export function damageRows(path: string, table: string, text: string): number {
  const db = new DatabaseSync(path, { timeout: 5_000 });
  try {
    return Number(db.prepare('UPDATE entries SET value = ? WHERE namespace = ?').run(text, table).changes);
  } finally {
    db.close();
  }
}
