import { schedule, type ScheduledTask } from 'node-cron';
import PQueue from 'p-queue';
import type { App } from '../app.ts';
import { isoInstant } from '../job-runs.ts';
import { nonceOf, type Messenger } from '../messenger.ts';
import { asRequester, JOBS } from '../requester.ts';
import { withTimeout } from '../async.ts';
import type { Job, RecurringTask } from './job.ts';
import { Leases, MAX_ATTEMPTS, type Attempt, type AttemptOutcome } from './leases.ts';
import { givenUpReply, notifyOperators } from './operators.ts';

interface SchedulerOptions {
  readonly app: App;
  readonly messenger: Messenger;
  readonly jobs: readonly Job[];
  /** How long a task may take to end when the bot stops. Then its lease runs out, and the next start runs it again. */
  readonly stopMs?: number;
}

const STOP_MS = 5_000;

/**
 * Runs every task of the jobs once for each time that it is due, and makes up for what was missed while no scheduler
 * ran. Tasks run one after another in the jobs' order: a report that is due during the nightly training waits for
 * it, and uses the new models. Several schedulers on one store share the tasks.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #log: App['log'];
  readonly #leases: Leases;
  readonly #queue = new PQueue({ concurrency: 1 });
  /** Keys of waiting and running tasks. */
  readonly #queued = new Set<string>();
  readonly #abort = new AbortController();
  #running: { readonly key: string; readonly attempt: Attempt } | undefined;
  #cron: ScheduledTask | undefined;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#log = options.app.log;
    this.#leases = new Leases(options.app);
  }

  /** Ticks now, and then every minute. */
  start(): void {
    const log = this.#log;
    this.#cron = schedule('* * * * *', () => this.tick(), {
      noOverlap: true,
      // The store records what was missed.
      suppressMissedWarning: true,
      logger: {
        info: (message) => log.info(message),
        warn: (message) => log.warn(message),
        error: (err) => log.error({ err }, 'scheduler error'),
        debug: () => {},
      },
    });
    void this.tick();
  }

  /** Renews the lease of the running task and queues the others; resolves when they are queued. */
  async tick(): Promise<void> {
    try {
      if (this.#running !== undefined) await this.#leases.renew(this.#running.key, this.#running.attempt);
    } catch (err) {
      this.#log.error({ err }, 'renewing a lease failed');
    }
    for (const job of this.#options.jobs) for (const task of await this.#tasksOf(job)) this.#enqueue(task);
  }

  /** Resolves when no task is running or waiting. */
  settled(): Promise<void> {
    return this.#queue.onIdle();
  }

  /** Aborts the running task; resolves when it has ended or `stopMs` is over. */
  async stop(): Promise<void> {
    await this.#cron?.destroy();
    this.#abort.abort(new Error('the bot stops'));
    await withTimeout(this.#options.stopMs ?? STOP_MS, this.#queue.onIdle(), () => undefined);
  }

  async #tasksOf(job: Job): Promise<readonly RecurringTask[]> {
    const { app, messenger } = this.#options;
    try {
      return await job.tasks({ app, messenger, signal: this.#abort.signal });
    } catch (err) {
      this.#log.error({ err, job: job.name }, 'listing the tasks of a job failed');
      return [];
    }
  }

  /** Whether the task is due is decided only when all before it have ended. */
  #enqueue(task: RecurringTask): void {
    if (this.#queued.has(task.key)) return;
    this.#queued.add(task.key);
    void this.#queue.add(async () => {
      try {
        const lease = this.#abort.signal.aborted ? undefined : await this.#leases.acquire(task);
        if (lease?.isGivenUp === true) await this.#giveUp(task, lease);
        else if (lease !== undefined) await this.#run(task, lease);
      } catch (err) {
        this.#log.error({ err, task: task.key }, 'acquiring a task, or recording its end, failed');
      } finally {
        this.#queued.delete(task.key);
      }
    });
  }

  async #run(task: RecurringTask, attempt: Attempt): Promise<void> {
    const { key } = task;
    const details = { task: key, due: isoInstant(attempt.due), attempt: attempt.number };
    const isLastAttempt = attempt.number >= MAX_ATTEMPTS;
    this.#running = { key, attempt };
    this.#log.info(details, 'task started');
    const startedAt = performance.now();
    const outcome = await asRequester(JOBS, () => task.run(attempt.due, isLastAttempt)).then(
      (): AttemptOutcome => 'done',
      (err: unknown): AttemptOutcome => {
        if (this.#abort.signal.aborted) return 'released';
        this.#log.error({ err, ...details }, 'task failed');
        return 'failed';
      },
    );
    this.#running = undefined;
    this.#log.info({ ...details, outcome, ms: Math.round(performance.now() - startedAt) }, 'task ended');
    await this.#leases.end(key, attempt, outcome);
    if (outcome === 'failed' && isLastAttempt) await this.#giveUp(task, attempt);
  }

  async #giveUp({ key }: RecurringTask, { due }: Attempt): Promise<void> {
    this.#log.error({ task: key, due: isoInstant(due) }, 'task given up');
    await notifyOperators(this.#options, givenUpReply(key, due), nonceOf('given up', key, due));
  }
}
