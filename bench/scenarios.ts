// Drawing scenarios by both memories, on one thread and on two, beside PyTorch: `node bench/scenarios.ts`.
import { historyUntil } from '../src/engine/history.ts';
import type { Memory } from '../src/engine/lstm/lstm-model.ts';
import { loadTf } from '../src/engine/lstm/backend.ts';
import type { Backend } from '../src/engine/lstm/backend.ts';
import { train } from '../src/engine/lstm/train.ts';
import { drawScenarios } from '../src/engine/lstm/scenarios.ts';
import { createPool } from '../src/workers/pool.ts';
import type { Pool } from '../src/workers/pool.ts';
import { randomPrices } from '../tests/support/random-prices.ts';
import { runAlone } from './alone.ts';
import { type Bar, type Figure, figure, sizeName } from './figures.ts';
import { findPython, timePyTorch } from './peers.ts';
import { fastestOf } from './timing.ts';

const [assets, horizon, scenarios, fresh, runs] = [12, 21, 10_000, 5000, 3];
const history = historyUntil(randomPrices({ days: 1800, assets }));
const now = () => performance.now();

/** For two threads that draw the same scenarios as `allocate`. */
const bars: Readonly<Record<Memory, Bar | undefined>> = { carried: undefined, window: { atMost: 4 } };

async function* benchMemory(memory: Memory, backend: Backend, pool: Pool): AsyncGenerator<Figure> {
  const model = await train(history, {
    backend,
    recipe: 'calibrated',
    seed: 1,
    now,
    hyper: { memory, maxEpochs: 1 },
  });
  const work = { model, history, horizon, scenarios };
  function drawInThread(count: number, seed: number) {
    const sampling = { scenarios: count, seed };
    return pool.run('simulate', { strategy: 'cvar-lstm', model, history, horizonDays: horizon, sampling });
  }
  const alone = await fastestOf(runs, () => drawScenarios({ ...work, seed: 1, now }));
  const python = memory === 'carried' ? findPython() : undefined;
  const peer = python && { name: 'PyTorch', value: timePyTorch(python, ['carry', scenarios, horizon], runs) };
  yield figure(`draw ${sizeName(scenarios, assets, horizon)}, memory ${memory}, one thread`, alone, 's', { peer });
  const both = await fastestOf(runs, () => Promise.all([drawInThread(scenarios, 1), drawInThread(fresh, 2)]));
  yield figure(`draw ${sizeName(scenarios)} + ${sizeName(fresh)}, memory ${memory}, two threads`, both, 's', {
    bar: bars[memory],
  });
}

export async function* benchScenarios(): AsyncGenerator<Figure> {
  const pool = createPool({ threads: 2, hasTimeLimits: false, onCrash: (error) => console.error(error) });
  try {
    const backend = await loadTf();
    yield* benchMemory('carried', backend, pool);
    yield* benchMemory('window', backend, pool);
  } finally {
    await pool.close();
  }
}

if (import.meta.main) await runAlone(benchScenarios);
