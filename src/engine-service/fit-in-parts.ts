// A fit on worker threads, in parts where its strategy splits it.
import { findStrategy } from '../engine/strategies/index.ts';
import type { Model } from '../engine/strategies/strategy.ts';
import type { OnProgress } from '../engine/types.ts';
import type { TaskOptions } from '../workers/lane.ts';
import type { Pool } from '../workers/pool.ts';
import type { FitInput } from '../workers/task-types.ts';

/** The kinds of tasks of a fit and of its parts: for answers, or for backtests. */
const KINDS = {
  fit: { whole: 'fit', part: 'fitPart' },
  fitPast: { whole: 'fitPast', part: 'fitPartPast' },
} as const;

/** Of all progress of a fit in parts, how much the parts have. */
const SHARE_OF_PARTS = 0.9;

/**
 * Parts run side by side, on as many threads as are free. Where there is room for the first, there is for the whole fit.
 * @param input without parts
 * @throws as `Pool.run`
 */
export async function fitInParts(
  pool: Pick<Pool, 'run'>,
  kind: keyof typeof KINDS,
  input: FitInput,
  { signal, onProgress, onTime }: TaskOptions,
): Promise<Model> {
  const { strategy, history, params, seed } = input;
  const { split } = findStrategy(strategy);
  const { whole, part: partKind } = KINDS[kind];
  if (split === undefined) return pool.run(whole, input, { signal, onProgress, onTime });
  let ms = 0;
  const addTime = (one: number): void => {
    ms += one;
  };
  // Where one part fails, the others are of no use.
  const failure = new AbortController();
  const stop = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
  const count = split.count(history, params);
  const progress = sumOf(onProgress, count);
  const parts = await Promise.all(
    Array.from({ length: count }, (_, part) =>
      pool
        .run(
          partKind,
          { strategy, history, params, seed, part },
          { signal: stop, onProgress: progress(part), onTime: addTime, isAccepted: part > 0 },
        )
        .catch((error: unknown) => {
          failure.abort(error);
          throw error;
        }),
    ),
  );
  const onLast: OnProgress | undefined =
    onProgress && ((one) => onProgress({ ...one, done: SHARE_OF_PARTS + (1 - SHARE_OF_PARTS) * one.done }));
  const last = { signal, onProgress: onLast, onTime: addTime, isAccepted: true };
  const model = await pool.run(whole, { ...input, parts }, last);
  onTime?.(ms);
  return model;
}

/** Progress of parts as that of the whole. What is left is told by what has passed. */
function sumOf(onProgress: OnProgress | undefined, count: number): (part: number) => OnProgress | undefined {
  const done = Array.from({ length: count }, () => 0);
  const startedAt = performance.now();
  return (part) =>
    onProgress &&
    ((progress) => {
      done[part] = progress.done;
      const all = (SHARE_OF_PARTS * done.reduce((sum, one) => sum + one, 0)) / count;
      const secondsLeft = ((performance.now() - startedAt) / 1000) * (1 / all - 1);
      onProgress({ ...progress, done: all, ...(Number.isFinite(secondsLeft) && { secondsLeft }) });
    });
}
