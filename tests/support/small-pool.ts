import type { LstmModel } from '../../src/engine/lstm/lstm-model.ts';
import { findStrategy } from '../../src/engine/strategies/index.ts';
import { lstmGenerator } from '../../src/engine/strategies/lstm-generator.ts';
import type { Model } from '../../src/engine/strategies/strategy.ts';
import type { OnProgress } from '../../src/engine/types.ts';
import { HANDLERS } from '../../src/workers/tasks.ts';
import type { Handlers, TaskKind, Tasks } from '../../src/workers/task-types.ts';
import type { Pool } from '../../src/workers/pool.ts';
import { SMALL, trainSmall, trainSmallWithPast } from './small-model.ts';

interface SmallPool extends Pool {
  /** The kinds of tasks that were run, in order. */
  readonly ran: TaskKind[];
  /** Those whose caller was gone before the end. */
  readonly aborted: TaskKind[];
}

/** Of the LSTM, whose models are small here; of a strategy that shares them, too. */
export const fitSmall = (
  { history, params, seed, start, previous }: Tasks['fit']['input'],
  onProgress: OnProgress,
): Promise<LstmModel> => {
  const { recipe, memory } = lstmGenerator.params.parse(params);
  const hyper = { ...SMALL, ...(memory !== undefined && { memory }) };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- they came from here
  const [before, earlier] = [start, previous] as (LstmModel | undefined)[];
  const options = { recipe, hyper, seed, start: before, onProgress };
  return recipe === 'filtered'
    ? trainSmallWithPast(history.prices, { ...options, previous: earlier })
    : trainSmall(history.prices, options);
};

/** Models of other kinds are the real ones. */
const fitAny = (input: Tasks['fit']['input'], onProgress: OnProgress): Promise<Model> =>
  findStrategy(input.strategy).codec === lstmGenerator.codec
    ? fitSmall(input, onProgress)
    : HANDLERS.fitPast(input, onProgress);

/**
 * What the pool's threads do, in this one and with nets of a few units. A task ends when its signal aborts.
 * @param others instead of the real work
 */
export function smallPool(others: Partial<Handlers<Tasks>> = {}): SmallPool {
  const ran: TaskKind[] = [];
  const aborted: TaskKind[] = [];
  const handlers: Handlers<Tasks> = {
    ...HANDLERS,
    fit: fitAny,
    fitPast: fitAny,
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
