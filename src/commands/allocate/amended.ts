// An answer does not wait for its universe's record: it is amended when there is one.
import type { App } from '../../app.ts';
import type { AllocateAnswer } from '../../engine-service/answers.ts';
import { hasRecord, LONGEST_BACKTEST_SECONDS, type WorkLimit } from '../../engine-service/requests.ts';
import { UserError } from '../../errors.ts';

/** Whether the universe's own record would say something of such an answer, and may not have been made yet. */
export const lacksRecord = ({ past, request }: AllocateAnswer): boolean =>
  (past === undefined || past.scope === 'all') && hasRecord(request);

/** Nobody has asked for it: it may not take longer than what somebody asks for. */
const LIMIT: WorkLimit = { seconds: LONGEST_BACKTEST_SECONDS, by: [] };

interface RecordContext {
  readonly app: App;
  /** Only one record is made for a member at a time. */
  readonly memberId: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes the record, in the background.
 * @returns the answer that is given with it; undefined when there is no record to be had now
 */
export async function withRecord(
  { request, past }: AllocateAnswer,
  { app, memberId, signal }: RecordContext,
): Promise<AllocateAnswer | undefined> {
  const { universe, allow, mandate } = request;
  try {
    const subject = { universe, horizonDays: mandate.horizonDays, ...(allow && { allow }) };
    const make = () => app.engine.keepRecord(subject, { signal, limit: LIMIT });
    const isNew = await app.recordSemaphore.tryRun({ memberId }, make);
    // Somebody else may have made it meanwhile.
    if (!isNew && (await app.engine.past(request, { signal }))?.scope === past?.scope) return undefined;
    // With a record scenarios change a little (κ): what an answer tells must be what the next one will tell.
    return await app.engine.allocate(request, { signal });
  } catch (error) {
    // Such as too short a history, or too much to do.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
