import { HOUR_MS, MINUTE_MS } from '../durations.ts';
import type { TaskKind, Tasks } from './task-types.ts';
import { ThreadLane, type Lane, type TaskOptions, type TaskPolicy } from './lane.ts';

/** Worker threads, so that the main thread stays responsive: three lanes, each a thread pool with a bounded queue. */
export type Pool = Lane<Tasks>;

/**
 * Tasks that complete an answer run first. So people wait less, and few unfinished answers hold their scenarios in
 * memory at the same time. A chart and a purchase belong to an answer that is already computed. Each step of an answer
 * has a higher priority than the one before: see `Turns`.
 */
const POLICIES: Readonly<Record<TaskKind, TaskPolicy>> = {
  chart: { priority: 3, limitMs: MINUTE_MS, usualMs: 200, isAlwaysAccepted: true },
  buy: { priority: 2, limitMs: 5 * MINUTE_MS, usualMs: 200, isAlwaysAccepted: true },
  decide: { priority: 1, limitMs: 5 * MINUTE_MS, usualMs: 500 },
  frontier: { priority: 1, limitMs: 5 * MINUTE_MS, usualMs: 1_000 },
  look: { priority: 1, limitMs: 5 * MINUTE_MS, usualMs: 300 },
  view: { priority: 0, limitMs: 5 * MINUTE_MS, usualMs: 300 },
  check: { priority: 0, limitMs: MINUTE_MS, usualMs: 20 },
  simulate: { priority: 0, limitMs: 5 * MINUTE_MS, usualMs: 3_000 },
  fit: { priority: 0, limitMs: HOUR_MS, usualMs: 2 * MINUTE_MS },
  fitPart: { priority: 0, limitMs: HOUR_MS, usualMs: 30_000 },
  score: { priority: 1, limitMs: 5 * MINUTE_MS, usualMs: 500, isAlwaysAccepted: true },
  judge: { priority: 2, limitMs: 5 * MINUTE_MS, usualMs: 1_000, isAlwaysAccepted: true },
  compare: { priority: 2, limitMs: 5 * MINUTE_MS, usualMs: 1_000, isAlwaysAccepted: true },
  summarise: { priority: 2, limitMs: 5 * MINUTE_MS, usualMs: 500, isAlwaysAccepted: true },
  simulatePast: { priority: 0, limitMs: HOUR_MS, usualMs: 1_000 },
  decidePast: { priority: 1, limitMs: HOUR_MS, usualMs: 2_000 },
  fitPast: { priority: 1, limitMs: HOUR_MS, usualMs: 10_000 },
  forecastWeeks: { priority: 0, limitMs: HOUR_MS, usualMs: 30_000, isAlwaysAccepted: true },
  fitPartPast: { priority: 1, limitMs: HOUR_MS, usualMs: 30_000 },
};

/** The lane of each kind of task; nobody waits at a screen for those in `background`. */
const LANES: Readonly<Record<TaskKind, 'interactive' | 'training' | 'background'>> = {
  chart: 'interactive',
  buy: 'interactive',
  decide: 'interactive',
  frontier: 'interactive',
  look: 'interactive',
  view: 'interactive',
  check: 'interactive',
  simulate: 'interactive',
  fit: 'training',
  fitPart: 'training',
  score: 'training',
  judge: 'background',
  compare: 'background',
  summarise: 'background',
  simulatePast: 'background',
  decidePast: 'background',
  fitPast: 'background',
  fitPartPast: 'background',
  forecastWeeks: 'background',
};

/**
 * Tasks in longer queues would not finish within the 15 minutes in which Discord accepts an answer. A backtest has
 * about twice as many tasks in flight as there are threads, and is never to be refused its next one.
 */
const MAX_WAITING = {
  interactive: { maxWaiting: 256, maxWaitingEach: 16 },
  training: { maxWaiting: 16, maxWaitingEach: 4 },
  background: { maxWaiting: 1_024, maxWaitingEach: 256 },
};

/** The main thread comes first, then answers, then trainings, then backtests. */
const NICENESS = { interactive: 5, training: 10, background: 15 };

/** More than an allocation over 1,000,000 × 12 or 10,000 × 500 scenarios holds. */
const HEAP_MIB = 512;

export interface PoolOptions {
  /** Threads for answers. There are half as many for trainings and as many for backtests, at lower priorities. */
  readonly threads: number;
  /** False in the terminal, where the person who waits can interrupt. */
  readonly hasTimeLimits: boolean;
  /** Whether a thread for answers starts at once: an answer is about to be asked for. Absent: no. */
  readonly startsEarly?: boolean;
  /** Called when a thread dies between two tasks. */
  readonly onCrash: (error: unknown) => void;
}

/** @see docs/decisions/2026-11-20-two-lanes.md */
export function createPool({ threads, hasTimeLimits, startsEarly = false, onCrash }: PoolOptions): Pool {
  const file = new URL('thread.ts', import.meta.url);
  const shared = { file, heapMiB: HEAP_MIB, policies: POLICIES, hasTimeLimits, onCrash };
  const open = (name: keyof typeof NICENESS, count: number): Pool => {
    const isEarly = startsEarly && name === 'interactive';
    const bounds = { ...MAX_WAITING[name], niceness: NICENESS[name] };
    return new ThreadLane<Tasks>({ ...shared, ...bounds, threads: count, startsEarly: isEarly });
  };
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
