// A thread of bench/stacked.ts, which trains as many models as it is told to, one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { trainStacked } from '../src/engine/lstm/stacked.ts';
import { randomNumbers } from '../tests/support/numbers.ts';
import type { StackedWork } from './stacked.ts';

async function train(windows: number): Promise<void> {
  const { units, batch, steps, epochs }: StackedWork = workerData;
  const next = randomNumbers();
  const [inputs, targets] = [next(windows * steps), next(windows)];
  const hyper = { units: [units, units], batch, learningRate: 1e-3, maxEpochs: epochs };
  await trainStacked({ inputs, targets, steps, features: 1, outputs: 1 }, { hyper, seed: 1, now: () => 0 });
}

const { batch, windows }: StackedWork = workerData;
await train(batch);
parentPort!.on('message', async (models: number) => {
  for (let k = 0; k < models; k += 1) await train(windows);
  parentPort!.postMessage('trained');
});
parentPort!.postMessage('ready');
