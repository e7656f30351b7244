// Training on the LSTM kernel beside PyTorch on one thread: `node bench/lstm.ts`.
import { loadTf } from '../src/engine/lstm/backend.ts';
import type { Backend } from '../src/engine/lstm/backend.ts';
import { trainEpoch } from '../src/engine/lstm/fit.ts';
import { loadKernel } from '../src/engine/lstm/kernel/load.ts';
import { newModel } from '../src/engine/lstm/tf-model.ts';
import { readNetwork } from '../src/engine/lstm/network.ts';
import { createTrainer } from '../src/engine/lstm/trainer.ts';
import { randomNumbers } from '../tests/support/numbers.ts';
import { runAlone } from './alone.ts';
import { type Bar, type Figure, figure } from './figures.ts';
import { benchCarriedEpoch } from './carried-epoch.ts';
import { findPython, timePyTorch } from './peers.ts';
import { fastestOf } from './timing.ts';

const [windows, lookBack, assets] = [1500, 60, 12];
const now = () => performance.now();

interface Work {
  readonly batch: number;
  readonly units: number;
  /** How often ours and the peer's take turns, two epochs each, so that a busy phase of the machine affects both. */
  readonly rounds: number;
  readonly bar?: Bar;
}

const works: readonly Work[] = [
  { batch: 64, units: 64, rounds: 4, bar: { ratio: 1 } },
  { batch: 256, units: 64, rounds: 2 },
  { batch: 64, units: 256, rounds: 1 },
  { batch: 256, units: 256, rounds: 1 },
];

/** One pass over 1,500 windows of 60 days: forward pass, backward pass, Adam. */
async function epoch({ tf }: Backend, { batch, units }: Work): Promise<() => Promise<unknown>> {
  const hyper = { memory: 'window', lookBack, units, batch, learningRate: 1e-3, maxEpochs: 1 } as const;
  const parts = await newModel(tf, assets, hyper, 1);
  const trainer = createTrainer(await loadKernel(), readNetwork(parts), hyper);
  const all = { from: 0, to: lookBack + windows };
  const series = { data: randomNumbers()(all.to * assets, Math.sqrt(3)), cols: assets };
  const blocks = { training: all, validation: all, calibration: all };
  const run = { trainer, weights: new Float32Array(parts.weights), series, blocks, hyper, now };
  return () => trainEpoch({ ...run, onProgress: undefined, signal: undefined });
}

export async function* benchLstm(): AsyncGenerator<Figure> {
  const python = findPython();
  const backend = await loadTf();
  for (const work of works) {
    const { batch, units, rounds, bar } = work;
    const run = await epoch(backend, work);
    let [seconds, peerSeconds] = [Infinity, Infinity];
    for (let round = 0; round < rounds; round += 1) {
      seconds = Math.min(seconds, await fastestOf(2, run));
      if (python) peerSeconds = Math.min(peerSeconds, timePyTorch(python, ['epoch', batch, units], 2));
    }
    const peer = python && { name: 'PyTorch', value: peerSeconds };
    yield figure(`train an epoch, batch ${batch}, ${units} units`, seconds, 's', { peer, bar });
  }
  yield* benchCarriedEpoch(backend, python);
}

if (import.meta.main) await runAlone(benchLstm);
