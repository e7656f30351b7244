// Kinds of constraints beside the plain problem, and beside SciPy's HiGHS on the whole program.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { loadHighs } from '../src/engine/optimize/highs.ts';
import { openOptimizer } from '../src/engine/optimize/optimizer.ts';
import type { RiskProblem } from '../src/engine/optimize/problem.ts';
import { fatTailed } from '../tests/support/scenarios.ts';
import { type Bar, type Figure, figure, sizeName } from './figures.ts';
import { type Python, runPython } from './peers.ts';
import { alpha, problemOf } from './solve.ts';

const size = { rows: 5000, cols: 12 };
/** How often the problems take turns. */
const rounds = 5;
/** How much of the limit lies above the minimum. */
const room = 0.03;

interface Kind {
  readonly name: string;
  readonly parts: Pick<RiskProblem, 'sparsity' | 'trading' | 'behind'>;
  /** As bench/peers/mandate.py reads them. */
  readonly peer: Readonly<Record<string, number>>;
  readonly bar?: Bar;
}

/** Equal weights in each scenario. */
const equal = ({ rows, cols, data }: RiskProblem['scenarios']): Float64Array =>
  Float64Array.from({ length: rows }, (_, m) => data.subarray(m * cols, (m + 1) * cols).reduce((a, b) => a + b) / cols);

function kindsOf(scenarios: RiskProblem['scenarios']): readonly Kind[] {
  const { cols } = scenarios;
  const half = Math.floor(cols / 2);
  const held = Float64Array.from({ length: cols }, (_, at) => (at < half ? 0 : 1 / (cols - half)));
  const few = { most: 5, least: 0 };
  return [
    { name: 'turnover 30 %', parts: { trading: { held, mostTurnover: 0.3, cost: 0.001 } }, peer: { turnover: 0.3 } },
    { name: 'a benchmark', parts: { behind: { benchmark: equal(scenarios), limit: 0.08 } }, peer: { behind: 0.08 } },
    { name: '5 assets', parts: { sparsity: few }, peer: few, bar: { ratio: 3 } },
    {
      name: 'positions of 10 %',
      parts: { sparsity: { most: cols, least: 0.1 } },
      peer: { most: cols, least: 0.1 },
      bar: { ratio: 3 },
    },
  ];
}

interface Timed {
  readonly cvar: number;
  /** Of the minimum. */
  readonly minimum: number;
  /** And of a best after it. */
  readonly both: number;
}

async function time(problem: RiskProblem): Promise<Timed> {
  const highs = await loadHighs();
  const started = performance.now();
  const optimizer = await openOptimizer(problem, { highs });
  try {
    const { cvar } = optimizer.minimum().portfolio;
    const minimum = (performance.now() - started) / 1000;
    optimizer.best(cvar + room);
    return { cvar, minimum, both: (performance.now() - started) / 1000 };
  } finally {
    optimizer.close();
  }
}

const faster = (a: Timed, b: Timed): Timed => ({
  cvar: b.cvar,
  minimum: Math.min(a.minimum, b.minimum),
  both: Math.min(a.both, b.both),
});

const peerAnswer = z.object({ seconds: z.number(), cvar: z.number() });

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
    const theirs = runPython(
      python,
      [script, `${rows}`, `${cols}`, file, `${alpha}`, JSON.stringify(peer)],
      peerAnswer,
    );
    const whole = { name: "SciPy's HiGHS, whole program", value: theirs.seconds };
    yield figure(`${title}, minimum`, ours.minimum, 's', { peer: whole });
    yield figure(`${title}, differs from the peer's by`, Math.abs(ours.cvar - theirs.cvar), '', {
      bar: { atMost: 1e-6 },
    });
  }
}
