import type { TaskKind, Tasks } from './tasks.ts';
import { openLane, type Lane, type TaskOptions, type Terms } from './lane.ts';

export { ClosedError, type Queue, type TaskOptions } from './lane.ts';

/** Worker threads that compute while this one goes on hearing. */
export type Pool = Lane<Tasks>;

const MINUTE_MS = 60_000;

/**
 * What is nearest to an answer goes first: so people wait less, and few answers in progress hold their
 * scenarios in memory at the same time. A chart belongs to an answer that is computed already.
 */
const TERMS: Readonly<Record<TaskKind, Terms>> = {
  chart: { priority: 2, limitMs: MINUTE_MS, usualMs: 200, isAlwaysAccepted: true },
  decide: { priority: 1, limitMs: 5 * MINUTE_MS, usualMs: 500 },
  frontier: { priority: 1, limitMs: 5 * MINUTE_MS, usualMs: 1_000 },
  simulate: { priority: 0, limitMs: 5 * MINUTE_MS, usualMs: 3_000 },
  fit: { priority: 0, limitMs: 60 * MINUTE_MS, usualMs: 2 * MINUTE_MS },
  score: { priority: 1, limitMs: 5 * MINUTE_MS, usualMs: 500, isAlwaysAccepted: true },
  judge: { priority: 2, limitMs: 5 * MINUTE_MS, usualMs: 1_000, isAlwaysAccepted: true },
  decidePast: { priority: 1, limitMs: 60 * MINUTE_MS, usualMs: 2_000 },
  fitPast: { priority: 1, limitMs: 60 * MINUTE_MS, usualMs: 10_000 },
};

/** Which threads do what; `background` is what nobody waits for at a screen. */
const LANES: Readonly<Record<TaskKind, 'interactive' | 'training' | 'background'>> = {
  chart: 'interactive',
  decide: 'interactive',
  frontier: 'interactive',
  simulate: 'interactive',
  fit: 'training',
  score: 'training',
  judge: 'background',
  decidePast: 'background',
  fitPast: 'background',
};

/** Longer queues would outlast the 15 minutes in which Discord takes an answer. */
const MAX_WAITING = { interactive: 64, training: 8, background: 64 };

/** The thread that hears Discord goes before those that answer, these before those that train, and a backtest last. */
const NICENESS = { interactive: 5, training: 10, background: 15 };

/** More than an allocation over 1,000,000 × 12 or 10,000 × 500 scenarios holds. */
const HEAP_MIB = 512;

export interface PoolOptions {
  /** That answer people; half as many more train, and as many do a backtest's work, at lower priorities. */
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
  const open = (name: keyof typeof NICENESS, count: number): Pool =>
    openLane<Tasks>({ ...shared, threads: count, maxWaiting: MAX_WAITING[name], niceness: NICENESS[name] });
  const lanes = {
    interactive: open('interactive', threads),
    training: open('training', Math.max(1, Math.floor(threads / 2))),
    background: open('background', threads),
  };
  return {
    run: (kind, input, options?: TaskOptions) => lanes[LANES[kind]].run(kind, input, options),
    queue() {
      const queues = Object.values(lanes).map((lane) => lane.queue());
      return {
        running: queues.reduce((sum, { running }) => sum + running, 0),
        waiting: queues.reduce((sum, { waiting }) => sum + waiting, 0),
      };
    },
    async close() {
      await Promise.all(Object.values(lanes).map((lane) => lane.close()));
    },
  };
}
