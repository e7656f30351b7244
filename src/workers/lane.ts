import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { MINUTE_MS } from '../durations.ts';
import type { OnProgress } from '../engine/types.ts';
import { BusyError, UserError } from '../errors.ts';
import { FairQueue } from '../fair-queue.ts';
import { currentRequester, JOBS, membersOf, NOBODY } from '../requester.ts';
import type { TaskTypes } from './task-types.ts';
import type { TaskEvent, TaskMessage, TaskReply } from './serve.ts';

export interface TaskOptions {
  readonly onProgress?: OnProgress | undefined;
  /** Aborting ends the thread that computes, even in an endless loop. */
  readonly signal?: AbortSignal | undefined;
  /** Told how many milliseconds a task took on its thread, once it has ended well. */
  readonly onTime?: ((ms: number) => void) | undefined;
  /** Whether it belongs to work that was accepted before, so that it is accepted however many tasks wait. */
  readonly isAccepted?: boolean | undefined;
}

/** How tasks of one kind are scheduled. */
export interface TaskPolicy {
  /** Of a requester's waiting tasks, the one with the highest priority runs next: see `Turns`. */
  readonly priority: number;
  /** Milliseconds on a thread after which the task is stopped. */
  readonly limitMs: number;
  /** Milliseconds that it usually takes: a guess, until one has been measured. */
  readonly usualMs: number;
  /** Accepted however many tasks wait. */
  readonly isAlwaysAccepted?: boolean;
}

export interface LaneOptions<T> {
  /** The file that the threads run, whose default export is made by `serve`. */
  readonly file: URL;
  readonly threads: number;
  /** Whether one thread starts before there is a task for it. */
  readonly startsEarly: boolean;
  /** When this many tasks wait, the next one is refused, unless it is the first of its requester's to wait. */
  readonly maxWaiting: number;
  /** When this many tasks of a requester wait, their next one is refused. */
  readonly maxWaitingEach: number;
  /** Added to the threads' nice value (Linux), so that the operating system favours other threads. */
  readonly niceness: number;
  /** MiB of JavaScript objects that a thread may hold, without typed arrays and WebAssembly memory. */
  readonly heapMiB: number;
  readonly policies: Readonly<Record<keyof T, TaskPolicy>>;
  /** If not, a task may run for as long as its caller waits. */
  readonly hasTimeLimits: boolean;
  /** Called when a thread dies between two tasks. */
  readonly onCrash: (error: unknown) => void;
}

/** A thread pool with a bounded queue, in which requesters take turns. */
export interface Lane<T extends TaskTypes<T>> {
  /**
   * @throws UserError as the task threw it, or when it ran for longer than its kind may; BusyError when too many
   *   tasks wait; the signal's reason when aborted; Error for any other fault, such as the death of its thread
   */
  run<K extends keyof T>(kind: K, input: T[K]['input'], options?: TaskOptions): Promise<T[K]['output']>;
  queue(): Queue;
  /** Ends all tasks and threads. */
  close(): Promise<void>;
}

/** How many tasks are on threads, and how many wait for one. */
export interface Queue {
  readonly running: number;
  readonly waiting: number;
}

/** A task that waits or runs. */
interface PendingTask<K> {
  readonly kind: K;
  readonly policy: TaskPolicy;
  /** Ends it, whether it waits or runs. */
  readonly abort: AbortController;
  startedAt?: number;
  isOnThread: boolean;
}

/** The weight of a new measurement in the usual duration of its kind (exponential smoothing). */
const SMOOTHING = 0.3;

/** How long an idle thread lives; it holds tfjs and its memory. */
const IDLE_MS = MINUTE_MS;

/** The error of every task when the pool closes. */
export class ClosedError extends Error {
  override readonly name = 'ClosedError';

  constructor() {
    super('the worker pool is closed');
  }
}

export class ThreadLane<T extends TaskTypes<T>> implements Lane<T> {
  readonly #options: LaneOptions<T>;
  readonly #threads: Piscina;
  /** Used instead of piscina's queue, which does not limit abortable tasks and does not say when one starts. */
  readonly #queue: FairQueue;
  readonly #tasks = new Set<PendingTask<keyof T>>();
  /** Milliseconds, for the kinds that have been measured. */
  readonly #usual = new Map<keyof T, number>();
  #isClosed = false;

  constructor(options: LaneOptions<T>) {
    this.#options = options;
    this.#queue = new FairQueue({ concurrency: options.threads });
    this.#threads = openThreads(options);
    // Without a listener, the event would end the process.
    this.#threads.on('error', (error) => this.#onWorkerExit(error));
  }

