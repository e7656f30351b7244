// The optimiser beside SciPy's native HiGHS on the full linear program: `node bench/optimizer.ts`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { loadHighs } from '../src/engine/optimize/highs.ts';
import { openOptimizer } from '../src/engine/optimize/optimizer.ts';
import { meanReturns, portfolioOf } from '../src/engine/optimize/portfolio.ts';
import type { Matrix } from '../src/engine/types.ts';
import { fatTailed } from '../tests/support/scenarios.ts';
import { sharedExists, sharedFile } from '../tests/support/shared-files.ts';

const alpha = 0.95;
const anyWeights = { minWeight: 0, maxWeight: 1 };
const runs = 3;

interface Size {
  readonly rows: number;
  readonly cols: number;
  /** Our two solves may take at most this share of the peer's two, or this many seconds. */
  readonly bar: { readonly ratio: number } | { readonly seconds: number };
}

const sizes: readonly Size[] = [
  { rows: 10_000, cols: 12, bar: { ratio: 0.5 } },
  { rows: 10_000, cols: 100, bar: { ratio: 0.5 } },
  { rows: 100_000, cols: 12, bar: { seconds: 2 } },
];

/** Minimum CVaR and the best mean under the limit, solved one after the other. */
interface Answer {
  readonly minimumCvar: number;
  readonly bestMean: number;
  readonly minimumSeconds: number;
  readonly bestSeconds: number;
}

export interface Row {
  readonly size: string;
  readonly ours: Answer & { readonly limit: number; readonly gap: number };
  /** Undefined where it was not run. */
  readonly peer: Answer | undefined;
  readonly ratio: number | undefined;
  /** Undefined when what the bar compares with was not run. */
  readonly passed: boolean | undefined;
}

const seconds = ({ minimumSeconds, bestSeconds }: Answer): number => minimumSeconds + bestSeconds;

/** Halfway between the minimum CVaR and that of the asset with the best mean, so that it binds. */
function bindingLimit(scenarios: Matrix, minimumCvar: number): number {
  const means = meanReturns(scenarios);
  const best = means.indexOf(Math.max(...means));
  return (
    (minimumCvar +
      portfolioOf(
        scenarios,
        alpha,
        means.map((_, asset) => (asset === best ? 1 : 0)),
      ).cvar) /
    2
  );
}

async function solveOnce(scenarios: Matrix): Promise<Row['ours']> {
  const optimizer = await openOptimizer(scenarios, alpha, anyWeights, await loadHighs());
  try {
    const started = performance.now();
    const { portfolio } = optimizer.minimum();
    const minimumDone = performance.now();
    const limit = bindingLimit(scenarios, portfolio.cvar);
    const limitKnown = performance.now();
    const solution = optimizer.best(limit);
    const bestDone = performance.now();
    if (solution.status !== 'optimal') throw new Error('a limit above the minimum CVaR cannot be infeasible');
    return {
      minimumCvar: portfolio.cvar,
      bestMean: solution.best.expectedReturn,
      minimumSeconds: (minimumDone - started) / 1000,
      bestSeconds: (bestDone - limitKnown) / 1000,
      limit,
      gap: solution.gap,
    };
  } finally {
    optimizer.close();
  }
}

async function fastestOf(times: number, scenarios: Matrix): Promise<Row['ours']> {
  let fastest = await solveOnce(scenarios);
  for (let run = 1; run < times; run++) {
    const next = await solveOnce(scenarios);
    if (seconds(next) < seconds(fastest)) fastest = next;
  }
  return fastest;
}

/** The first Python here that has SciPy, or why there is no peer. */
function findPeer(): { readonly python: string } | { readonly missing: string } {
  if (!sharedExists) return { missing: '../shared is not here' };
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      execFileSync(python, ['-c', 'import scipy'], { stdio: 'ignore' });
      return { python };
    } catch {
      // Not this one: the next, or the sentence below.
    }
  }
  return { missing: 'no python3 with scipy' };
}

const peerAnswer = z.object({
  min_cvar: z.number(),
  expected: z.number(),
  min_seconds: z.number(),
  max_seconds: z.number(),
});

function solveByPeer(python: string, scenarios: Matrix, limit: number): Answer {
  const folder = mkdtempSync(join(tmpdir(), 'tailcap-bench-'));
  try {
    const file = join(folder, 'scenarios.f64');
    writeFileSync(file, scenarios.data);
    const shape = `${scenarios.rows},${scenarios.cols}`;
    const script = sharedFile('peers/lp_highs.py');
    const args = [script, file, '--alpha', String(alpha), '--shape', shape, '--loss', String(limit)];
    const answer = peerAnswer.parse(JSON.parse(execFileSync(python, args, { encoding: 'utf8' })));
    return {
      minimumCvar: answer.min_cvar,
      bestMean: answer.expected,
      minimumSeconds: answer.min_seconds,
      bestSeconds: answer.max_seconds,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs all sizes. @param report gets a line for people at a time */
export async function benchOptimizer(report: (line: string) => void = () => undefined): Promise<Row[]> {
  const found = findPeer();
  if ('missing' in found) report(`peer skipped: ${found.missing}`);
  const rows: Row[] = [];
  for (const { rows: count, cols, bar } of sizes) {
    const scenarios = fatTailed(count, cols, 1);
    const ours = await fastestOf(runs, scenarios);
    const compared = 'python' in found && 'ratio' in bar;
    const peer = compared ? solveByPeer(found.python, scenarios, ours.limit) : undefined;
    const ratio = peer === undefined ? undefined : seconds(ours) / seconds(peer);
    const inTime =
      'seconds' in bar ? seconds(ours) <= bar.seconds : ratio === undefined ? undefined : ratio <= bar.ratio;
    const row = { size: `${count} x ${cols}`, ours, peer, ratio, passed: inTime && agree(ours, peer) };
    rows.push(row);
    report(describe(row, bar));
  }
  return rows;
}

function agree(ours: Answer, peer: Answer | undefined): boolean {
  if (peer === undefined) return true;
  return Math.abs(ours.minimumCvar - peer.minimumCvar) <= 1e-6 && Math.abs(ours.bestMean - peer.bestMean) <= 1e-6;
}

const times = (answer: Answer): string =>
  `${answer.minimumSeconds.toFixed(2)} + ${answer.bestSeconds.toFixed(2)} = ${seconds(answer).toFixed(2)} s`;

function describe({ size, ours, peer, ratio, passed }: Row, bar: Size['bar']): string {
  const verdict = passed === undefined ? 'not compared' : passed ? 'PASS' : 'MISS';
  const wanted = 'seconds' in bar ? `at most ${bar.seconds} s` : `at most ${bar.ratio} of the peer's time`;
  const beside =
    peer === undefined || ratio === undefined
      ? `peer not run${'seconds' in bar ? ' (it needs two minutes for this size)' : ''}`
      : `peer ${times(peer)}, ratio ${ratio.toFixed(3)}, ` +
        `CVaR differs by ${(ours.minimumCvar - peer.minimumCvar).toExponential(1)}, ` +
        `mean by ${(ours.bestMean - peer.bestMean).toExponential(1)}`;
  return `${size.padEnd(13)} ours ${times(ours)}, gap ${ours.gap.toExponential(1)} | ${beside} | ${wanted}: ${verdict}`;
}

if (import.meta.main) {
  console.log('Minimum CVaR, then the best mean under a limit that binds; the best of three runs.');
  const rows = await benchOptimizer((line) => console.log(line));
  if (rows.some(({ passed }) => passed === false)) process.exitCode = 1;
}
