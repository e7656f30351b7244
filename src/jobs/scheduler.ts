import PQueue from 'p-queue';
import type { App } from '../app.ts';
import { isoInstant } from '../job-runs.ts';
import type { Messenger } from '../messenger.ts';
import { END_MS } from '../orderly-end.ts';
import { asRequester, JOBS } from '../requester.ts';
import { createTurns, withTimeout } from '../async.ts';
import { startBeat } from './beat.ts';
import { utcMinute } from './digest.ts';
import type { Job, RecurringTask } from './job.ts';
import { Leases, MAX_ATTEMPTS, type Attempt, type AttemptOutcome } from './leases.ts';

interface SchedulerOptions {
  readonly app: App;
  readonly messenger: Messenger;
  readonly jobs: readonly Job[];
  /** How long tasks may take to end when the bot stops. Then their leases run out, and the next start runs them again. */
  readonly stopMs?: number;
}

/**
 * Runs every task of the jobs once for each time that it is due, and makes up for what was missed while no scheduler
 * ran. Tasks of different jobs run side by side, and nothing waits inside a task's place for another task. Several
 * schedulers on one store share the tasks.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #log: App['log'];
  readonly #leases: Leases;
  readonly #places: ReadonlyMap<Job, PQueue>;
  readonly #inTurn = createTurns();
  /** Keys of waiting and running tasks. */
  readonly #queued = new Set<string>();
  readonly #running = new Map<string, Attempt>();
  /** Whatever is under way. */
  readonly #work = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  #listing: Promise<void> = Promise.resolve();
  #nextListing: Promise<void> | undefined;
  /** Whether a task that is due was not ready at the last look. */
  #isWaitedFor = false;
  #endBeat: (() => Promise<void>) | undefined;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#log = options.app.log;
    this.#leases = new Leases(options.app);
    this.#places = new Map(options.jobs.map((job) => [job, new PQueue({ concurrency: job.atOnce ?? 1 })]));
  }

  /** Ticks now, and then every minute. */
  start(): void {
    this.#endBeat = startBeat(() => this.tick(), this.#log);
    void this.tick();
  }

  /**
   * Renews the leases of the running tasks and queues others that are due; resolves when they are queued. Idempotent:
   * a tick that comes during another only makes sure that the tasks are looked through once more.
   */
  tick(): Promise<void> {
    // However long a listing takes, leases do not end meanwhile.
    const renewed = this.#renew();
    this.#nextListing ??= this.#track(this.#listAfter(this.#listing, renewed));
    return this.#nextListing;
  }

  async #listAfter(...before: readonly Promise<void>[]): Promise<void> {
    await Promise.all(before);
    this.#nextListing = undefined;
    this.#listing = this.#queueDue();
    await this.#listing;
  }

  /** Resolves when no task is running or waiting for its turn. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  /** Aborts the running tasks; resolves when they have ended or `stopMs` is over. */
  async stop(): Promise<void> {
    await this.#endBeat?.();
    this.#abort.abort(new Error('the bot stops'));
    await withTimeout(this.#options.stopMs ?? END_MS.tasks, this.settled(), () => undefined);
  }

  #track(work: Promise<void>): Promise<void> {
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
    return work;
  }

  async #renew(): Promise<void> {
    const renewals = [...this.#running].map(([key, attempt]) => this.#leases.renew(key, attempt));
    for (const { reason: err } of (await Promise.allSettled(renewals)).filter((one) => one.status === 'rejected'))
      this.#log.error({ err }, 'renewing a lease failed');
  }

  async #queueDue(): Promise<void> {
    this.#isWaitedFor = false;
    for (const job of this.#options.jobs)
      for (const task of await this.#tasksOf(job))
        if (!this.#queued.has(task.key) && (await this.#isToBegin(task))) this.#queue(task, job);
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

  async #isToBegin(task: RecurringTask): Promise<boolean> {
    try {
      const due = await this.#leases.dueTime(task);
      const isReady = due === undefined || (await task.isReady?.(due)) !== false;
      if (!isReady) this.#isWaitedFor = true;
      return due !== undefined && isReady;
    } catch (err) {
      this.#log.error({ err, task: task.key }, 'finding out whether a task is due failed');
      return false;
    }
  }

  /** Its turn may come later, so what is due is decided anew when it begins. */
  #queue(task: RecurringTask, job: Job): void {
    const { key, turn = key } = task;
    this.#queued.add(key);
    const work = async (): Promise<void> => {
      try {
        const lease = this.#abort.signal.aborted ? undefined : await this.#leases.acquire(task);
        if (lease === undefined) return;
        await (lease.isGivenUp ? this.#giveUp(task, lease) : this.#run(task, lease));
      } catch (err) {
        this.#log.error({ err, task: key }, 'acquiring a task, or recording its end, failed');
      }
    };
    const ended = async (): Promise<void> => {
      // It takes no place before its turn has come.
      await this.#inTurn(`${job.name}/${turn}`, async () => this.#places.get(job)?.add(work));
      this.#queued.delete(key);
    };
    void this.#track(ended());
  }

  async #run(task: RecurringTask, attempt: Attempt): Promise<void> {
    const { key } = task;
    const details = { task: key, due: isoInstant(attempt.due), attempt: attempt.number };
    const isLastAttempt = attempt.number >= MAX_ATTEMPTS;
    this.#running.set(key, attempt);
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
    this.#running.delete(key);
    this.#log.info({ ...details, outcome, ms: Math.round(performance.now() - startedAt) }, 'task ended');
    await this.#leases.end(key, attempt, outcome);
    if (outcome === 'failed' && isLastAttempt) await this.#giveUp(task, attempt);
    // What was not ready because of it may be now.
    if (outcome !== 'released' && this.#isWaitedFor) void this.tick();
  }

  async #giveUp(task: RecurringTask, { due }: Attempt): Promise<void> {
    this.#log.error({ task: task.key, due: isoInstant(due) }, 'task given up');
    await this.#options.app.incidents.add(
      task.key,
      `The run due at ${utcMinute(due)} failed or crashed on every attempt. It runs again when it is next due.`,
    );
    await task.givenUp?.(due);
  }
}
