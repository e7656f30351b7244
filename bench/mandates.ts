// Kinds of constraints beside the plain problem, and beside SciPy's HiGHS on the whole program: part of
// `node bench/optimizer.ts`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { loadHighs } from '../src/engine/optimize/highs.ts';
import { openOptimizer } from '../src/engine/optimize/optimizer.ts';
import type { RiskProblem } from '../src/engine/optimize/problem.ts';
import { longOnly } from '../tests/support/long-only.ts';
import { fatTailed } from '../tests/support/scenarios.ts';
import { type Bar, type Figure, figure, type Peer, sizeName } from './figures.ts';
import { type Python, runPython } from './peers.ts';
import { alpha, problemOf } from './solve.ts';

const size = { rows: 5000, cols: 12 };
/** How often the problems take turns. */
const rounds = 10;
/** How much of the limit lies above the minimum. */
const room = 0.03;

interface Kind {
  readonly name: string;
  readonly parts: Partial<RiskProblem>;
  /** As bench/peers/mandate.py reads them. */
  readonly peer: Readonly<Record<string, number>>;
  readonly bar?: Bar;
}

/** Equal weights in each scenario. */
const equal = ({ rows, cols, data }: RiskProblem['scenarios']): Float64Array =>
  Float64Array.from({ length: rows }, (_, m) => data.subarray(m * cols, (m + 1) * cols).reduce((a, b) => a + b) / cols);

const sparse = (name: string, most: number, least: number): Kind => ({
  name,
  parts: { sparsity: { most, least } },
  peer: { most, least },
  bar: { ratio: 3 },
});

function kindsOf(scenarios: RiskProblem['scenarios']): readonly Kind[] {
  const { cols } = scenarios;
  const half = Math.floor(cols / 2);
  const held = Float64Array.from({ length: cols }, (_, at) => (at < half ? 0 : 1 / (cols - half)));
  const feasible = longOnly(scenarios);
  const group = Float64Array.from({ length: cols }, (_, at) => (at < half ? 1 : 0));
  return [
    {
      name: 'weights to 25 %',
      parts: { feasible: { ...feasible, upper: feasible.upper.map(() => 0.25) } },
      peer: { upper: 0.25 },
    },
    {
      name: 'a group to 30 %',
      parts: { feasible: { ...feasible, rows: [{ lower: 0, upper: 0.3, coefficients: group }] } },
      peer: { group: 0.3 },
    },
    {
      name: 'turnover 30 %, costs',
      parts: { trading: { held, mostTurnover: 0.3, cost: 0.001 } },
      peer: { turnover: 0.3, cost: 0.001 },
    },
    { name: 'a benchmark', parts: { behind: { benchmark: equal(scenarios), limit: 0.08 } }, peer: { behind: 0.08 } },
    sparse('3 assets', 3, 0),
    sparse('5 assets', 5, 0),
    sparse('positions of 10 %', cols, 0.1),
    sparse('4 assets of 15 %', 4, 0.15),
  ];
}

interface Timed {
  readonly cvar: number;
  /** Of the best. */
  readonly mean: number;
  /** How long the minimum took. */
  readonly minimum: number;
  /** And a best after it. */
  readonly both: number;
}

async function time(problem: RiskProblem): Promise<Timed> {
  const highs = await loadHighs();
  const started = performance.now();
  const optimizer = await openOptimizer(problem, { highs });
  try {
    const { cvar } = optimizer.minimum().portfolio;
    const minimum = (performance.now() - started) / 1000;
    const solution = optimizer.best(cvar + room);
    const both = (performance.now() - started) / 1000;
    if (solution.status !== 'optimal') throw new Error('a limit above the minimum CVaR cannot be infeasible');
    return { cvar, mean: solution.best.expectedReturn, minimum, both };
  } finally {
    optimizer.close();
  }
}

const faster = (a: Timed, b: Timed): Timed => ({
  ...b,
  minimum: Math.min(a.minimum, b.minimum),
  both: Math.min(a.both, b.both),
});

const whole = (value: number): Peer => ({ name: "SciPy's HiGHS, whole program", value });

const peerAnswer = z.object({ minimum: z.number(), both: z.number(), cvar: z.number(), mean: z.number() });

export async function* benchMandates(python: Python | undefined, folder: string): AsyncGenerator<Figure> {
  const { rows, cols } = size;
  const scenarios = fatTailed(rows, cols, 1);
  const file = join(folder, 'mandate.f64');
  writeFileSync(file, scenarios.data);
  for (const { name, parts, peer, bar } of kindsOf(scenarios)) {
    const plain = problemOf(scenarios);
    let [without, ours] = [await time(plain), await time({ ...plain, ...parts })];
    for (let round = 1; round < rounds; round++) {
      without = faster(without, await time(plain));
      ours = faster(ours, await time({ ...plain, ...parts }));
    }
    const title = `optimise ${sizeName(rows, cols)}, ${name}`;
    const beside = { name: 'without it', value: without.both };
    yield figure(`${title}, minimum and best`, ours.both, 's', { peer: beside, bar });
    if (python === undefined) continue;
    const script = fileURLToPath(new URL('peers/mandate.py', import.meta.url));
    const asked = [`${rows}`, `${cols}`, file, `${alpha}`, `${room}`, JSON.stringify(peer)];
    const theirs = runPython(python, [script, ...asked], peerAnswer);
    yield figure(`${title}, minimum`, ours.minimum, 's', { peer: whole(theirs.minimum) });
    yield figure(`${title}, minimum and best, beside SciPy`, ours.both, 's', { peer: whole(theirs.both) });
    const differs = Math.max(Math.abs(ours.cvar - theirs.cvar), Math.abs(ours.mean - theirs.mean));
    yield figure(`${title}, differs from the peer's by`, differs, '', { bar: { atMost: 1e-6 } });
  }
}
