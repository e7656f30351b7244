import type { Logger } from 'pino';
import { describeError } from './describe-error.ts';

/**
 * `gateway`: a payload that discord.js could not take. `interaction`: one that our own handling could not.
 * `rejection`: a promise that nobody waited for.
 */
export type MishapKind = 'gateway' | 'interaction' | 'rejection';

/** Errors that reach nobody and end nothing: each is logged and counted, and the process goes on. */
export class Mishaps {
  readonly #log: Logger;
  readonly #counts: Record<MishapKind, number> = { gateway: 0, interaction: 0, rejection: 0 };

  constructor(log: Logger) {
    this.#log = log;
  }

  note(kind: MishapKind, error: unknown): void {
    this.#counts[kind] += 1;
    this.#log.error({ mishap: kind, count: this.#counts[kind], error: describeError(error) }, 'mishap');
  }

  /** Since the start. */
  get counts(): Readonly<Record<MishapKind, number>> {
    return { ...this.#counts };
  }
}
