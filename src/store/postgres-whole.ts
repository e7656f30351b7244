// Reading and writing the whole of a PostgreSQL store.
import type pg from 'pg';
import { NAMESPACE, nextBatchSize, type Replacement, type Snapshot, type StoredRow } from './backend.ts';

export const TABLE = `public.${NAMESPACE}`;

/** The time limit of a query that reads or writes the whole store. */
const WHOLE_STORE_LIMIT = 120_000; // ms

/** A connection for one transaction. Closing it ends the transaction without a commit. */
async function connect(pool: pg.Pool) {
  const client = await pool.connect();
  client.on('error', () => {}); // The connection broke; the next query says so.
  let isOpen = true;
  const run = (text: string, values: unknown[] = []) => {
    const query = { text, values, query_timeout: WHOLE_STORE_LIMIT };
    return client.query<StoredRow>(query);
  };
  const close = (): void => {
    if (isOpen) client.release(true);
    isOpen = false;
  };
  return { run, close };
}

export async function openSnapshot(pool: pg.Pool): Promise<Snapshot> {
  const { run, close } = await connect(pool);
  try {
    await run('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await run(`DECLARE everything NO SCROLL CURSOR FOR SELECT key, value AS row FROM ${TABLE}`);
  } catch (error) {
    close();
    throw error;
  }
  let size = nextBatchSize([]);
  return {
    async next() {
      const { rows } = await run(`FETCH ${size} FROM everything`);
      size = nextBatchSize(rows);
      return rows;
    },
    close: async () => close(),
  };
}

/** @param emptyAt replaces only a store that holds nothing unexpired at this time; absent: any */
export async function beginReplacement(pool: pg.Pool, emptyAt: number | undefined): Promise<Replacement | undefined> {
  const { run, close } = await connect(pool);
  try {
    await run('BEGIN');
    await run(`LOCK TABLE ${TABLE} IN SHARE ROW EXCLUSIVE MODE`);
    const there = `SELECT 1 FROM ${TABLE} WHERE expires IS NULL OR expires > $1 LIMIT 1`;
    if (emptyAt !== undefined && (await run(there, [emptyAt])).rowCount === 1) {
      close();
      return undefined;
    }
    await run(`DELETE FROM ${TABLE}`);
  } catch (error) {
    close();
    throw error;
  }
  return {
    async add(rows) {
      await run(`INSERT INTO ${TABLE} (key, value) SELECT * FROM unnest($1::text[], $2::text[])`, [
        rows.map(({ key }) => key),
        rows.map(({ row }) => row),
      ]);
    },
    async commit() {
      await run('COMMIT');
      close();
      return true;
    },
    abort: async () => close(),
  };
}
