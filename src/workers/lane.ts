import { MessageChannel } from 'node:worker_threads';
import PQueue from 'p-queue';
import { Piscina } from 'piscina';
import type { OnProgress } from '../engine/types.ts';
import { BusyError, UserError } from '../errors.ts';
import type { Said, TaskMessage, TaskReply, TaskTypes } from './serve.ts';

export interface TaskOptions {
  readonly onProgress?: OnProgress | undefined;
  /** Aborting ends the thread that computes, even in an endless loop. */
  readonly signal?: AbortSignal | undefined;
}

/** What is known of a kind of task before it runs. */
export interface Terms {
  /** Of the tasks that wait, a higher one goes first. */
  readonly priority: number;
  /** Milliseconds on a thread after which the task is ended. */
  readonly limitMs: number;
  /** Milliseconds that it takes: a guess, until one has been measured. */
  readonly usualMs: number;
  /** Accepted however many tasks wait. */
  readonly isAlwaysAccepted?: boolean;
}

export interface LaneOptions<T> {
  /** What the threads run: a file whose default export is made by `serve`. */
  readonly file: URL;
  readonly threads: number;
  /** With so many tasks waiting, the next one is refused. */
  readonly maxWaiting: number;
  /** What the threads add to their nice value (Linux): the operating system lets others go first. */
  readonly niceness: number;
  /** MiB of JavaScript objects that a thread may hold; typed arrays and WebAssembly's memory are not among them. */
  readonly heapMiB: number;
  readonly terms: Readonly<Record<keyof T, Terms>>;
  /** Without, a task may run for as long as its caller waits. */
  readonly hasTimeLimits: boolean;
  /** Told of a thread that died with no task of its own. */
  readonly onCrash: (error: unknown) => void;
}

/** Threads, and a bounded queue before them. */
export interface Lane<T extends TaskTypes<T>> {
  /**
   * @throws UserError as the task threw it, or when it ran for longer than its kind may; BusyError when too many
   *   tasks wait; the signal's reason when aborted; Error for any fault, also when its thread died
   */
  run<K extends keyof T>(kind: K, input: T[K]['input'], options?: TaskOptions): Promise<T[K]['output']>;
  queue(): Queue;
  /** Ends everything. */
  close(): Promise<void>;
}

/** How many tasks are on threads, and how many wait for one. */
export interface Queue {
  readonly running: number;
  readonly waiting: number;
}

export const openLane = <T extends TaskTypes<T>>(options: LaneOptions<T>): Lane<T> => new ThreadLane(options);

/** A task on its way through the lane. */
interface PendingTask<K> {
  readonly kind: K;
  readonly terms: Terms;
  /** Ends it, whether it waits or runs. */
  readonly abort: AbortController;
  startedAt?: number;
  isOnThread: boolean;
}

/** How much of a new measurement goes into the usual duration of its kind. */
const NEWS = 0.3;

/** Idle threads keep tfjs and its memory for so long. */
const IDLE_MS = 60_000;

/** What ends every task when the program ends. */
export class ClosedError extends Error {
  override readonly name = 'ClosedError';

  constructor() {
    super('the worker pool is closed');
  }
}

class ThreadLane<T extends TaskTypes<T>> implements Lane<T> {
  readonly #options: LaneOptions<T>;
  readonly #threads: Piscina;
  /** Not piscina's own: that one does not bound tasks that can be aborted, nor say when one begins. */
  readonly #queue: PQueue;
  readonly #tasks = new Set<PendingTask<keyof T>>();
  /** Milliseconds, of the kinds that have been measured. */
  readonly #usual = new Map<keyof T, number>();
  #isClosed = false;

  constructor(options: LaneOptions<T>) {
    this.#options = options;
    this.#queue = new PQueue({ concurrency: options.threads });
    this.#threads = openThreads(options);
    // Unheard, the event would end the process.
    this.#threads.on('error', (error) => this.#onWorkerExit(error));
  }

