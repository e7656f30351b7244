import { setTimeout as sleep } from 'node:timers/promises';

/** What the work gives, or `late` when it takes longer than `ms`; the work goes on then. */
export const within = async <T>(ms: number, work: Promise<T>, late: T): Promise<T> => {
  const timer = new AbortController();
  const tooLate = sleep(ms, late, { signal: timer.signal }).catch(() => late);
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    timer.abort();
  }
};
