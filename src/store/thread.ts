import type { Worker } from 'node:worker_threads';
import type { Answer, Call, PlainError } from './thread-calls.ts';

/** What the methods of `S` take besides the deadline. */
type Rest<F> = F extends (deadline: number, ...rest: infer R) => unknown ? R : never;
type Result<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A service on a thread of its own, which starts again at the next call after it has died. It keeps the process alive
 * only while it is working.
 */
export class Thread<S> {
  readonly #start: () => Worker;
  readonly #deadline: () => number;
  #worker: Worker | undefined;
  #hasEnded = false;
  #calls = 0;
  readonly #pending = new Map<number, Pending>();

  /** @param deadline of a call that begins now */
  constructor(start: () => Worker, deadline: () => number) {
    this.#start = start;
    this.#deadline = deadline;
  }

  /** @throws Error of the method, or when the thread dies meanwhile: then what it did is not known; or after `end` */
  call<K extends keyof S & string>(method: K, ...args: Rest<S[K]>): Promise<Result<S[K]>> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) throw new Error('the thread of the store was ended');
      const worker = (this.#worker ??= this.#begin());
      this.#calls += 1;
      const call: Call = { id: this.#calls, method, deadline: this.#deadline(), args };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
      worker.postMessage(call);
      this.#pending.set(call.id, { resolve, reject });
      worker.ref();
    });
  }

  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  /** For good. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    await this.#worker?.terminate();
  }

  #begin(): Worker {
    const worker = this.#start();
    let death: Error | undefined;
    worker.on('message', (answer: Answer) => this.#settle(answer));
    worker.on('error', (error: Error) => (death = error));
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
      const error = new Error('the thread of the store has ended', { cause: death });
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
    });
    return worker;
  }

  #settle({ id, result, error }: Answer): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#worker?.unref();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the service's method gave it
    if (error === undefined) pending?.resolve(result as never);
    else pending?.reject(errorOf(error));
  }
}

function errorOf({ message, stack, ...codes }: PlainError): Error {
  const error = Object.assign(new Error(message), codes);
  if (stack !== undefined) error.stack = stack;
  return error;
}
