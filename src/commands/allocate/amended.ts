// An answer does not wait for its universe's record: it is amended when there is one.
import type { App } from '../../app.ts';
import { canonicalJson } from '../../engine/canonical-json.ts';
import { DEFAULT_STRATEGY } from '../../engine/strategies/index.ts';
import type { AllocateAnswer } from '../../engine-service/answers.ts';
import { UserError } from '../../errors.ts';
import type { Reply } from '../../reply.ts';
import { type AllocationView, allocationReply } from './reply.ts';

/**
 * Whether a record would say something of such an answer, and has not been made yet. Not where the limit is not kept:
 * with a new record scenarios change a little, and the smallest limit that the answer has just told must stay true.
 */
export const lacksRecord = ({ allocation, past, request: { strategy, asOf } }: AllocateAnswer): boolean =>
  allocation.status === 'optimal' &&
  past === undefined &&
  asOf === undefined &&
  canonicalJson(strategy) === canonicalJson(DEFAULT_STRATEGY);

interface RecordContext {
  readonly app: App;
  /** Only one record is made for a member at a time. */
  readonly memberId: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes the record, in the background.
 * @returns the same answer with what the record says of it; undefined when there is no record to be had now
 */
export async function withRecord(
  view: AllocationView,
  { app, memberId, signal }: RecordContext,
): Promise<Reply | undefined> {
  const { request } = view.answer;
  const { universe, allow, mandate } = request;
  try {
    const release = app.recordSemaphore.tryAcquire(memberId);
    try {
      const subject = { universe, horizonDays: mandate.horizonDays, ...(allow && { allow }) };
      await app.engine.keepRecord(subject, { signal });
    } finally {
      release();
    }
    const past = await app.engine.past(request, { signal });
    return past && allocationReply({ ...view, answer: { ...view.answer, past } });
  } catch (error) {
    // Such as too short a history, or too much to do.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
