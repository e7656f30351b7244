/**
 * @param limit milliseconds
 * @param onLate called when the work has not ended by then; its outcome is nobody's any more
 * @throws Error when the work does, or has not ended in time
 */
export async function within<T>(limit: number, work: Promise<T>, onLate: () => void): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error(`no answer within ${limit / 1000} s`));
    onLate();
  }, limit);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
