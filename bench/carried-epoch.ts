// An epoch of the filtered recipe's carried memory, beside its arithmetic at the kernel's best speed and beside PyTorch.
import type { Backend } from '../src/engine/lstm/backend.ts';
import { batchingOf } from '../src/engine/lstm/batching.ts';
import { trainEpoch, type TrainingRun } from '../src/engine/lstm/fit.ts';
import { Kernel } from '../src/engine/lstm/kernel/kernel.ts';
import { loadKernel } from '../src/engine/lstm/kernel/load.ts';
import { newModel } from '../src/engine/lstm/tf-model.ts';
import { readNetwork } from '../src/engine/lstm/network.ts';
import { hyperOf } from '../src/engine/lstm/train.ts';
import { createTrainer } from '../src/engine/lstm/trainer.ts';
import { randomNumbers } from '../tests/support/numbers.ts';
import { type Figure, figure } from './figures.ts';
import { type Python, timePyTorch } from './peers.ts';
import { fastestOf } from './timing.ts';

/** Of the longest history, 2,500 returns. */
const [trainingDays, validationDays, assets, rounds] = [1750, 375, 12, 5];
const hyper = hyperOf('filtered', 'carried');
const now = () => performance.now();

async function carriedRun({ tf }: Backend): Promise<TrainingRun> {
  const parts = await newModel(tf, assets, hyper, 1);
  const trainer = createTrainer(await loadKernel(), readNetwork(parts), hyper);
  const training = { from: 0, to: trainingDays };
  const validation = { from: trainingDays, to: trainingDays + validationDays };
  const series = { data: randomNumbers()(validation.to * assets, Math.sqrt(3)), cols: assets };
  const blocks = { training, validation, calibration: validation };
  const weights = new Float32Array(parts.weights);
  return { trainer, weights, series, blocks, hyper, now, onProgress: undefined, signal: undefined };
}

/** What `fit` does in an epoch. */
async function epoch(run: TrainingRun): Promise<void> {
  await trainEpoch(run);
  batchingOf(hyper).predictBlock(run.trainer, run, run.blocks.validation);
}

/**
 * Multiplications and additions of the epoch's matrix products, without padding. A day of a sequence multiplies [h x]
 * (n + units) by the gates' weights (4 units wide), an output by the dense layer's (units × n). The way back multiplies
 * as much for the gradient of these weights; and once more for that of h, which needs no x and no first day. Nothing
 * else is counted: gates, tanh, loss and Adam are a few per cent.
 */
function operations(run: TrainingRun): number {
  const { units, lookBack } = hyper;
  const [gates, recurrent, dense] = [8 * (assets + units) * units, 8 * units * units, 2 * units * assets];
  let count = 0;
  for (const { inputs, steps, outputSteps } of batchingOf(hyper).batches(run, run.blocks.training)) {
    const sequences = inputs.length / (steps * assets);
    count += sequences * (steps * 2 * gates + (steps - 1) * recurrent + outputSteps * 3 * dense);
  }
  return count + (4 * lookBack + validationDays - 1) * gates + validationDays * dense;
}

/** Operations a second of the kernel's fastest product, in the shapes that an LSTM of these units has. */
async function measurePeak(): Promise<number> {
  const kernel = new Kernel(await loadKernel());
  const { units } = hyper;
  let peak = 0;
  for (const [rows, depth, cols] of [
    [60, units, 4 * units],
    [96, units, 4 * units],
    [96, 4 * units, units],
  ] as const) {
    const [a, b, c] = [kernel.reserve(rows, depth), kernel.reserve(depth, cols), kernel.reserve(rows, cols)];
    const repeat = 50;
    const seconds = await fastestOf(8, async () => {
      for (let k = 0; k < repeat; k += 1) kernel.multiply(a, depth, b, c, c);
    });
    peak = Math.max(peak, (repeat * 2 * rows * depth * cols) / seconds);
  }
  return peak;
}

/** The peak is measured between the epochs, so that a busy phase of the machine affects both. */
export async function* benchCarriedEpoch(backend: Backend, python: Python | undefined): AsyncGenerator<Figure> {
  const run = await carriedRun(backend);
  let [seconds, peak, peerSeconds] = [Infinity, 0, Infinity];
  for (let round = 0; round < rounds; round += 1) {
    seconds = Math.min(seconds, await fastestOf(8, () => epoch(run)));
    peak = Math.max(peak, await measurePeak());
    if (python) peerSeconds = Math.min(peerSeconds, timePyTorch(python, ['carried', hyper.batch, hyper.units], 4));
  }
  const name = `carried epoch, ${trainingDays.toLocaleString('en-GB')} days, batch ${hyper.batch}, ${hyper.units} units`;
  const ideal = { name: `its products at ${(peak / 1e9).toFixed(0)} GFLOP/s`, value: operations(run) / peak };
  yield figure(name, seconds, 's', { peer: ideal, bar: { ratio: 2.5 } });
  if (python) yield figure(name, seconds, 's', { peer: { name: 'PyTorch', value: peerSeconds } });
}
