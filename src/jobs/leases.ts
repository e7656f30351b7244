import type { App } from '../app.ts';
import { believed } from '../believed.ts';
import { DAY_MS, MINUTE_MS } from '../durations.ts';
import { isoInstant, type JobRun } from '../job-runs.ts';
import { lastRunIn } from '../schedule.ts';
import type { RecurringTask } from './job.ts';

/** One attempt at a run that is due. */
export interface Attempt {
  /** Milliseconds since 1970. */
  readonly due: number;
  /** 1, 2, … */
  readonly number: number;
}

export interface Lease extends Attempt {
  /** The attempts are used up: the task must not run. */
  readonly isGivenUp: boolean;
}

/** `released`: the bot stopped during the run. The next start resumes it, and this attempt does not count. */
export type AttemptOutcome = 'done' | 'failed' | 'released';

/** For one due time: a task that crashes the process must not do so forever. */
export const MAX_ATTEMPTS = 3;

/**
 * A lease is renewed every minute; without renewal its holder counts as dead. It must not be longer: the holder's
 * last message may have gone out unrecorded, and Discord remembers the nonce for a few minutes only.
 */
const LEASE_MS = 2 * MINUTE_MS;

/** Pauses before the second and the third attempt. */
const RETRY_MS = [5 * MINUTE_MS, 20 * MINUTE_MS] as const;

/** No lease or pause ends later, a minute between two machines' clocks included. */
const LONGEST_MS = Math.max(LEASE_MS, ...RETRY_MS) + MINUTE_MS;

/** Schedulers, also in several processes, share tasks by leases in the store: each run has one holder at a time. */
export class Leases {
  readonly #jobRuns: App['jobRuns'];
  readonly #clock: App['clock'];

  constructor({ jobRuns, clock }: Pick<App, 'jobRuns' | 'clock'>) {
    this.#jobRuns = jobRuns;
    this.#clock = clock;
  }

  /** @returns when an attempt is due; undefined when none is, or another scheduler holds the task. Writes nothing */
  async dueTime(task: RecurringTask): Promise<number | undefined> {
    return dueAttempt(task, await this.#jobRuns.get(task.key), this.#clock.now())?.due;
  }

  /** @returns undefined when the task is not due, or another scheduler holds it */
  async acquire(task: RecurringTask): Promise<Lease | undefined> {
    const now = this.#clock.now();
    let attempt: Attempt | undefined;
    await this.#jobRuns.update(task.key, (run) => {
      attempt = dueAttempt(task, run, now);
      if (attempt === undefined) return run;
      return isUsedUp(attempt) ? failedRun(attempt, now) : begunRun(attempt, now);
    });
    return attempt && { ...attempt, isGivenUp: isUsedUp(attempt) };
  }

  async renew(key: string, attempt: Attempt): Promise<void> {
    await this.#write(key, attempt, begunRun);
  }

  async end(key: string, attempt: Attempt, outcome: AttemptOutcome): Promise<void> {
    await this.#write(key, attempt, ENDED_RUN[outcome]);
  }

  /** Does nothing when another scheduler has taken the task since the lease ran out. */
  async #write(key: string, attempt: Attempt, next: typeof begunRun): Promise<void> {
    await this.#jobRuns.update(key, (run) => (isHeldBy(attempt, run) ? next(attempt, this.#clock.now()) : run));
  }
}

/**
 * One run, for the newest due time, makes up for all that were missed. A finished time is never due again, so a clock
 * that is set back repeats nothing. What a clock wrote that was far ahead counts as not written.
 * @returns an attempt above MAX_ATTEMPTS when the last one crashed
 */
function dueAttempt({ schedule, ...task }: RecurringTask, run: JobRun | undefined, now: number): Attempt | undefined {
  const since = believed(isoInstant(task.since), now) ?? now - DAY_MS;
  const ranFor = believed(run?.due, now);
  // An older run belongs to an earlier task with this key.
  const last = ranFor !== undefined && ranFor >= since ? run : undefined;
  if ((believed(last?.until, now, LONGEST_MS) ?? now) > now) return undefined;
  const lastDue = last === undefined ? since : ranFor!;
  const newest = lastRunIn(schedule, lastDue, now);
  if (newest !== undefined) return { due: newest, number: 1 };
  const isUnfinished = last !== undefined && (last.outcome === 'begun' || last.until !== undefined);
  return isUnfinished ? { due: lastDue, number: numberOf(last) + 1 } : undefined;
}

const begunRun = (attempt: Attempt, now: number): JobRun => ({
  ...runOf(attempt, now, 'begun'),
  until: isoInstant(now + LEASE_MS),
});

/** Retried after a pause, unless the attempts are used up. */
function failedRun(attempt: Attempt, now: number): JobRun {
  const pause = attempt.number < MAX_ATTEMPTS ? RETRY_MS[attempt.number - 1] : undefined;
  return { ...runOf(attempt, now, 'failed'), ...(pause !== undefined && { until: isoInstant(now + pause) }) };
}

const ENDED_RUN: Readonly<Record<AttemptOutcome, typeof begunRun>> = {
  done: (attempt, now) => runOf(attempt, now, 'done'),
  failed: failedRun,
  released: (attempt, now) => runOf({ ...attempt, number: attempt.number - 1 }, now, 'begun'),
};

const isHeldBy = ({ due, number }: Attempt, run: JobRun | undefined): boolean =>
  run?.outcome === 'begun' && Date.parse(run.due) === due && numberOf(run) === number;

const isUsedUp = ({ number }: Attempt): boolean => number > MAX_ATTEMPTS;

const numberOf = ({ attempt = 1 }: JobRun): number => attempt;

const runOf = ({ due, number }: Attempt, now: number, outcome: JobRun['outcome']): JobRun => ({
  due: isoInstant(due),
  at: isoInstant(now),
  outcome,
  attempt: number,
});
