import { withTimeout } from '../async.ts';

/**
 * @param limit milliseconds
 * @param onTimeout called when the work has not ended in time, to end it
 * @throws Error when the work throws, or has not ended in time
 */
export function withTimeLimit<T>(limit: number, work: Promise<T>, onTimeout: () => void): Promise<T> {
  return withTimeout(limit, work, () => {
    // Deferred, or the error of the work that it ends would come first.
    setImmediate(onTimeout);
    throw new Error(`no answer within ${limit / 1000} s`);
  });
}
