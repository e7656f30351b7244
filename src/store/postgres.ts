import { KeyvPostgres } from '@keyv/postgres';
import pg from 'pg';
import { NAMESPACE, type Backend, type Listed, type Row } from './backend.ts';

const TABLE = `public.${NAMESPACE}`;

/** How long the whole store may take to be read or written. */
const WHOLE_STORE_LIMIT = 120_000; // ms

const SWEEP_EVERY = 60 * 60 * 1000; // ms

// Keys in the order of their bytes, so that a range of them is a prefix. One statement list is one
// transaction; the lock, a number of our own, makes processes that start at once take turns.
const LAYOUT = `
  SELECT pg_advisory_xact_lock(8241139250914);
  CREATE TABLE IF NOT EXISTS ${TABLE} (
    key TEXT COLLATE "C" PRIMARY KEY,
    value TEXT NOT NULL,
    expires NUMERIC GENERATED ALWAYS AS (substring(left(value, 17) FROM '^([0-9]+)\\|')::numeric) STORED
  );
  CREATE INDEX IF NOT EXISTS ${NAMESPACE}_expiring ON ${TABLE} (expires) WHERE expires IS NOT NULL;`;

// Rows that another sweep holds are its own to remove, so no two wait for each other.
const SWEEP = `DELETE FROM ${TABLE} WHERE key IN
  (SELECT key FROM ${TABLE} WHERE expires <= $1 FOR UPDATE SKIP LOCKED)`;

/** @throws Error when the server does not answer, or refuses us */
export async function openPostgres(url: string, now: () => number, timeLimit: number): Promise<Backend> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: timeLimit,
    query_timeout: timeLimit,
    keepAlive: true,
  });
  pool.on('error', () => {}); // A connection that broke while it was idle: the next query opens another.
  try {
    await pool.query(LAYOUT);
  } catch (error) {
    await pool.end();
    throw error;
  }
  let sweepAt = now();
  return {
    adapter: adapterOn(pool),
    async swap(key, old, next, aside) {
      if (now() >= sweepAt) {
        sweepAt = now() + SWEEP_EVERY;
        await pool.query(SWEEP, [now()]);
      }
      const { rowCount } = await pool.query(swapping(key, old, next, aside));
      return rowCount === 1;
    },
    list: (space) => list(pool, space),
    async snapshot() {
      return (await pool.query<Row>(unhurried(`SELECT key, value AS row FROM ${TABLE}`))).rows;
    },
    replaceAll: (rows, onlyEmpty) => replaceAll(pool, rows, onlyEmpty ? now() : undefined),
    close: () => pool.end(),
  };
}

/**
 * The adapter's own pool is one for the whole process, whose end ends everybody's, and nobody hears its
 * errors, which ends the process when an idle connection breaks: so it works on ours.
 */
const adapterOn = (pool: pg.Pool): KeyvPostgres =>
  new (class extends KeyvPostgres {
    override async connect() {
      return async (sql: string, values?: unknown[]) => (await pool.query<object>(sql, values)).rows;
    }

    override disconnect(): Promise<void> {
      return pool.end();
    }
  })({ table: NAMESPACE });

/**
 * One statement. One that waited for another writer looks at the row again before it writes, and a row
 * that is not there yet is inserted by one of two, so both compare and write at once.
 */
function swapping(...[key, old, next, aside]: Parameters<Backend['swap']>): pg.QueryConfig {
  const values: string[] = [key];
  const $ = (value: string): string => `$${values.push(value)}`;
  const same = (): string => `WHERE key = $1 AND value = ${$(old ?? '')} RETURNING key`;
  const swap =
    old === undefined
      ? `INSERT INTO ${TABLE} (key, value) VALUES ($1, ${$(next ?? '')}) ON CONFLICT (key) DO NOTHING RETURNING key`
      : next === undefined
        ? `DELETE FROM ${TABLE} ${same()}`
        : `UPDATE ${TABLE} SET value = ${$(next)} ${same()}`;
  if (aside === undefined) return { text: swap, values };
  const keep = `INSERT INTO ${TABLE} (key, value) SELECT ${$(aside.key)}, ${$(aside.row)} FROM swapped
    ON CONFLICT (key) DO NOTHING`;
  return { text: `WITH swapped AS (${swap}), kept AS (${keep}) SELECT key FROM swapped`, values };
}

async function list(pool: pg.Pool, space: string): Promise<readonly Listed[]> {
  const { rows } = await pool.query<{ key: string; expires: string | null }>(
    `SELECT substr(key, $3::integer) AS key, expires FROM ${TABLE} WHERE key >= $1 AND key < $2`,
    [`${space}/`, `${space}0`, space.length + 2], // 0 comes after the slash
  );
  return rows.map(({ key, expires }) => ({ key, expires: expires === null ? undefined : Number(expires) }));
}

const unhurried = (text: string, values: unknown[] = []) => ({ text, values, query_timeout: WHOLE_STORE_LIMIT });

/** @param emptyAt when it must hold nothing that has not expired by then */
async function replaceAll(pool: pg.Pool, rows: readonly Row[], emptyAt: number | undefined): Promise<boolean> {
  const client = await pool.connect();
  const run = (text: string, values?: unknown[]) => client.query(unhurried(text, values));
  try {
    await run('BEGIN');
    await run(`LOCK TABLE ${TABLE} IN SHARE ROW EXCLUSIVE MODE`);
    const there =
      emptyAt !== undefined &&
      (await run(`SELECT 1 FROM ${TABLE} WHERE expires IS NULL OR expires > $1 LIMIT 1`, [emptyAt])).rowCount === 1;
    if (!there) {
      await run(`DELETE FROM ${TABLE}`);
      await run(`INSERT INTO ${TABLE} (key, value) SELECT * FROM unnest($1::text[], $2::text[])`, [
        rows.map(({ key }) => key),
        rows.map(({ row }) => row),
      ]);
    }
    await run('COMMIT');
    client.release();
    return !there;
  } catch (error) {
    client.release(true); // with the connection its transaction ends
    throw error;
  }
}
