// The LSTM kernel beside PyTorch on one thread: `node bench/lstm.ts`.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { historyUntil } from '../src/engine/history.ts';
import type { ModelArtefact } from '../src/engine/lstm/artefact.ts';
import { loadTf } from '../src/engine/lstm/backend.ts';
import type { Backend } from '../src/engine/lstm/backend.ts';
import { createCell } from '../src/engine/lstm/cell.ts';
import { trainEpoch } from '../src/engine/lstm/fit.ts';
import { loadKernel } from '../src/engine/lstm/kernel/load.ts';
import { newModel } from '../src/engine/lstm/model.ts';
import { readNetwork } from '../src/engine/lstm/network.ts';
import { train } from '../src/engine/lstm/train.ts';
import { createTrainer } from '../src/engine/lstm/trainer.ts';
import { drawScenarios } from '../src/engine/scenarios.ts';
import { createPool } from '../src/workers/pool.ts';
import type { Pool } from '../src/workers/pool.ts';
import { randomNumbers } from '../tests/support/numbers.ts';
import { randomPrices } from '../tests/support/random-prices.ts';

const [windows, lookBack, assets, horizon] = [1500, 60, 12, 21];
const now = () => performance.now();

/** A bar in seconds, or as a share of the peer's time. */
type Bar = { readonly ratio: number } | { readonly seconds: number };

export interface Row {
  readonly name: string;
  /** The fastest of all repetitions. */
  readonly seconds: number;
  /** Undefined where it was not run. */
  readonly peerSeconds: number | undefined;
  readonly ratio: number | undefined;
  /** Undefined: printed to be seen, not to be kept. */
  readonly bar: Bar | undefined;
  /** Undefined without a bar, or when what it compares with was not run. */
  readonly passed: boolean | undefined;
}

interface Work {
  readonly name: string;
  readonly run: () => Promise<void>;
  /** Of peers/lstm.py, without the repetitions. */
  readonly peer?: readonly [string, number, number];
  /** Ours and the peer's take turns so many times. */
  readonly rounds: number;
  readonly bar?: Bar;
}

