import { AsyncLocalStorage } from 'node:async_hooks';

const ASKING = new AsyncLocalStorage<string>();

/** The requester of all scheduled work. */
export const JOBS = 'jobs';

/**
 * Does work on behalf of somebody: a member's id, or `JOBS`. What is queued meanwhile, however deep, waits in that
 * requester's own line. Said once, where the work comes in.
 */
export const asRequester = <T>(key: string, work: () => T): T => ASKING.run(key, work);

/** On whose behalf this runs; undefined in the terminal, where one person asks. */
export const currentRequester = (): string | undefined => ASKING.getStore();
