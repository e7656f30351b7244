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
}

/** A feature that runs on a schedule. */
export interface Job {
  readonly name: string;
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
  /**
   * A run that throws is retried some minutes later, and given up after its last attempt.
   * @param due milliseconds since 1970
   */
  run(due: number, isLastAttempt: boolean): Promise<void>;
}
