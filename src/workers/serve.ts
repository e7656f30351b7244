import type { MessagePort } from 'node:worker_threads';
import type { OnProgress, Progress } from '../engine/types.ts';
import { UserError } from '../errors.ts';

/** Kinds of tasks; inputs and outputs can be cloned between threads. */
export type TaskTypes<T> = { readonly [K in keyof T]: { readonly input: unknown; readonly output: unknown } };

export type Handlers<T extends TaskTypes<T>> = {
  readonly [K in keyof T]: (input: T[K]['input'], onProgress: OnProgress) => Promise<T[K]['output']>;
};

/** What comes through a task's port while it runs, the first thing first. */
export type Said = 'started' | Progress;

/** One task as it crosses the border. */
export interface TaskMessage<T extends TaskTypes<T>, K extends keyof T> {
  readonly kind: K;
  readonly input: T[K]['input'];
  readonly port: MessagePort;
}

/** A UserError would arrive as a plain Error (structured clone drops classes), so it crosses as a value. */
export type TaskReply<T extends TaskTypes<T>, K extends keyof T> =
  | { readonly ok: true; readonly output: T[K]['output'] }
  | ({ readonly ok: false } & Pick<UserError, 'message' | 'option' | 'code' | 'data'>);

/** Nobody reads faster, and each message costs the thread that must go on hearing. */
const PROGRESS_INTERVAL_MS = 200;

/**
 * What a thread's file exports for piscina to call.
 * @param open gives the work itself, at the first task, whose fault it is if that fails
 */
export function serve<T extends TaskTypes<T>>(open: () => Promise<Handlers<T>>) {
  let opening: Promise<Handlers<T>> | undefined;
  return async <K extends keyof T>({ kind, input, port }: TaskMessage<T, K>): Promise<TaskReply<T, K>> => {
    port.postMessage('started' satisfies Said);
    try {
      const handlers = await (opening ??= open());
      return { ok: true, output: await handlers[kind](input, tell(port)) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { message, option, code, data } = error;
      return { ok: false, message, option, code, data };
    } finally {
      port.close();
    }
  };
}

function tell(port: MessagePort): OnProgress {
  let last = -Infinity;
  return (progress) => {
    const now = performance.now();
    if (now - last < PROGRESS_INTERVAL_MS) return;
    last = now;
    port.postMessage(progress satisfies Said);
  };
}
