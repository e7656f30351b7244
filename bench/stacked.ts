// Stacked LSTMs, a model a stock, on two threads, beside PyTorch on the same two cores: `node bench/stacked.ts`.
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { runAlone } from './alone.ts';
import { type Bar, type Figure, figure } from './figures.ts';
import { findPython, type Python, timeStacks } from './peers.ts';
import { secondsOf } from './timing.ts';

export interface StackedWork {
  /** Of each of the two LSTM layers. */
  readonly units: number;
  readonly batch: number;
  readonly steps: number;
  readonly windows: number;
  readonly epochs: number;
}

const THREADS = 2;
const [models, windows] = [12, 600];
const weekly = { units: 256, steps: 24, windows, epochs: 1 };

const works: readonly (StackedWork & { readonly bar?: Bar })[] = [
  { ...weekly, batch: 32, bar: { ratio: 1.5 } },
  { ...weekly, batch: 64, bar: { ratio: 1.5 } },
  { units: 32, batch: 32, steps: 60, windows, epochs: 5 },
];

/** How often ours and the peer take turns, so that a busy phase of the machine affects both. */
const ROUNDS = 2;

/** As in the peer the time begins when all threads have made a first step. */
async function timeOurs(work: StackedWork): Promise<number> {
  const filename = fileURLToPath(new URL('stacked-child.ts', import.meta.url));
  const pool = new Piscina<StackedWork, void>({ filename, minThreads: THREADS, maxThreads: THREADS });
  const trainAll = (count: number, one: StackedWork) => Promise.all(Array.from({ length: count }, () => pool.run(one)));
  await trainAll(THREADS, { ...work, windows: work.batch });
  const seconds = await secondsOf(() => trainAll(models, work));
  await pool.destroy();
  return seconds;
}

/** PyTorch's better way: as many processes of one thread, or one process with as many threads. */
function timePeer(python: Python, { units, batch, steps, epochs }: StackedWork): number {
  const ways = [
    [THREADS, 1],
    [1, THREADS],
  ];
  return Math.min(...ways.map((way) => timeStacks(python, [units, batch, steps, windows, models, epochs, ...way])));
}

export async function* benchStacked(): AsyncGenerator<Figure> {
  const python = findPython(['torch']);
  for (const { bar, ...work } of works) {
    let [seconds, peerSeconds] = [Infinity, Infinity];
    for (let round = 0; round < ROUNDS; round += 1) {
      seconds = Math.min(seconds, await timeOurs(work));
      if (python) peerSeconds = Math.min(peerSeconds, timePeer(python, work));
    }
    const { units, batch, steps, epochs } = work;
    const name = `train ${models} stacks 2 × ${units}, ${windows} windows of ${steps}, batch ${batch}, epochs ${epochs}, ${THREADS} threads`;
    yield figure(name, seconds, 's', { peer: python && { name: 'PyTorch', value: peerSeconds }, bar });
  }
}

if (import.meta.main) await runAlone(benchStacked);
