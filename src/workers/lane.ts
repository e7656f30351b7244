import { MessageChannel } from 'node:worker_threads';
import PQueue from 'p-queue';
import { Piscina } from 'piscina';
import type { OnProgress } from '../engine/types.ts';
import { UserError } from '../errors.ts';
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
  readonly terms: { readonly [K in keyof T]: Terms };
  /** Told of a thread that died with no task of its own. */
  readonly onCrash: (error: unknown) => void;
}

/** Threads, and a bounded queue before them. */
export interface Lane<T extends TaskTypes<T>> {
  /**
   * @throws UserError as the task threw it, when too many tasks wait, or when it ran for longer than its
   *   kind may; the signal's reason when aborted; Error for any fault, also when its thread died
   */
  run<K extends keyof T>(kind: K, input: T[K]['input'], options?: TaskOptions): Promise<T[K]['output']>;
  /** Ends everything. */
  close(): Promise<void>;
}

interface Job<K> {
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

const CLOSED = 'the worker pool is closed';

export function openLane<T extends TaskTypes<T>>(options: LaneOptions<T>): Lane<T> {
  const { threads, terms, maxWaiting } = options;
  const piscina = openThreads(options);
  piscina.on('error', (error) => {
    options.onCrash(error);
    // piscina would let a task wait for ever for a thread that fails as it starts.
    for (const { startedAt, isOnThread, abort } of jobs) {
      if (startedAt !== undefined && !isOnThread) abort.abort(error);
    }
  });
  // Not piscina's own queue: it does not bound tasks that can be aborted, and cannot say when one begins.
  const queue = new PQueue({ concurrency: threads });
  const jobs = new Set<Job<keyof T>>();
  const usual = new Map<keyof T, number>();
  let isClosed = false;
  const usualMs = ({ kind, terms: { usualMs: guess } }: Job<keyof T>): number => usual.get(kind) ?? guess;

  function busy(): UserError {
    const left = [...jobs].map((job) => Math.max(0, usualMs(job) - elapsed(job)));
    const wait = left.reduce((sum, ms) => sum + ms, 0) / threads;
    return new UserError(`I am busy: ${queue.size} tasks wait already. Please try again in about ${inWords(wait)}.`);
  }

  async function perform<K extends keyof T>(job: Job<K>, input: T[K]['input'], onProgress: OnProgress | undefined) {
    const { kind, abort } = job;
    job.startedAt = performance.now();
    const limit = setTimeout(() => abort.abort(tooLong(job.terms.limitMs)), job.terms.limitMs);
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (said: Said) => {
      if (said === 'started') job.isOnThread = true;
      else onProgress?.(said);
    });
    port1.unref();
    try {
      const message: TaskMessage<T, K> = { kind, input, port: port2 };
      const reply: TaskReply<T, K> = await piscina.run(message, { transferList: [port2], signal: abort.signal });
      if (!reply.ok) throw new UserError(reply.message, reply.option);
      usual.set(kind, usualMs(job) + NEWS * (elapsed(job) - usualMs(job)));
      return reply.output;
    } finally {
      clearTimeout(limit);
      port1.close();
    }
  }

  return {
    async run(kind, input, { onProgress, signal } = {}) {
      signal?.throwIfAborted();
      if (isClosed) throw new Error(CLOSED);
      const job: Job<typeof kind> = { kind, terms: terms[kind], abort: new AbortController(), isOnThread: false };
      if (queue.size >= maxWaiting && job.terms.isAlwaysAccepted !== true) throw busy();
      const abort = (): void => job.abort.abort(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      jobs.add(job);
      try {
        const { priority } = job.terms;
        return await queue.add(() => perform(job, input, onProgress), { priority, signal: job.abort.signal });
      } finally {
        jobs.delete(job);
        signal?.removeEventListener('abort', abort);
      }
    },
    async close() {
      isClosed = true;
      for (const { abort } of jobs) abort.abort(new Error(CLOSED));
      await piscina.destroy();
    },
  };
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

const elapsed = <K>({ startedAt }: Job<K>): number => (startedAt === undefined ? 0 : performance.now() - startedAt);

const tooLong = (limitMs: number): UserError =>
  new UserError(
    `This took longer than ${inWords(limitMs)} and was stopped: try fewer assets, fewer scenarios or a shorter horizon.`,
  );

const inWords = (ms: number): string => {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return seconds <= 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
};
