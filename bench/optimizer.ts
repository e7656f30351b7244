// The optimiser beside SciPy's native HiGHS on the full linear program: `node bench/optimizer.ts`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { loadHighs } from '../src/engine/optimize/highs.ts';
import { openOptimizer } from '../src/engine/optimize/optimizer.ts';
import { expectedReturns, measurePortfolio } from '../src/engine/optimize/portfolio.ts';
import type { Matrix } from '../src/engine/types.ts';
import { longOnly } from '../tests/support/long-only.ts';
import { fatTailed } from '../tests/support/scenarios.ts';
import { sharedExists, sharedFile } from '../tests/support/shared-files.ts';
import { runAlone } from './alone.ts';
import { type Bar, type Figure, figure, sizeName } from './figures.ts';
import { findPython, runPython } from './peers.ts';

const alpha = 0.95;
const runs = 3;
const peerName = "SciPy's HiGHS, full LP";

interface Size {
  readonly rows: number;
  readonly cols: number;
  readonly bar: Bar;
}

const sizes: readonly Size[] = [
  { rows: 10_000, cols: 12, bar: { ratio: 0.5 } },
  { rows: 10_000, cols: 100, bar: { ratio: 0.5 } },
  { rows: 100_000, cols: 12, bar: { atMost: 2 } },
];

/** The minimum CVaR and the best mean under a binding limit, solved one after the other. */
interface Answer {
  readonly minimumCvar: number;
  readonly bestMean: number;
  /** Of both solves. */
  readonly seconds: number;
}

interface Solved extends Answer {
  readonly limit: number;
  /** The larger of the two certified gaps. */
  readonly gap: number;
}

/** Halfway between the minimum CVaR and that of the asset with the best mean, so that it binds. */
function bindingLimit(scenarios: Matrix, minimumCvar: number): number {
  const means = expectedReturns(scenarios);
  const best = means.indexOf(Math.max(...means));
  const allInBest = means.map((_, asset) => (asset === best ? 1 : 0));
  return (minimumCvar + measurePortfolio(scenarios, alpha, allInBest).cvar) / 2;
}

async function solveOnce(scenarios: Matrix): Promise<Solved> {
  const optimizer = await openOptimizer(
    { scenarios, alpha, feasible: longOnly(scenarios) },
    { highs: await loadHighs() },
  );
  try {
    const started = performance.now();
    const minimum = optimizer.minimum();
    const minimumDone = performance.now();
    const limit = bindingLimit(scenarios, minimum.portfolio.cvar);
    const limitKnown = performance.now();
    const solution = optimizer.best(limit);
    const bestDone = performance.now();
    if (solution.status !== 'optimal') throw new Error('a limit above the minimum CVaR cannot be infeasible');
    return {
      minimumCvar: minimum.portfolio.cvar,
      bestMean: solution.best.expectedReturn,
      seconds: (minimumDone - started + bestDone - limitKnown) / 1000,
      limit,
      gap: Math.max(minimum.gap, solution.gap),
    };
  } finally {
    optimizer.close();
  }
}

/** The fastest of several cold runs. */
export async function solve(times: number, scenarios: Matrix): Promise<Solved> {
  let fastest = await solveOnce(scenarios);
  for (let run = 1; run < times; run++) {
    const next = await solveOnce(scenarios);
    if (next.seconds < fastest.seconds) fastest = next;
  }
  return fastest;
}

const peerAnswer = z.object({
  min_cvar: z.number(),
  expected: z.number(),
  min_seconds: z.number(),
  max_seconds: z.number(),
});

function solveByPeer(command: string, scenarios: Matrix, limit: number): Answer {
  const folder = mkdtempSync(join(tmpdir(), 'tailcap-bench-'));
  try {
    const file = join(folder, 'scenarios.f64');
    writeFileSync(file, scenarios.data);
    const shape = `${scenarios.rows},${scenarios.cols}`;
    const script = sharedFile('peers/lp_highs.py');
    const args = [script, file, '--alpha', String(alpha), '--shape', shape, '--loss', String(limit)];
    const answer = runPython(command, args, peerAnswer);
    return {
      minimumCvar: answer.min_cvar,
      bestMean: answer.expected,
      seconds: answer.min_seconds + answer.max_seconds,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function* benchOptimizer(): AsyncGenerator<Figure> {
  const python = sharedExists ? findPython() : undefined;
  for (const { rows, cols, bar } of sizes) {
    const scenarios = fatTailed(rows, cols, 1);
    const ours = await solve(runs, scenarios);
    const peer = python ? solveByPeer(python.command, scenarios, ours.limit) : undefined;
    const name = `optimise ${sizeName(rows, cols)}`;
    yield figure(`${name}, minimum and best`, ours.seconds, 's', {
      peer: peer && { name: peerName, value: peer.seconds },
      bar,
    });
    if (peer === undefined) continue;
    const largest = Math.max(Math.abs(ours.minimumCvar - peer.minimumCvar), Math.abs(ours.bestMean - peer.bestMean));
    yield figure(`${name}, CVaR or mean differs from the peer's by`, largest, '', { bar: { atMost: 1e-6 } });
  }
}

if (import.meta.main) await runAlone(benchOptimizer);
