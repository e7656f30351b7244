import { KeyvPostgres } from '@keyv/postgres';
import pg from 'pg';
import { HOUR_MS } from '../durations.ts';
import { keyAfter, NAMESPACE, type Backend, type Listed, type Replacement, type Snapshot } from './backend.ts';
import { beginReplacement, openSnapshot, TABLE } from './postgres-whole.ts';

const SWEEP_EVERY = HOUR_MS; // ms

// Collation "C" orders keys by their bytes, so that all keys with a prefix form a range. The statements run as one
// transaction; the advisory lock, an arbitrary number, keeps processes that start together from creating it twice.
const LAYOUT = `
  SELECT pg_advisory_xact_lock(8241139250914);
  CREATE TABLE IF NOT EXISTS ${TABLE} (
    key TEXT COLLATE "C" PRIMARY KEY,
    value TEXT NOT NULL,
    expires NUMERIC GENERATED ALWAYS AS (substring(left(value, 17) FROM '^([0-9]+)\\|')::numeric) STORED
  );
  CREATE INDEX IF NOT EXISTS ${NAMESPACE}_expiring ON ${TABLE} (expires) WHERE expires IS NOT NULL;`;

// Skips rows that another sweep has locked, so that no two sweeps wait for each other.
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
  pool.on('error', () => {}); // An idle connection broke; the next query opens another.
  try {
    await pool.query(LAYOUT);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return new PostgresBackend(pool, now);
}

class PostgresBackend implements Backend {
  readonly adapter: KeyvPostgres;
  readonly #pool: pg.Pool;
  readonly #now: () => number;
  /** By a clock that nobody sets. */
  #sweepAt = 0;

  constructor(pool: pg.Pool, now: () => number) {
    this.#pool = pool;
    this.#now = now;
    this.adapter = adapterOn(pool);
  }

  async swap(...change: Parameters<Backend['swap']>): Promise<boolean> {
    const time = performance.now();
    if (time >= this.#sweepAt) {
      this.#sweepAt = time + SWEEP_EVERY;
      // No write waits for it, or fails with it, however much has expired.
      this.#pool.query(SWEEP, [this.#now()]).catch(() => {});
    }
    const { rowCount } = await this.#pool.query(swapping(...change));
    return rowCount === 1;
  }

  async list(space: string, prefix: string): Promise<readonly Listed[]> {
    const { rows } = await this.#pool.query<{ key: string; expires: string | null }>(
      `SELECT substr(key, $3::integer) AS key, expires FROM ${TABLE} WHERE key >= $1 AND key < $2`,
      [`${space}/${prefix}`, keyAfter(`${space}/${prefix}`), space.length + 2],
    );
    return rows.map(({ key, expires }) => ({ key, expires: expires === null ? undefined : Number(expires) }));
  }

  async search(space: string, part: string): Promise<readonly string[]> {
    const { rows } = await this.#pool.query<{ key: string }>(
      `SELECT substr(key, $4::integer) AS key FROM ${TABLE} WHERE key >= $1 AND key < $2 AND position($3 IN value) > 0`,
      [`${space}/`, keyAfter(`${space}/`), part, space.length + 2],
    );
    return rows.map(({ key }) => key);
  }

  snapshot(): Promise<Snapshot> {
    return openSnapshot(this.#pool);
  }

  beginReplacement(onlyEmpty: boolean): Promise<Replacement | undefined> {
    return beginReplacement(this.#pool, onlyEmpty ? this.#now() : undefined);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

/**
 * Keyv's adapter on our pool. Its own pool is shared by the whole process, so ending it would end it for all stores,
 * and nothing handles its errors, so a broken idle connection would end the process.
 */
function adapterOn(pool: pg.Pool): KeyvPostgres {
  return new (class extends KeyvPostgres {
    override async connect() {
      return async (sql: string, values?: unknown[]) => (await pool.query<object>(sql, values)).rows;
    }

    override disconnect(): Promise<void> {
      return pool.end();
    }
  })({ table: NAMESPACE });
}

/**
 * A single statement, so that the comparison and the write are one step: an UPDATE that waited for another writer
 * checks the row again, and of two INSERTs of a new row one succeeds.
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
