import type { Logger } from 'pino';
import { UserError } from '../errors.ts';
import type { Reply } from '../reply.ts';
import { describeError, newFaultId } from './faults.ts';
import { faultNotice, refusal, restarting } from './notices.ts';

/** `late`: Discord took the first answer no more. `untold`: there is an outcome, but nobody could be told. */
export type Outcome = 'answered' | 'refused' | 'cancelled' | 'fault' | 'unknown' | 'restarting' | 'late' | 'untold';

export interface Explained {
  readonly outcome: Outcome;
  readonly reply: Reply;
}

interface Around {
  readonly log: Logger;
  /** Aborts when the bot stops. */
  readonly signal: AbortSignal;
}

/** The one place where errors become words: what a member can mend as it is, the rest as an id that the log has. */
export function explain(error: unknown, { log, signal }: Around): Explained {
  if (error instanceof UserError) return { outcome: 'refused', reply: refusal(error) };
  if (signal.aborted) return { outcome: 'restarting', reply: restarting };
  const fault = newFaultId();
  log.error({ fault, error: describeError(error) }, 'fault');
  return { outcome: 'fault', reply: faultNotice(fault) };
}
