import type { MessagePort } from 'node:worker_threads';
import type { OnProgress, Progress } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import type { Handlers, TaskTypes } from './task-types.ts';

/** A message through a task's port while it runs; `started` comes first. */
export type TaskEvent = 'started' | Progress;

/** A task as it is sent to a thread. */
export interface TaskMessage<T extends TaskTypes<T>, K extends keyof T> {
  readonly kind: K;
  readonly input: T[K]['input'];
  readonly port: MessagePort;
}

/** A UserError is sent as a value, because structured cloning would make it a plain Error. */
export type TaskReply<T extends TaskTypes<T>, K extends keyof T> =
  | { readonly ok: true; readonly output: T[K]['output'] }
  | ({ readonly ok: false } & Pick<UserError, 'message' | 'option' | 'code' | 'data'>);

/** Nobody reads faster, and each message takes time on the main thread, which must stay responsive. */
const PROGRESS_INTERVAL_MS = 200;

/**
 * The function that a thread's file exports for piscina to call.
 * @param open gives the handlers, as soon as the thread starts; if it fails, every task fails
 */
export function serve<T extends TaskTypes<T>>(open: () => Promise<Handlers<T>>) {
  const opening = open();
  // Without a handler, the failure would end the thread before a task can tell of it.
  opening.catch(() => {});
  return async <K extends keyof T>({ kind, input, port }: TaskMessage<T, K>): Promise<TaskReply<T, K>> => {
    port.postMessage('started' satisfies TaskEvent);
    try {
      const handlers = await opening;
      return { ok: true, output: await handlers[kind](input, reportTo(port)) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { message, option, code, data } = error;
      return { ok: false, message, option, code, data };
    } finally {
      port.close();
    }
  };
}

function reportTo(port: MessagePort): OnProgress {
  let last = -Infinity;
  return (progress) => {
    const now = performance.now();
    if (now - last < PROGRESS_INTERVAL_MS) return;
    last = now;
    port.postMessage(progress satisfies TaskEvent);
  };
}
