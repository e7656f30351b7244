import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { errorCode, UserError } from '../errors.ts';
import { OWNER_ONLY } from '../files.ts';
import type { Adapter, Backend, Listed, Replacement, Snapshot, StoredRow } from './backend.ts';
import type { SqliteService } from './sqlite-service.ts';
import type { SqliteThreadData } from './sqlite-thread.ts';
import { isLocked, monotonicMs } from './sqlite-waiting.ts';
import { Thread } from './thread.ts';
import { withTimeLimit } from './time-limit.ts';

type SqliteThread = Thread<SqliteService>;

/** For how long after the time limit, which the thread keeps itself, it is waited for. */
const GRACE_MS = 1_000;

/** For how long opening is waited for, which starts a thread first. */
const OPEN_MS = 10_000;

interface SqliteOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds. */
  readonly timeLimit: number;
  /** Milliseconds, instead of the time limit until the file is open; OPEN_MS. */
  readonly openLimit?: number;
}

/**
 * A file of which all calls run on a thread of their own: the disk and the locks of other processes stop no one here.
 * @param start of the thread, for tests
 * @throws UserError when there can be no database at that path, or it is locked or its disk hangs for too long
 */
export async function openSqlite(
  path: string,
  { now, timeLimit, openLimit = OPEN_MS }: SqliteOptions,
  start: typeof startThread = startThread,
): Promise<Backend> {
  let limit = openLimit;
  const thread: SqliteThread = new Thread(
    () => start({ path }),
    () => monotonicMs() + limit,
  );
  try {
    await withTimeLimit(openLimit + GRACE_MS, prepare(path, thread), () => {});
    limit = timeLimit;
    return new SqliteBackend(thread, { now, timeLimit });
  } catch (error) {
    void thread.end();
    throw openingFailure(path, error);
  }
}

async function prepare(path: string, thread: SqliteThread): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await makePrivate(path);
  await thread.call('get', '/');
}

function openingFailure(path: string, cause: unknown): UserError {
  if (isLocked(cause)) {
    return new UserError(`Another program keeps the SQLite file at ${path} locked: end it, or try again in a minute.`, {
      code: 'store.locked',
      data: { path },
      cause,
    });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UserError(`Expected a SQLite file that this account can read and write at ${path}, got "${reason}".`, {
    code: 'store.no-file',
    data: { path, reason },
    cause,
  });
}

export const startThread = (workerData: SqliteThreadData): Worker =>
  new Worker(new URL('./sqlite-thread.ts', import.meta.url), {
    name: 'store',
    workerData,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxYoungGenerationSizeMb: 16 }, // rows pass through it and are soon gone
  });

/**
 * Creates the file with a private mode, which the files that SQLite creates beside it inherit. An existing file must
 * not be opened here: closing it would release the locks that this process holds on it.
 */
async function makePrivate(path: string): Promise<void> {
  try {
    await (await open(path, 'wx', OWNER_ONLY)).close();
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

class SqliteBackend implements Backend {
  readonly graceMs = GRACE_MS;
  readonly adapter: SqliteAdapter;
  readonly #thread: SqliteThread;
  readonly #now: () => number;
  readonly #timeLimit: number;

  constructor(thread: SqliteThread, { now, timeLimit }: SqliteOptions) {
    this.#thread = thread;
    this.#now = now;
    this.#timeLimit = timeLimit;
    this.adapter = new SqliteAdapter(thread);
  }

  swap(key: string, old: string | undefined, next: string | undefined, aside?: StoredRow): Promise<boolean> {
    return this.#thread.call('swap', this.#now(), { key, old, next, aside });
  }

  async list(space: string, prefix: string): Promise<readonly Listed[]> {
    const all: Listed[] = [];
    for (;;) {
      const { keys, isLast } = await this.#thread.call('list', space, prefix, all.at(-1)?.key);
      for (const one of keys) all.push(one);
      if (isLast) return all;
    }
  }

  search(space: string, part: string): Promise<readonly string[]> {
    return this.#thread.call('search', space, part);
  }

  async snapshot(): Promise<Snapshot> {
    const id = await this.#thread.call('openSnapshot');
    return {
      next: () => this.#thread.call('readSnapshot', id),
      close: () => this.#thread.call('closeSnapshot', id),
    };
  }

  async beginReplacement(onlyEmpty: boolean): Promise<Replacement | undefined> {
    const id = await this.#thread.call('beginReplacement', this.#now(), onlyEmpty);
    if (id === undefined) return undefined;
    return {
      add: (rows) => this.#thread.call('addToReplacement', id, rows),
      commit: async () => {
        await this.#thread.call('commitReplacement', id);
        return true;
      },
      abort: () => this.#thread.call('abortReplacement', id),
    };
  }

  /** The thread ends, whatever comes of the call. */
  async close(): Promise<void> {
    try {
      if (this.#thread.isRunning) await withTimeLimit(this.#timeLimit, this.#thread.call('close'), () => {});
    } finally {
      await this.#thread.end();
    }
  }
}

/** As Keyv wants it: a key and a row. Errors are thrown, never emitted. */
class SqliteAdapter implements Adapter {
  readonly opts = { dialect: 'sqlite' };
  /** Set by Keyv. */
  namespace?: string;
  readonly #thread: SqliteThread;

  constructor(thread: SqliteThread) {
    this.#thread = thread;
  }

  get(key: string): Promise<string | undefined> {
    return this.#thread.call('get', key);
  }

  set(key: string, row: string): Promise<void> {
    return this.#thread.call('set', key, row);
  }

  delete(key: string): Promise<boolean> {
    return this.#thread.call('delete', key);
  }

  clear(): Promise<void> {
    return this.#thread.call('clear');
  }
}
