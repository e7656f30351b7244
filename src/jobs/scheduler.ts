import { schedule } from 'node-cron';
import PQueue from 'p-queue';
import type { App } from '../app.ts';
import { nonceOf } from '../nonce.ts';
import type { Job, Task } from './job.ts';
import type { Messenger } from '../messenger.ts';
import { givenUpReply } from './nightly/reply.ts';
import { withTimeout } from '../async.ts';
import { createClaims } from './leases.ts';
import { MOST_ATTEMPTS, type Turn } from './attempts.ts';

export interface Scheduler {
  /** Lets begin what is due by the app's clock; resolves when it has its place in the queue. Once a minute by itself. */
  beat(): Promise<void>;
  /** Resolves when nothing runs and nothing waits. */
  settled(): Promise<void>;
  /** Ends what runs; resolves when it has ended, or has been given time enough. */
  stop(): Promise<void>;
}

/** How long a task may take to end when the bot stops; then its lease runs out and the next start does it again. */
const STOP_MS = 5_000;

/**
 * Runs every task of the jobs once for each time that it is due: begins with what was missed while no
 * scheduler ran. Tasks take turns in the jobs' order: a report that is due during the night's training
 * waits for it, and speaks with fresh models. Several schedulers on one store share the tasks.
 */
export function startScheduler(options: {
  app: App;
  messenger: Messenger;
  jobs: readonly Job[];
  stopMs?: number;
}): Scheduler {
  const { app, messenger, jobs, stopMs = STOP_MS } = options;
  const { log } = app;
  const abort = new AbortController();
  const { signal } = abort;
  const claims = createClaims(app);
  const queue = new PQueue({ concurrency: 1 });
  const queued = new Set<string>();
  let running: { readonly key: string; readonly turn: Turn } | undefined;

  async function tasksOf(job: Job): Promise<readonly Task[]> {
    try {
      return await job.tasks({ app, messenger, signal });
    } catch (err) {
      log.error({ err, job: job.name }, 'a job could not say what it has to do');
      return [];
    }
  }

  /** Its turn may have come, or not: that is decided when all before it have ended. */
  function enqueue(task: Task): void {
    if (queued.has(task.key)) return;
    queued.add(task.key);
    const run = async (): Promise<void> => {
      try {
        const turn = signal.aborted ? undefined : await claims.take(task);
        if (turn?.isGivenUp === true) await giveUp(task, turn);
        else if (turn !== undefined) await perform(task, turn);
      } catch (err) {
        log.error({ err, task: task.key }, 'a task could not be taken, or its end not be noted');
      } finally {
        queued.delete(task.key);
      }
    };
    void queue.add(run);
  }

  async function perform(task: Task, turn: Turn): Promise<void> {
    const { key } = task;
    const what = { task: key, due: new Date(turn.due).toISOString(), attempt: turn.attempt };
    running = { key, turn };
    log.info(what, 'task begins');
    const started = performance.now();
    const isLastTry = turn.attempt >= MOST_ATTEMPTS;
    const outcome = await task.run(turn.due, isLastTry).then(
      () => 'done' as const,
      (err: unknown) => {
        if (signal.aborted) return 'released' as const;
        log.error({ err, ...what }, 'a task failed');
        return 'failed' as const;
      },
    );
    running = undefined;
    log.info({ ...what, outcome, ms: Math.round(performance.now() - started) }, 'task ended');
    await claims.end(key, turn, outcome);
    if (outcome === 'failed' && isLastTry) await giveUp(task, turn);
  }

  /** What has failed for good, or has ended the process too often, is the operators' to look at. */
  async function giveUp({ key }: Task, { due }: Turn): Promise<void> {
    log.error({ task: key, due: new Date(due).toISOString() }, 'a task was tried often enough: given up');
    const { operatorsChannelId } = app.config;
    if (operatorsChannelId === undefined) return;
    const delivery = await messenger.postToChannel(
      operatorsChannelId,
      givenUpReply(key, due),
      nonceOf('given up', key, due),
    );
    if (delivery !== 'sent') log.error({ delivery }, 'the operators could not be told');
  }

  async function beat(): Promise<void> {
    try {
      if (running !== undefined) await claims.hold(running.key, running.turn);
    } catch (err) {
      log.error({ err }, 'the lease of a task could not be renewed');
    }
    for (const job of jobs) for (const task of await tasksOf(job)) enqueue(task);
  }

  const heart = schedule('* * * * *', beat, {
    noOverlap: true,
    // What it misses is caught up with from the store.
    suppressMissedWarning: true,
    logger: {
      info: (message) => log.info(message),
      warn: (message) => log.warn(message),
      error: (err) => log.error({ err }, 'the scheduler stumbled'),
      debug: () => {},
    },
  });
  void beat();

  return {
    beat,
    settled: () => queue.onIdle(),
    async stop() {
      await heart.destroy();
      abort.abort(new Error('the bot stops'));
      await withTimeout(stopMs, queue.onIdle(), () => undefined);
    },
  };
}
