// Pure: waiting for work, but not for ever. The work itself goes on; whatever becomes of it then is nobody's any more.

/**
 * @param ms after which the work is waited for no longer
 * @param onLate what is given then, or thrown
 * @throws Error when the work does in time
 */
export async function within<T>(ms: number, work: Promise<T>, onLate: () => T): Promise<T> {
  const late = Promise.withResolvers<T>();
  const timer = setTimeout(() => late.resolve(Promise.try(onLate)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param signal absent: nothing ends the waiting
 * @throws the signal's reason when it has aborted, or aborts first
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
