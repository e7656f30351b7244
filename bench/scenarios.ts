// Drawing scenarios by both memories, beside PyTorch, and for an answer by both recipes: `node bench/scenarios.ts`.
import { historyUntil } from '../src/engine/history.ts';
import type { Memory, Recipe } from '../src/engine/lstm/lstm-model.ts';
import { loadTf } from '../src/engine/lstm/backend.ts';
import type { Backend } from '../src/engine/lstm/backend.ts';
import { hyperOf, train } from '../src/engine/lstm/train.ts';
import { drawScenarios } from '../src/engine/lstm/scenarios.ts';
import { createPool } from '../src/workers/pool.ts';
import type { Pool } from '../src/workers/pool.ts';
import { randomPrices } from '../tests/support/random-prices.ts';
import { runAlone } from './alone.ts';
import { type Bar, type Figure, figure, sizeName } from './figures.ts';
import { findPython, timePyTorch } from './peers.ts';
import { fastestOf } from './timing.ts';

const [assets, horizon, scenarios, runs] = [12, 21, 10_000, 3];
const history = historyUntil(randomPrices({ days: 1800, assets }));
const now = () => performance.now();

const train1 = (backend: Backend, recipe: Recipe, memory: Memory) =>
  train(history, { backend, recipe, seed: 1, now, hyper: { memory, maxEpochs: 1 } });

/** The network alone, which draws day after day. */
async function* benchMemory(memory: Memory, backend: Backend): AsyncGenerator<Figure> {
  const model = await train1(backend, 'filtered', memory);
  const alone = await fastestOf(runs, () => drawScenarios({ model, history, horizon, scenarios, seed: 1, now }));
  const python = memory === 'carried' ? findPython() : undefined;
  const peer = python && { name: 'PyTorch', value: timePyTorch(python, ['carry', scenarios, horizon], runs) };
  yield figure(`draw ${sizeName(scenarios, assets, horizon)}, memory ${memory}, one thread`, alone, 's', { peer });
}

/** All that is drawn for an answer before it is decided. */
const bars: Readonly<Record<Recipe, Bar>> = { filtered: { atMost: 1 }, plain: { atMost: 4 } };

async function* benchRecipe(recipe: Recipe, backend: Backend, pool: Pool): AsyncGenerator<Figure> {
  const { memory } = hyperOf(recipe);
  const model = await train1(backend, recipe, memory);
  const order = { strategy: 'cvar-lstm', model, history, horizonDays: horizon, sampling: { scenarios, seed: 1 } };
  const seconds = await fastestOf(runs, () => pool.run('simulate', order));
  yield figure(`samples for ${sizeName(scenarios)}, recipe ${recipe}`, seconds, 's', { bar: bars[recipe] });
}

export async function* benchScenarios(): AsyncGenerator<Figure> {
  const pool = createPool({ threads: 1, hasTimeLimits: false, onCrash: (error) => console.error(error) });
  try {
    const backend = await loadTf();
    yield* benchMemory('carried', backend);
    yield* benchMemory('window', backend);
    yield* benchRecipe('filtered', backend, pool);
    yield* benchRecipe('plain', backend, pool);
  } finally {
    await pool.close();
  }
}

if (import.meta.main) await runAlone(benchScenarios);
