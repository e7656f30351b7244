// Drawing scenarios by both memories on one thread, beside PyTorch: `node bench/scenarios.ts`.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { historyUntil } from '../src/engine/history.ts';
import type { Memory, ModelArtefact } from '../src/engine/lstm/artefact.ts';
import { loadTf } from '../src/engine/lstm/backend.ts';
import { train } from '../src/engine/lstm/train.ts';
import { drawScenarios } from '../src/engine/scenarios.ts';
import { randomPrices } from '../tests/support/random-prices.ts';

const [assets, horizon, runs] = [12, 21, 3];
const now = () => performance.now();
const history = historyUntil(randomPrices({ days: 1800, assets }));

/** Scenarios to optimise on, and to re-price on. */
interface Work {
  readonly memory: Memory;
  readonly samples: readonly number[];
  readonly hasPeer: boolean;
  /** MiB that the process may have held by then, with tfjs and all. */
  readonly mostMemory?: number;
}

const works: readonly Work[] = [
  { memory: 'carried', samples: [10_000], hasPeer: true },
  { memory: 'carried', samples: [10_000, 5000], hasPeer: false },
  { memory: 'window', samples: [10_000, 5000], hasPeer: false },
  { memory: 'carried', samples: [100_000], hasPeer: false, mostMemory: 1024 },
];

export interface Row {
  readonly name: string;
  /** The fastest of three. */
  readonly seconds: number;
  /** PyTorch, carrying the state; undefined where it was not run. */
  readonly peerSeconds: number | undefined;
  readonly ratio: number | undefined;
  /** MiB that the process has held at most until now. */
  readonly memory: number;
  /** Undefined without a bar. */
  readonly passed: boolean | undefined;
}

const drawAll = async (artefact: ModelArtefact, samples: readonly number[]): Promise<number> => {
  const started = now();
  for (const [seed, scenarios] of samples.entries()) {
    await drawScenarios({ artefact, history, horizon, scenarios, seed, now });
  }
  return (now() - started) / 1000;
};

const hasPyTorch = (python: string): boolean => {
  try {
    execFileSync(python, ['-c', 'import torch'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const timePeer = (python: string, scenarios: number): number => {
  const script = fileURLToPath(new URL('peers/lstm.py', import.meta.url));
  const output = execFileSync(python, [script, 'carry', ...[scenarios, horizon, runs].map(String)], {
    encoding: 'utf8',
  });
  return Math.min(...z.array(z.number()).parse(JSON.parse(output)));
};

/** @param report gets a line for people at a time */
export const benchScenarios = async (report: (line: string) => void = () => undefined): Promise<Row[]> => {
  const python = ['python3', '/usr/bin/python3'].find(hasPyTorch);
  if (python === undefined) report('peer skipped: no python3 with torch');
  const backend = await loadTf();
  const once = (memory: Memory) =>
    train(history, { backend, recipe: 'calibrated', seed: 1, now, hyper: { memory, maxEpochs: 1 } });
  const artefacts: Record<Memory, ModelArtefact> = { window: await once('window'), carried: await once('carried') };
  const rows: Row[] = [];
  for (const { memory: kind, samples, hasPeer, mostMemory } of works) {
    let seconds = Infinity;
    for (let run = 0; run < runs; run += 1) seconds = Math.min(seconds, await drawAll(artefacts[kind], samples));
    const peerSeconds = hasPeer && python !== undefined ? timePeer(python, samples[0]!) : undefined;
    const memory = process.resourceUsage().maxRSS / 1024;
    rows.push({
      name: `memory ${kind}, ${samples.join(' + ')} x ${horizon} days`,
      seconds,
      peerSeconds,
      ratio: peerSeconds === undefined ? undefined : seconds / peerSeconds,
      memory,
      passed: mostMemory === undefined ? undefined : memory <= mostMemory,
    });
    report(describe(rows.at(-1)!));
  }
  return rows;
};

const describe = ({ name, seconds, peerSeconds, ratio, memory, passed }: Row): string => {
  const peer =
    peerSeconds === undefined || ratio === undefined
      ? ''
      : ` | PyTorch ${peerSeconds.toFixed(2)} s, ratio ${ratio.toFixed(2)}`;
  const verdict = passed === undefined ? '' : passed ? ': PASS' : ': MISS';
  return `${name.padEnd(42)} ${seconds.toFixed(2)} s, at most ${memory.toFixed(0)} MiB so far${verdict}${peer}`;
};

if (import.meta.main) {
  console.log(`${assets} assets, 64 units, a look-back of 60 days; one thread; the fastest of ${runs}.`);
  const rows = await benchScenarios((line) => console.log(line));
  if (rows.some(({ passed }) => passed === false)) process.exitCode = 1;
}
