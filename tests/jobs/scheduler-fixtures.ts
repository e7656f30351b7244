import pino from 'pino';
import { onTestFinished } from 'vitest';
import type { App } from '../../src/app.ts';
import { openIncidents, type Incidents } from '../../src/incidents.ts';
import { openJobRuns, type JobRun } from '../../src/job-runs.ts';
import type { RecurringTask } from '../../src/jobs/job.ts';
import { Scheduler } from '../../src/jobs/scheduler.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import type { Table } from '../../src/store/table.ts';
import { temporaryFile } from '../store/fixtures.ts';
import { recordingMessenger } from '../support/recording-messenger.ts';

export const at = (instant: string): number => Date.parse(instant);

interface Fixture {
  /** May be set. */
  now: number;
  readonly path: string;
  readonly jobRuns: Table<JobRun>;
  readonly incidents: Incidents;
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** `key due`, in the order in which tasks began. */
  readonly ran: string[];
  readonly messenger: ReturnType<typeof recordingMessenger>;
  /** A scheduler of a process of its own: with its own connection to the store. */
  start(tasks: readonly RecurringTask[], over?: { stopMs?: number; atOnce?: number }): Promise<Scheduler>;
  task(over?: Partial<RecurringTask>): RecurringTask;
}

/**
 * Schedulers with a clock that stands still. They stop when the test ends.
 * @param shared absent: a real store. With simulated timers its time limits would pass at once
 */
export async function openFixture(start: string, shared?: Pick<Store, 'table'>): Promise<Fixture> {
  const path = temporaryFile();
  const log: Record<string, unknown>[] = [];
  const ran: string[] = [];
  const messenger = recordingMessenger();
  const open = async (): Promise<Pick<Store, 'table'>> => {
    if (shared !== undefined) return shared;
    const store = await openStore(`sqlite:${path}`, { now: () => made.now });
    onTestFinished(() => store.close());
    return store;
  };
  const logger = pino({}, { write: (line: string) => void log.push(JSON.parse(line)) });
  const made: Omit<Fixture, 'jobRuns' | 'incidents'> = {
    now: at(start),
    path,
    log,
    ran,
    messenger,
    task: (over = {}) => {
      const { key = 'nightly', run } = over;
      return {
        since: at(start),
        schedule: { cron: '30 2 * * *', timeZone: 'Europe/Berlin' },
        ...over,
        key,
        async run(due, isLastAttempt) {
          ran.push(`${key} ${new Date(due).toISOString()}`);
          await run?.(due, isLastAttempt);
        },
      };
    },
    async start(tasks, { stopMs, ...over } = {}) {
      const store = await open();
      const clock = { now: () => made.now };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a scheduler uses no more of it
      const app = {
        jobRuns: openJobRuns(store),
        incidents: openIncidents(store, { ...clock, log: logger }),
        clock,
        log: logger,
      } as Partial<App> as App;
      const jobs = [{ name: 'test', ...over, tasks: async () => tasks }];
      const scheduler = new Scheduler({ app, messenger, jobs, ...(stopMs !== undefined && { stopMs }) });
      onTestFinished(() => scheduler.stop());
      scheduler.start();
      await scheduler.tick();
      await Promise.race([scheduler.settled(), new Promise((resolve) => setTimeout(resolve, 500))]);
      return scheduler;
    },
  };
  const store = await open();
  return Object.assign(made, {
    jobRuns: openJobRuns(store),
    incidents: openIncidents(store, { now: () => made.now, log: logger }),
  });
}

/** Puts the clock there, lets the scheduler tick and waits for what it starts. */
export async function tickAt(made: Fixture, scheduler: Scheduler, instant: string | number): Promise<void> {
  made.now = typeof instant === 'number' ? instant : at(instant);
  await scheduler.tick();
  await scheduler.settled();
}
