// The optimiser beside SciPy's native HiGHS, with and without kinds of constraints, and beside itself. `node bench/optimizer.ts`
// takes two minutes and prints a line for each figure; exit code 1 when a bar is missed. What is compared with SciPy needs
// `apt-get install python3-scipy libopenblas0-pthread`, or `pip install scipy`, and the minimum ../shared/peers beside the
// checkout; without them the rest runs. Nothing else should run meanwhile.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { loadHighs } from '../src/engine/optimize/highs.ts';
import { openOptimizer } from '../src/engine/optimize/optimizer.ts';
import type { RiskProblem } from '../src/engine/optimize/problem.ts';
import type { Matrix } from '../src/engine/types.ts';
import { fatTailed } from '../tests/support/scenarios.ts';
import { sharedExists, sharedFile } from '../tests/support/shared-files.ts';
import { runAlone } from './alone.ts';
import { type Bar, type Figure, figure, sizeName } from './figures.ts';
import { benchMandates } from './mandates.ts';
import { findPython, type Python, runPython } from './peers.ts';
import { alpha, problemOf, solve } from './solve.ts';
import { secondsOf } from './timing.ts';

const runs = 3;
/** How often two programs take turns, so that a busy phase of the machine affects both. */
const rounds = 5;

interface Size {
  readonly rows: number;
  readonly cols: number;
  readonly bar: Bar;
}

/** The minimum alone, beside the peer. */
const minima: readonly Size[] = [
  { rows: 10_000, cols: 12, bar: { ratio: 0.3 } },
  { rows: 10_000, cols: 100, bar: { ratio: 0.15 } },
  { rows: 10_000, cols: 500, bar: { ratio: 0.15 } },
];

/** The minimum and a best, one after the other. */
const both: Size = { rows: 100_000, cols: 12, bar: { atMost: 2 } };

const limits = 12;
const decision = { rows: 5000, cols: 12, bar: { ratio: 2.5 } };

/** A minimum CVaR, and how long it took, the loading of the program apart. */
interface Minimum {
  readonly cvar: number;
  readonly seconds: number;
}

async function minimumOf(scenarios: Matrix): Promise<Minimum> {
  const highs = await loadHighs();
  const started = performance.now();
  const optimizer = await openOptimizer(problemOf(scenarios), { highs });
  try {
    const { cvar } = optimizer.minimum().portfolio;
    return { cvar, seconds: (performance.now() - started) / 1000 };
  } finally {
    optimizer.close();
  }
}

const peerMinimum = z.object({ cvar: z.number(), seconds: z.number() });

function minimumByPeer(python: Python, { rows, cols }: Size, file: string): Minimum {
  const script = sharedFile('peers/lp_highs_dual.py');
  return runPython(python, [script, `${rows}`, `${cols}`, '--file', file, '--alpha', `${alpha}`], peerMinimum);
}

const faster = (a: Minimum, b: Minimum): Minimum => (b.seconds < a.seconds ? b : a);

async function* benchMinimum(size: Size, python: Python | undefined, folder: string): AsyncGenerator<Figure> {
  const { rows, cols, bar } = size;
  const file = join(folder, 'scenarios.f64');
  writeFileSync(file, fatTailed(rows, cols, 1).data);
  const scenarios = { rows, cols, data: new Float64Array(new Uint8Array(readFileSync(file)).buffer) };
  let ours = await minimumOf(scenarios);
  let peer: Minimum | undefined;
  for (let round = 0; round < rounds; round++) {
    ours = faster(ours, await minimumOf(scenarios));
    if (python === undefined) continue;
    const theirs = minimumByPeer(python, size, file);
    peer = peer === undefined ? theirs : faster(peer, theirs);
  }
  const name = `optimise ${sizeName(rows, cols)}, minimum`;
  const beside = peer && { name: "SciPy's HiGHS, dual LP", value: peer.seconds };
  yield figure(name, ours.seconds, 's', { peer: beside, bar });
  if (peer === undefined) return;
  yield figure(`${name}, differs from the peer's by`, Math.abs(ours.cvar - peer.cvar), '', { bar: { atMost: 1e-6 } });
}

/** Limits that fall evenly from the loosest that binds. */
async function fallingLimits(problem: RiskProblem): Promise<number[]> {
  const optimizer = await openOptimizer(problem);
  try {
    const unlimited = optimizer.best(Infinity);
    if (unlimited.status !== 'optimal') throw new Error('no limit cannot be infeasible');
    const { cvar: least } = unlimited.minimum;
    const step = (unlimited.best.cvar - least) / limits;
    return Array.from({ length: limits }, (_, at) => least + (limits - at - 0.5) * step);
  } finally {
    optimizer.close();
  }
}

/** All that a decision costs, the loading of the solver too. */
async function decide(problem: RiskProblem, lossLimits: readonly number[]): Promise<void> {
  const optimizer = await openOptimizer(problem);
  try {
    optimizer.minimum();
    for (const limit of lossLimits) optimizer.best(limit);
  } finally {
    optimizer.close();
  }
}

async function benchDecision(): Promise<Figure> {
  const { rows, cols, bar } = decision;
  const problem = problemOf(fatTailed(rows, cols, 1));
  const lossLimits = await fallingLimits(problem);
  let [all, minimum] = [Infinity, Infinity];
  for (let round = 0; round < 2 * rounds; round++) {
    all = Math.min(all, await secondsOf(() => decide(problem, lossLimits)));
    minimum = Math.min(minimum, await secondsOf(() => decide(problem, [])));
  }
  const name = `decide ${sizeName(rows, cols)}, minimum and ${limits} limits`;
  return figure(name, all, 's', { peer: { name: 'the minimum alone', value: minimum }, bar });
}

export async function* benchOptimizer(): AsyncGenerator<Figure> {
  const python = sharedExists ? findPython(['scipy']) : undefined;
  const folder = mkdtempSync(join(tmpdir(), 'tailcap-bench-'));
  try {
    for (const size of minima) yield* benchMinimum(size, python, folder);
    yield* benchMandates(python, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const { seconds } = await solve(runs, fatTailed(both.rows, both.cols, 1));
  yield figure(`optimise ${sizeName(both.rows, both.cols)}, minimum and best`, seconds, 's', { bar: both.bar });
  yield await benchDecision();
}

if (import.meta.main) await runAlone(benchOptimizer);
