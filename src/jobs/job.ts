import type { App } from '../app.ts';
import type { Schedule } from '../schedule.ts';
import type { Messenger } from '../messenger.ts';

/** What a running job may use. */
export interface JobContext {
  readonly app: App;
  readonly messenger: Messenger;
  /** Aborts when the bot stops. */
  readonly signal: AbortSignal;
  /** Before busy threads are asked again; absent: some seconds. */
  readonly pauseMs?: number;
}

/** One thing that happens again and again. */
export interface Task {
  /** What its marks in the store are kept under, so that it runs once for each time that it is due. */
  readonly key: string;
  readonly schedule: Schedule;
  /** Milliseconds since 1970: nothing before was ever due. */
  readonly since: number;
  /**
   * What it throws is tried again some minutes later, and given up after the last try.
   * @param due milliseconds since 1970: the time that it should have run at
   */
  run(due: number, isLastTry: boolean): Promise<void>;
}

export interface Job {
  readonly name: string;
  /** What there is to do now and later: one task, or one for everything that people have scheduled. */
  tasks(context: JobContext): Promise<readonly Task[]>;
}
