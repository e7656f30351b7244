import { type SequenceBatch, Stack } from './kernel/stack.ts';
import type { Network } from './network.ts';

/** A network under training. tfjs's own training spends a millisecond per step on top of its arithmetic. */
export type Trainer = Pick<Stack, 'step' | 'predict'>;

/** @param network its weights change in place with each step */
export function createTrainer(
  module: WebAssembly.Module,
  network: Network,
  { learningRate }: { readonly learningRate: number },
): Trainer {
  const { assets, units, lstm, ...dense } = network;
  const stack = new Stack(module, { inputs: assets, units: [units], outputs: assets, learningRate });
  const weights = { lstms: [lstm], ...dense };
  return {
    step(batch: SequenceBatch, targets) {
      // The weights may have changed since the last call: the best ones are put back after a training.
      stack.set(weights);
      const loss = stack.step(batch, targets);
      stack.get(weights);
      return loss;
    },
    predict(batch) {
      stack.set(weights);
      return stack.predict(batch);
    },
  };
}
