// One piece of work of bench/growth.ts in a process of its own, so that its peak memory is its own. Prints JSON.
// `growth-child.ts solve M n` or `growth-child.ts draw M n H`
import { historyUntil } from '../src/engine/history.ts';
import { loadTf } from '../src/engine/lstm/backend.ts';
import { train } from '../src/engine/lstm/train.ts';
import { drawScenarios } from '../src/engine/lstm/scenarios.ts';
import { fatTailed } from '../tests/support/scenarios.ts';
import { randomPrices } from '../tests/support/random-prices.ts';
import { solve } from './solve.ts';
import { fastestOf, peakMemory } from './timing.ts';

const runs = 3;
const now = () => performance.now();

async function draw(scenarios: number, assets: number, horizon: number): Promise<object> {
  const history = historyUntil(randomPrices({ days: 1800, assets }));
  const backend = await loadTf();
  const model = await train(history, { backend, recipe: 'filtered', seed: 1, now, hyper: { maxEpochs: 1 } });
  const seconds = await fastestOf(runs, () => drawScenarios({ model, history, horizon, scenarios, seed: 1, now }));
  return { seconds, memory: peakMemory() };
}

async function solveRandom(scenarios: number, assets: number): Promise<object> {
  const { seconds, gap } = await solve(runs, fatTailed(scenarios, assets, 1));
  return { seconds, gap, memory: peakMemory() };
}

const [what, ...sizes] = process.argv.slice(2);
const [scenarios = 0, assets = 0, horizon = 0] = sizes.map(Number);
console.log(
  JSON.stringify(await (what === 'draw' ? draw(scenarios, assets, horizon) : solveRandom(scenarios, assets))),
);
