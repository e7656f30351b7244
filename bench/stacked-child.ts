// What a thread of bench/stacked.ts does: it trains a model.
import { trainStacked } from '../src/engine/lstm/stacked.ts';
import { randomNumbers } from '../tests/support/numbers.ts';
import type { StackedWork } from './stacked.ts';

export default async function train({ units, batch, steps, windows, epochs }: StackedWork): Promise<void> {
  const next = randomNumbers();
  const [inputs, targets] = [next(windows * steps), next(windows)];
  const hyper = { units: [units, units], batch, learningRate: 1e-3, maxEpochs: epochs };
  await trainStacked({ inputs, targets, steps, features: 1, outputs: 1 }, { hyper, seed: 1, now: () => 0 });
}
