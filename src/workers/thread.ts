import type { MessagePort } from 'node:worker_threads';
import { UserError } from '../errors.ts';
import { createHandlers, type TaskKind, type Tasks } from './tasks.ts';

/** One task as it crosses the border; progress goes back through the port while it runs. */
export interface TaskMessage<K extends TaskKind> {
  readonly kind: K;
  readonly input: Tasks[K]['input'];
  readonly port: MessagePort;
}

/** A UserError would arrive as a plain Error (structured clone drops classes), so it crosses as a value. */
export type TaskReply<K extends TaskKind> =
  | { readonly ok: true; readonly output: Tasks[K]['output'] }
  | { readonly ok: false; readonly message: string; readonly option: string | undefined };

const handlers = createHandlers();

export default async function run<K extends TaskKind>({ kind, input, port }: TaskMessage<K>): Promise<TaskReply<K>> {
  try {
    const output = await handlers[kind](input, (progress) => {
      port.postMessage(progress);
    });
    return { ok: true, output };
  } catch (error) {
    if (error instanceof UserError) return { ok: false, message: error.message, option: error.option };
    throw error;
  } finally {
    port.close();
  }
}