  async run<K extends keyof T>(kind: K, input: T[K]['input'], { onProgress, signal }: TaskOptions = {}) {
    const terms = this.#options.terms[kind];
    signal?.throwIfAborted();
    if (this.#isClosed) throw new ClosedError();
    if (this.#queue.size >= this.#options.maxWaiting && terms.isAlwaysAccepted !== true) throw this.#busy();
    const task: PendingTask<K> = { kind, terms, abort: new AbortController(), isOnThread: false };
    const abort = (): void => task.abort.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    this.#tasks.add(task);
    try {
      const perform = () => this.#perform(task, input, onProgress);
      return await this.#queue.add(perform, { priority: terms.priority, signal: task.abort.signal });
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

  async #perform<K extends keyof T>(task: PendingTask<K>, input: T[K]['input'], onProgress: OnProgress | undefined) {
    const { kind, abort } = task;
    task.startedAt = performance.now();
    const stopClock = this.#limit(task);
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (said: Said) => {
      if (said === 'started') task.isOnThread = true;
      else onProgress?.(said);
    });
    port1.unref();
    try {
      const message: TaskMessage<T, K> = { kind, input, port: port2 };
      const reply: TaskReply<T, K> = await this.#threads.run(message, { transferList: [port2], signal: abort.signal });
      if (!reply.ok) throw new UserError(reply.message, { option: reply.option, code: reply.code, data: reply.data });
      const usual = this.#usualMs(task);
      this.#usual.set(kind, usual + NEWS * (elapsed(task) - usual));
      return reply.output;
    } finally {
      stopClock();
      port1.close();
    }
  }

  /** Ends the task when its time is over. @returns how to let it go on */
  #limit({ terms: { limitMs }, abort }: PendingTask<keyof T>): () => void {
    if (!this.#options.hasTimeLimits) return () => {};
    const timer = setTimeout(() => abort.abort(tooLong(limitMs)), limitMs);
    return () => clearTimeout(timer);
  }

  #usualMs({ kind, terms }: PendingTask<keyof T>): number {
    return this.#usual.get(kind) ?? terms.usualMs;
  }

  #busy(): BusyError {
    const left = [...this.#tasks].map((task) => Math.max(0, this.#usualMs(task) - elapsed(task)));
    const wait = left.reduce((sum, ms) => sum + ms, 0) / this.#options.threads;
    const waiting = this.#queue.size;
    return new BusyError(`I am busy: ${waiting} tasks wait already. Please try again in about ${inWords(wait)}.`, {
      code: 'pool.busy',
      data: { waiting, waitMs: Math.round(wait) },
    });
  }

  /** A thread without a task has died. piscina would let a task wait for ever for one that fails as it starts. */
  #onWorkerExit(error: unknown): void {
    this.#options.onCrash(error);
    // One death costs one task: the one that has waited longest for its thread, as tasks are kept in their order.
    const waiting = [...this.#tasks].find(({ startedAt, isOnThread }) => startedAt !== undefined && !isOnThread);
    waiting?.abort.abort(error);
  }
}

const openThreads = <T>({ file, threads, niceness, heapMiB }: LaneOptions<T>): Piscina =>
  new Piscina({
    filename: file.href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
    // Elsewhere the value means something else, or applies to the whole process.
    niceIncrement: process.platform === 'linux' ? niceness : 0,
  });

const elapsed = <K>({ startedAt }: PendingTask<K>): number =>
  startedAt === undefined ? 0 : performance.now() - startedAt;

const tooLong = (limitMs: number): UserError =>
  new UserError(
    `This took longer than ${inWords(limitMs)} and was stopped: try fewer assets, fewer scenarios or a shorter horizon.`,
    { code: 'pool.too-long', data: { limitMs } },
  );

const inWords = (ms: number): string => {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return seconds <= 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
};
