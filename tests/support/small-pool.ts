import { createHandlers, type TaskKind, type Tasks } from '../../src/workers/tasks.ts';
import type { Handlers } from '../../src/workers/serve.ts';
import type { Pool } from '../../src/workers/pool.ts';
import { trainSmall } from './small-model.ts';

interface SmallPool extends Pool {
  /** The kinds of tasks that were run, in order. */
  readonly ran: TaskKind[];
  /** Those whose caller was gone before the end. */
  readonly aborted: TaskKind[];
}

const trainOn: Handlers<Tasks>['train'] = ({ history, recipe, seed, start }, onProgress) =>
  trainSmall(history.prices, { recipe, seed, start, onProgress });

/**
 * What the pool's threads do, in this one and with nets of a few units. A task ends when its signal aborts.
 * @param others instead of the real work
 */
export function smallPool(others: Partial<Handlers<Tasks>> = {}): SmallPool {
  const ran: TaskKind[] = [];
  const aborted: TaskKind[] = [];
  const handlers: Handlers<Tasks> = {
    ...createHandlers(),
    train: trainOn,
    trainPast: trainOn,
    ...others,
  };
  return {
    ran,
    aborted,
    async run(kind, input, { signal, onProgress } = {}) {
      signal?.throwIfAborted();
      ran.push(kind);
      const end = Promise.withResolvers<never>();
      const abort = (): void => {
        aborted.push(kind);
        end.reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort);
      try {
        return await Promise.race([end.promise, handlers[kind](input, (step) => onProgress?.(step))]);
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    queue: () => ({ running: 0, waiting: 0 }),
    close: async () => {},
  };
}
