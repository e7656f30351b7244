import type { App } from '../app.ts';
import type { Schedule } from '../schedule.ts';
import type { Messenger } from '../messenger.ts';

export interface JobContext {
  readonly app: App;
  readonly messenger: Messenger;
  /** Aborts when the bot stops. */
  readonly signal: AbortSignal;
  /** Milliseconds before a retry while the threads are busy; absent: some seconds. */
  readonly pauseMs?: number;
}

/** Shared by the steps of one run. */
export interface RunContext extends JobContext {
  /** Milliseconds since 1970: the time that this run was due. */
  readonly due: number;
  /** What fails now is not tried again before the next due time. */
  readonly isLastAttempt: boolean;
}

/** A feature that runs on a schedule. */
export interface Job {
  readonly name: string;
  /** How many of its tasks run at once; absent: one. Those of other jobs run beside them. */
  readonly atOnce?: number;
  /** Its tasks, due or not: a single one, or one for each item that people have scheduled. */
  tasks(context: JobContext): Promise<readonly RecurringTask[]>;
}

/** Runs once for every time of its schedule. */
export interface RecurringTask {
  /** Its runs are stored under this key. */
  readonly key: string;
  readonly schedule: Schedule;
  /** Milliseconds since 1970: earlier times are not due. */
  readonly since: number;
  /** Tasks of one turn run one after another; absent: it has one of its own. */
  readonly turn?: string;
  /** Whether it should begin now that it is due; if not, it is asked again at the next beat. Absent: it always should. */
  isReady?(due: number): Promise<boolean>;
  /**
   * A run that throws is retried some minutes later, and given up after its last attempt.
   * @param due milliseconds since 1970
   */
  run(due: number, isLastAttempt: boolean): Promise<void>;
  /** Called when a due time was given up. */
  givenUp?(due: number): Promise<void>;
}