const hasPyTorch = (python: string): boolean => {
  try {
    execFileSync(python, ['-c', 'import torch'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const findPython = (): string | undefined => ['python3', '/usr/bin/python3'].find(hasPyTorch);

const timePeer = (python: string, [what, ...sizes]: readonly [string, number, number]): number => {
  const script = fileURLToPath(new URL('peers/lstm.py', import.meta.url));
  const repeat = what === 'draw' ? 1 : 2;
  const output = execFileSync(python, [script, what, ...sizes.map(String), String(repeat)], { encoding: 'utf8' });
  return Math.min(...z.array(z.number()).parse(JSON.parse(output)));
};

const timeOurs = async (run: () => Promise<void>): Promise<number> => {
  const started = now();
  await run();
  return (now() - started) / 1000;
};

/** In turns, so that a machine that is busy for a while is busy for both. */
const measure = async ({ name, run, peer, rounds, bar }: Work, python: string | undefined): Promise<Row> => {
  let [seconds, peerSeconds]: [number, number | undefined] = [Infinity, undefined];
  for (let round = 0; round < rounds; round += 1) {
    seconds = Math.min(seconds, await timeOurs(run), await timeOurs(run));
    if (python && peer) peerSeconds = Math.min(peerSeconds ?? Infinity, timePeer(python, peer));
  }
  const ratio = peerSeconds && seconds / peerSeconds;
  const passed = bar && ('seconds' in bar ? seconds <= bar.seconds : ratio && ratio <= bar.ratio);
  return { name, seconds, peerSeconds, ratio, bar, passed: passed === undefined ? undefined : Boolean(passed) };
};

/** One pass over 1,500 windows of 60 days: forward, back, Adam. */
const epoch = async (
  { tf }: Backend,
  { batch, units }: { readonly batch: number; readonly units: number },
  terms: Pick<Work, 'rounds' | 'bar'>,
): Promise<Work> => {
  const hyper = { memory: 'window', lookBack, units, batch, learningRate: 1e-3, maxEpochs: 1 } as const;
  const parts = await newModel(tf, assets, hyper, 1);
  const trainer = createTrainer(await loadKernel(), readNetwork(parts), hyper);
  const all = { from: 0, to: lookBack + windows };
  const series = { data: randomNumbers()(all.to * assets, Math.sqrt(3)), cols: assets };
  const blocks = { training: all, validation: all, calibration: all };
  const run = { trainer, weights: new Float32Array(parts.weights), series, blocks, hyper, now };
  return {
    name: `epoch, batch ${batch}, ${units} units`,
    run: async () => void (await trainEpoch({ ...run, onProgress: undefined, signal: undefined })),
    peer: ['epoch', batch, units],
    ...terms,
  };
};

/** Draws that carry one state a scenario: not the model that was trained so, but the work of one. */
const carryState = async (artefact: ModelArtefact, scenarios: number): Promise<() => Promise<void>> => {
  const cell = createCell(await loadKernel(), readNetwork(artefact), { rows: scenarios, windows: 1 });
  const day = new Float32Array(scenarios * assets);
  return async () => {
    cell.restart();
    for (let d = 0; d < horizon; d += 1) {
      cell.predict(0, day);
      cell.see(day);
      cell.advance(0);
    }
  };
};

const epochs = async (backend: Backend): Promise<Work[]> => [
  await epoch(backend, { batch: 64, units: 64 }, { rounds: 4, bar: { ratio: 1 } }),
  await epoch(backend, { batch: 256, units: 64 }, { rounds: 2 }),
  await epoch(backend, { batch: 64, units: 256 }, { rounds: 1 }),
  await epoch(backend, { batch: 256, units: 256 }, { rounds: 1 }),
];

const draws = async (backend: Backend, pool: Pool): Promise<Work[]> => {
  const prices = randomPrices({ days: 1800, assets });
  const history = historyUntil(prices);
  const artefact = await train(history, { backend, recipe: 'seed', seed: 1, now, hyper: { maxEpochs: 1 } });
  const drawInThread = (scenarios: number, seed: number) =>
    pool.run('draw', { artefact, history, horizon, scenarios, seed });
  return [
    {
      name: 'draw 10,000 x 21 days from whole windows',
      run: async () => void (await drawScenarios({ artefact, history, horizon, scenarios: 10_000, seed: 1, now })),
      peer: ['draw', 10_000, horizon],
      rounds: 1,
    },
    {
      name: 'draw 10,000 + 5,000 in two threads',
      run: async () => void (await Promise.all([drawInThread(10_000, 1), drawInThread(5000, 2)])),
      rounds: 2,
      bar: { seconds: 4 },
    },
    {
      name: 'draw 10,000 x 21 days carrying the state',
      run: await carryState(artefact, 10_000),
      peer: ['carry', 10_000, horizon],
      rounds: 2,
    },
  ];
};

/** @param report gets a line for people at a time */
export const benchLstm = async (report: (line: string) => void = () => undefined): Promise<Row[]> => {
  const python = findPython();
  if (!python) report('peer skipped: no python3 with torch');
  const pool = createPool({ threads: 2, hasTimeLimits: false, onCrash: (error) => report(String(error)) });
  try {
    const rows: Row[] = [];
    const backend = await loadTf();
    for (const work of [...(await epochs(backend)), ...(await draws(backend, pool))]) {
      const row = await measure(work, python);
      rows.push(row);
      report(describe(row));
    }
    return rows;
  } finally {
    await pool.close();
  }
};

const describe = ({ name, seconds, peerSeconds, ratio, bar, passed }: Row): string => {
  const peer = peerSeconds === undefined ? 'no peer' : `PyTorch ${peerSeconds.toFixed(3)} s`;
  const beside = ratio === undefined ? peer : `${peer}, ratio ${ratio.toFixed(2)}`;
  const wanted = bar && ('seconds' in bar ? `at most ${bar.seconds} s` : `at most ${bar.ratio} of PyTorch's time`);
  const verdict = passed === undefined ? '' : passed ? ': PASS' : ': MISS';
  return `${name.padEnd(42)} ours ${seconds.toFixed(3)} s | ${beside}${wanted ? ` | ${wanted}${verdict}` : ''}`;
};

if (import.meta.main) {
  console.log('The LSTM kernel beside PyTorch on one thread, taking turns; the fastest of each.');
  const rows = await benchLstm((line) => console.log(line));
  if (rows.some(({ passed }) => passed === false)) process.exitCode = 1;
}
