import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { OnProgress, Progress } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import type { TaskKind, Tasks } from './tasks.ts';
import type { TaskReply } from './thread.ts';

export interface TaskOptions {
  readonly onProgress?: OnProgress | undefined;
  /** Aborting ends the thread that computes, even in an endless loop. */
  readonly signal?: AbortSignal | undefined;
}

/** Worker threads that compute while this one goes on hearing. */
export interface Pool {
  /** @throws UserError as the task threw it; the signal's AbortError; Error for any fault of the task */
  run<K extends TaskKind>(kind: K, input: Tasks[K]['input'], options?: TaskOptions): Promise<Tasks[K]['output']>;
  close(): Promise<void>;
}

export function createPool(threads: number): Pool {
  const piscina = new Piscina({
    filename: new URL('thread.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 60_000,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  return {
    async run<K extends TaskKind>(kind: K, input: Tasks[K]['input'], { onProgress, signal }: TaskOptions = {}) {
      const { port1, port2 } = new MessageChannel();
      port1.on('message', (progress: Progress) => onProgress?.(progress));
      port1.unref();
      try {
        const reply: TaskReply<K> = await piscina.run(
          { kind, input, port: port2 },
          { transferList: [port2], ...(signal && { signal }) },
        );
        if (!reply.ok) throw new UserError(reply.message, reply.option);
        return reply.output;
      } finally {
        port1.close();
      }
    },
    close: () => piscina.destroy(),
  };
}
