import type { TaskKind, Tasks } from './tasks.ts';
import { openLane, type Lane, type TaskOptions, type Terms } from './lane.ts';

export type { TaskOptions } from './lane.ts';

/** Worker threads that compute while this one goes on hearing. */
export type Pool = Lane<Tasks>;

const MINUTE_MS = 60_000;

/**
 * What is nearest to an answer goes first: so people wait less, and few answers in progress hold their
 * scenarios in memory at the same time. A chart belongs to an answer that is computed already.
 */
const TERMS: Readonly<Record<TaskKind, Terms>> = {
  chart: { priority: 2, limitMs: MINUTE_MS, usualMs: 200, isAlwaysAccepted: true },
  allocate: { priority: 1, limitMs: 5 * MINUTE_MS, usualMs: 500 },
  frontier: { priority: 1, limitMs: 5 * MINUTE_MS, usualMs: 1_000 },
  draw: { priority: 0, limitMs: 5 * MINUTE_MS, usualMs: 3_000 },
  train: { priority: 0, limitMs: 60 * MINUTE_MS, usualMs: 2 * MINUTE_MS },
};

/** Longer queues would outlast the 15 minutes in which Discord takes an answer. */
const MAX_WAITING = { interactive: 64, training: 8 };

/** The thread that hears Discord goes before those that answer, and these before those that train. */
const NICENESS = { interactive: 5, training: 10 };

/** More than an allocation over 1,000,000 × 12 or 10,000 × 500 scenarios holds. */
const HEAP_MIB = 512;

export interface PoolOptions {
  /** That answer people; half as many more train, at a low priority. */
  readonly threads: number;
  /** Unless somebody watches, who can interrupt. */
  readonly hasTimeLimits: boolean;
  /** Told of a thread that died with no task of its own. */
  readonly onCrash: (error: unknown) => void;
}

/** @see docs/decisions/2026-11-20-two-lanes.md */
export function createPool({ threads, hasTimeLimits, onCrash }: PoolOptions): Pool {
  const file = new URL('thread.ts', import.meta.url);
  const shared = { file, heapMiB: HEAP_MIB, terms: TERMS, hasTimeLimits, onCrash };
  const interactive = openLane<Tasks>({
    ...shared,
    threads,
    maxWaiting: MAX_WAITING.interactive,
    niceness: NICENESS.interactive,
  });
  const training = openLane<Tasks>({
    ...shared,
    threads: Math.max(1, Math.floor(threads / 2)),
    maxWaiting: MAX_WAITING.training,
    niceness: NICENESS.training,
  });
  return {
    run: (kind, input, options?: TaskOptions) => (kind === 'train' ? training : interactive).run(kind, input, options),
    async close() {
      await Promise.all([interactive.close(), training.close()]);
    },
  };
}
