import { resolve } from 'node:path';
import { Keyv } from 'keyv';
import { createTurns, type InTurn } from '../async.ts';
import { MINUTE_MS } from '../durations.ts';
import { StoreError, UserError } from '../errors.ts';
import { END_MS } from '../orderly-end.ts';
import { NAMESPACE, type Adapter, type Backend } from './backend.ts';
import { namedFailure } from './failures.ts';
import { openSqlite } from './sqlite.ts';
import { withTimeLimit } from './time-limit.ts';

const DEFAULT_LIMIT = 10_000; // ms
/** How many times the limit a step of reading or writing the whole store may take. */
const WHOLE_STORE_FACTOR = 12;

export interface BackendOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds after which a store that has not answered counts as failed; 10 s. */
  readonly timeLimit?: number;
  /** Called when the store is full or locked (see `namedFailure`), at most once a minute for each. */
  readonly onFailure?: (error: UserError) => void;
}

/**
 * A backend that answers or throws within its time limit: a StoreError, or a UserError (see `namedFailure`). After it has
 * been silent for that long, one call at a time asks again, and all others fail at once.
 * Rows are read and deleted through Keyv.
 */
export interface OpenBackend extends Omit<Backend, 'adapter' | 'reconnect' | 'graceMs'> {
  get(key: string): Promise<string | undefined>;
  /** @returns whether there was something to delete */
  delete(key: string): Promise<boolean>;
  /** So that writers in this process do not compete. */
  readonly inTurn: InTurn;
}

/** @throws UserError when the URL is of another kind, or nothing can be opened there */
export async function openBackend(
  url: string,
  { now, timeLimit = DEFAULT_LIMIT, onFailure = () => {} }: BackendOptions,
): Promise<OpenBackend> {
  const backend = await connect(url, now, timeLimit);
  const keyv = textKeyv(backend.adapter);
  const { graceMs = 0 } = backend;
  let isOpen = true;
  const rethrow = rethrowing(onFailure);
  let isSilent = false;
  let isAskedAgain = false;
  async function inTime<T>(work: () => Promise<T>, times = 1): Promise<T> {
    if (!isOpen) throw new Error('the store is not open');
    const asksAgain = isSilent;
    if (asksAgain && isAskedAgain) throw new StoreError('the store has not answered, and is being asked again');
    isAskedAgain = asksAgain;
    const onTimeout = (): void => {
      isSilent = true;
      backend.reconnect?.();
    };
    try {
      const result = await withTimeLimit(timeLimit * times + graceMs, work(), onTimeout);
      isSilent = false;
      return result;
    } catch (error) {
      return rethrow(error);
    } finally {
      if (asksAgain) isAskedAgain = false;
    }
  }
  return {
    get: async (key) => inTime(() => keyv.get(key)),
    delete: async (key) => inTime(() => keyv.delete(key)),
    swap: async (...all) => inTime(() => backend.swap(...all)),
    list: async (...which) => inTime(() => backend.list(...which)),
    search: async (...which) => inTime(() => backend.search(...which)),
    async snapshot() {
      const { next, close } = await inTime(() => backend.snapshot(), WHOLE_STORE_FACTOR);
      return { next: async () => inTime(next, WHOLE_STORE_FACTOR), close: async () => inTime(close) };
    },
    async beginReplacement(onlyEmpty) {
      const begun = await inTime(() => backend.beginReplacement(onlyEmpty), WHOLE_STORE_FACTOR);
      if (begun === undefined) return undefined;
      const { add, commit, abort } = begun;
      return {
        add: async (rows) => inTime(() => add(rows), WHOLE_STORE_FACTOR),
        commit: async () => inTime(commit, WHOLE_STORE_FACTOR),
        abort: async () => inTime(abort),
      };
    },
    inTurn: createTurns(),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      // What was acknowledged is stored, and who closes has an answer that must not be lost to this.
      await withTimeLimit(Math.min(timeLimit + graceMs, END_MS.store), backend.close(), () => {}).catch(() => {});
    },
  };
}

/** Rethrows an error, as a person can understand it if they can, or as a StoreError. */
function rethrowing(onFailure: (error: UserError) => void): (error: unknown) => never {
  /** By a clock that nobody sets. */
  const told = new Map<string | undefined, number>();
  return (error) => {
    const failure = namedFailure(error);
    if (failure === undefined) throw new StoreError(reasonOf(error), { cause: error });
    const now = performance.now();
    if (now - (told.get(failure.code) ?? -Infinity) >= MINUTE_MS) {
      told.set(failure.code, now);
      onFailure(failure);
    }
    throw failure;
  };
}

const EXAMPLES = 'sqlite:./data/tailcap.sqlite, redis://localhost:6379 or postgres://me:password@localhost/tailcap';

/** Imports a server's driver only when its URL is used. */
async function connect(url: string, now: () => number, timeLimit: number): Promise<Backend> {
  const path = /^sqlite:(?!\/\/|:)(.+)$/.exec(url)?.[1];
  if (path !== undefined) return openSqlite(resolve(path), { now, timeLimit });
  if (/^rediss?:\/\/./.test(url)) {
    const { openRedis } = await import('./redis.ts');
    return reaching('Redis', url, () => openRedis(url, now, timeLimit));
  }
  if (/^postgres(ql)?:\/\/./.test(url)) {
    const { openPostgres } = await import('./postgres.ts');
    return reaching('PostgreSQL', url, () => openPostgres(url, now, timeLimit));
  }
  const got = withoutSecrets(url);
  throw new UserError(`Expected a store such as ${EXAMPLES}, got "${got}".`, {
    code: 'store.url',
    data: { examples: EXAMPLES, got },
  });
}

/** The driver's error must not become a `cause`: it may hold the URL, and with it the password. */
async function reaching(server: string, url: string, open: () => Promise<Backend>): Promise<Backend> {
  try {
    return await open();
  } catch (error) {
    const reason = passwordsOf(url).reduce((text, password) => text.replaceAll(password, '…'), reasonOf(error));
    const at = withoutSecrets(url);
    throw new UserError(`Expected a ${server} server that answers at ${at}, got "${reason}".`, {
      code: 'store.no-server',
      data: { server, at, reason },
    });
  }
}

const withoutSecrets = (url: string): string => url.replace(/\/\/.*@/s, '//…@').replace(/\?.*/s, '');

/** The password as written, and percent-decoded as the driver reads it. */
function passwordsOf(url: string): string[] {
  const [, written = ''] = /\/\/[^/]*?:(.*)@/s.exec(url) ?? [];
  const read = written.replaceAll(/(?:%[0-9a-f]{2})+/gi, (hex) =>
    Buffer.from(hex.replaceAll('%', ''), 'hex').toString(),
  );
  return [written, read].filter((one) => one !== '');
}

/** For a host with several addresses there is an error for each. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

/**
 * Keyv, used to pass texts through unchanged. It must throw errors instead of returning false, must not prefix keys
 * (`prices:x` would collide with `x` in the namespace `prices`), and must not see times to live, which follow our
 * clock.
 */
function textKeyv(store: Adapter): Keyv<string> {
  return new Keyv<string>({
    store,
    namespace: NAMESPACE,
    useKeyPrefix: false,
    throwOnErrors: true,
    emitErrors: false,
    serialize: ({ value }) => String(value),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-parameters -- Keyv's type promises any value; ours are texts
    deserialize: <Value>(text: string) => ({ value: text as Value }),
  });
}
