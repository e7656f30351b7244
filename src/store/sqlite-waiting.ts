// Waiting for the lock of a SQLite file without stopping the thread, so that reads go on meanwhile.
import { setTimeout } from 'node:timers/promises';

/** Milliseconds of a clock that no one can set, and that is the same on all threads. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** SQLite's code for a file that another connection has locked. */
const SQLITE_BUSY = 5;

/** SQLite's code without what extends it; undefined for errors of others. */
export const primaryCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;

export const isLocked = (error: unknown): boolean => primaryCode(error) === SQLITE_BUSY;

/** Milliseconds between two tries. */
const [FIRST_PAUSE, LONGEST_PAUSE] = [1, 20];

/**
 * Tries until nobody else has the lock.
 * @param deadline see `monotonicMs`
 * @throws Error of SQLite when the lock was not free until then, and other errors of the work; also when the moment has
 *   passed before the first try. No try begins after the moment, also where the thread was busy with other work
 *   meanwhile, so that what was given up never happens
 */
export async function whileLocked<T>(deadline: number, work: () => T): Promise<T> {
  let failure: unknown = Object.assign(new Error('others were busy for too long'), { errcode: SQLITE_BUSY });
  for (let pause = FIRST_PAUSE; monotonicMs() < deadline; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    try {
      return work();
    } catch (error) {
      if (!isLocked(error)) throw error;
      failure = error;
    }
    await setTimeout(pause);
  }
  throw failure;
}
