// Pure: when a task's turn has come, read from its mark, and what its mark says afterwards.
import type { App } from '../app.ts';
import type { Task } from './job.ts';
import { lastRunIn } from '../schedule.ts';

type Mark = NonNullable<Awaited<ReturnType<App['marks']['get']>>>;

/** One try at what was due. */
export interface Turn {
  /** Milliseconds since 1970. */
  readonly due: number;
  /** 1, 2, … */
  readonly attempt: number;
}

/** So often is the same due tried: a task that kills the process does not do so for ever. */
export const MOST_ATTEMPTS = 3;

/**
 * Whoever does a task says every minute that it is still there; after so long without, it counts as dead. Not
 * longer: its last message may have no mark yet, and Discord knows the nonce for a few minutes only.
 */
const LEASE_MS = 2 * 60_000;

/** Pauses before the second try and the third. */
const RETRY_MS = [5 * 60_000, 20 * 60_000] as const;

/**
 * The turn that has come; what was missed several times is done once, for the newest. Never one that
 * another holds, nor one whose due has been done, so a clock that goes back does nothing twice.
 * @returns a turn with an attempt above MOST_ATTEMPTS when the last one died: it is to be given up
 */
export function turnNow({ schedule, since }: Pick<Task, 'schedule' | 'since'>, mark: Mark | undefined, now: number) {
  // A mark from before belongs to another task that had this key.
  const last = mark !== undefined && Date.parse(mark.due) >= since ? mark : undefined;
  if (last?.until !== undefined && Date.parse(last.until) > now) return undefined;
  const lastDue = last === undefined ? since : Date.parse(last.due);
  const newest = lastRunIn(schedule, lastDue, now);
  if (newest !== undefined) return { due: newest, attempt: 1 };
  const isUnfinished = last !== undefined && (last.outcome === 'begun' || last.until !== undefined);
  return isUnfinished ? { due: lastDue, attempt: attemptOf(last) + 1 } : undefined;
}

export const begun = ({ due, attempt }: Turn, now: number): Mark => ({
  ...markOf(due, now, 'begun'),
  attempt,
  until: iso(now + LEASE_MS),
});

export const done = ({ due, attempt }: Turn, now: number): Mark => ({ ...markOf(due, now, 'done'), attempt });

/** To be tried again after a pause, unless it has been tried often enough. */
export function failed({ due, attempt }: Turn, now: number): Mark {
  const pause = attempt < MOST_ATTEMPTS ? RETRY_MS[attempt - 1] : undefined;
  return { ...markOf(due, now, 'failed'), attempt, ...(pause !== undefined && { until: iso(now + pause) }) };
}

/** Ended because the bot stops: the next start goes on with it, and this try does not count. */
export const released = ({ due, attempt }: Turn, now: number): Mark => ({
  ...markOf(due, now, 'begun'),
  attempt: attempt - 1,
});

/** Whether it is still this try that the mark tells of. */
export const isHeldBy = ({ due, attempt }: Turn, mark: Mark | undefined): mark is Mark =>
  mark?.outcome === 'begun' && Date.parse(mark.due) === due && attemptOf(mark) === attempt;

const attemptOf = ({ attempt = 1 }: Mark): number => attempt;

const iso = (time: number): string => new Date(time).toISOString();

const markOf = (due: number, now: number, outcome: Mark['outcome']): Mark => ({ due: iso(due), at: iso(now), outcome });
