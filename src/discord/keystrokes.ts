import { setImmediate } from 'node:timers/promises';
import { abortable } from '../async.ts';

/** Of what a member types only the newest counts. */
export class Keystrokes {
  readonly #newest = new Map<string, AbortController>();

  /**
   * @param work not begun, or no longer waited for, when the member types on
   * @param otherwise what is given then
   */
  async run<T>(memberId: string, work: (signal: AbortSignal) => Promise<T>, otherwise: T): Promise<T> {
    this.#newest.get(memberId)?.abort();
    const own = new AbortController();
    const { signal } = own;
    this.#newest.set(memberId, own);
    try {
      // A burst is seen as a whole before any of it costs work.
      await setImmediate();
      return signal.aborted ? otherwise : await abortable(work(signal), signal);
    } catch (error) {
      if (signal.aborted) return otherwise;
      throw error;
    } finally {
      if (this.#newest.get(memberId) === own) this.#newest.delete(memberId);
    }
  }
}
