import { withTimeout } from '../async.ts';

/**
 * @param limit milliseconds
 * @param onLate called when the work has not ended by then: may end it
 * @throws Error when the work does, or has not ended in time
 */
export const within = <T>(limit: number, work: Promise<T>, onLate: () => void): Promise<T> =>
  withTimeout(limit, work, () => {
    // Not at once: the error of work that is ended would come first.
    setImmediate(onLate);
    throw new Error(`no answer within ${limit / 1000} s`);
  });