  async run<K extends keyof T>(kind: K, input: T[K]['input'], options: TaskOptions = {}) {
    const { signal, isAccepted = false } = options;
    const policy = this.#options.policies[kind];
    signal?.throwIfAborted();
    if (this.#isClosed) throw new ClosedError();
    if (!isAccepted && policy.isAlwaysAccepted !== true) this.#checkRoom();
    const task: PendingTask<K> = { kind, policy, abort: new AbortController(), isOnThread: false };
    const abort = (): void => task.abort.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    this.#tasks.add(task);
    try {
      const perform = () => this.#perform(task, input, options);
      return await this.#queue.add(perform, { priority: policy.priority, signal: task.abort.signal });
    } finally {
      this.#tasks.delete(task);
      signal?.removeEventListener('abort', abort);
    }
  }

  queue(): Queue {
    return { running: this.#queue.pending, waiting: this.#queue.size };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { abort } of this.#tasks) abort.abort(new ClosedError());
    await this.#threads.destroy();
  }

  async #perform<K extends keyof T>(task: PendingTask<K>, input: T[K]['input'], { onProgress, onTime }: TaskOptions) {
    const { kind, abort } = task;
    task.startedAt = performance.now();
    const stopClock = this.#limit(task);
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (event: TaskEvent) => {
      if (event === 'started') task.isOnThread = true;
      else onProgress?.(event);
    });
    port1.unref();
    try {
      const message: TaskMessage<T, K> = { kind, input, port: port2 };
      const reply: TaskReply<T, K> = await this.#threads.run(message, { transferList: [port2], signal: abort.signal });
      if (!reply.ok) throw new UserError(reply.message, { option: reply.option, code: reply.code, data: reply.data });
      const [usual, ms] = [this.#usualMs(task), elapsed(task)];
      this.#usual.set(kind, usual + SMOOTHING * (ms - usual));
      onTime?.(ms);
      return reply.output;
    } finally {
      stopClock();
      port1.close();
    }
  }

  /** Aborts the task after its time limit. @returns a function that cancels this */
  #limit({ policy: { limitMs }, abort }: PendingTask<keyof T>): () => void {
    if (!this.#options.hasTimeLimits) return () => {};
    const timer = setTimeout(() => abort.abort(tooLong(limitMs)), limitMs);
    return () => clearTimeout(timer);
  }

  #usualMs({ kind, policy }: PendingTask<keyof T>): number {
    return this.#usual.get(kind) ?? policy.usualMs;
  }

  /** One requester's flood fills only their own share, and never that of scheduled work. @throws BusyError */
  #checkRoom(): void {
    const { maxWaiting, maxWaitingEach } = this.#options;
    const askers = membersOf(currentRequester());
    // Jobs bound themselves. Refused, they would lose their turn to whoever asks again sooner.
    if (askers.includes(JOBS)) return;
    // In the terminal one person has all the room.
    const own = askers.includes(NOBODY) ? undefined : this.#queue.ownSize;
    if (own !== undefined && own >= maxWaitingEach) throw this.#busy(own);
    if (this.#queue.size >= maxWaiting && own !== 0) throw this.#busy(this.#queue.size);
  }

  #busy(waiting: number): BusyError {
    const left = [...this.#tasks].map((task) => Math.max(0, this.#usualMs(task) - elapsed(task)));
    const wait = left.reduce((sum, ms) => sum + ms, 0) / this.#options.threads;
    return new BusyError(`I am busy: ${waiting} tasks wait already. Please try again in about ${inWords(wait)}.`, {
      code: 'pool.busy',
      data: { waiting, waitMs: Math.round(wait) },
    });
  }

  /**
   * Called when a thread without a task dies. piscina would leave a task waiting for ever for a thread that cannot
   * start.
   */
  #onWorkerExit(error: unknown): void {
    this.#options.onCrash(error);
    // One death costs one task: the one that has waited longest for a thread. The set is in order of arrival.
    const waiting = [...this.#tasks].find(({ startedAt, isOnThread }) => startedAt !== undefined && !isOnThread);
    waiting?.abort.abort(error);
  }
}

function openThreads<T>({ file, threads, startsEarly, niceness, heapMiB }: LaneOptions<T>): Piscina {
  return new Piscina({
    filename: file.href,
    minThreads: startsEarly ? 1 : 0,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
    // On other systems the value means something else, or applies to the whole process.
    niceIncrement: process.platform === 'linux' ? niceness : 0,
  });
}

function elapsed<K>({ startedAt }: PendingTask<K>): number {
  return startedAt === undefined ? 0 : performance.now() - startedAt;
}

const tooLong = (limitMs: number): UserError =>
  new UserError(
    `This took longer than ${inWords(limitMs)} and was stopped: try fewer assets, fewer scenarios or a shorter horizon.`,
    { code: 'pool.too-long', data: { limitMs } },
  );

function inWords(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return seconds <= 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
