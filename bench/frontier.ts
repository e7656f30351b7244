// Twenty points of a frontier beside one cold solve: `node bench/frontier.ts`.
import { frontier } from '../src/engine/optimize/frontier.ts';
import { optimize } from '../src/engine/optimize/optimizer.ts';
import { longOnly } from '../tests/support/long-only.ts';
import { fatTailed } from '../tests/support/scenarios.ts';
import { runAlone } from './alone.ts';
import { type Figure, figure, sizeName } from './figures.ts';
import { secondsOf } from './timing.ts';

const alpha = 0.95;
const points = 20;
/** How often the two take turns, so that a busy phase of the machine affects both. */
const rounds = 7;

interface Work {
  readonly rows: number;
  readonly cols: number;
  /** The largest allowed ratio of the frontier's time to the solve's; absent: no requirement. */
  readonly mostSolves?: number;
}

const works: readonly Work[] = [
  { rows: 10_000, cols: 12, mostSolves: 3 },
  { rows: 10_000, cols: 100 },
  { rows: 100_000, cols: 12 },
];

async function measure({ rows, cols, mostSolves }: Work): Promise<Figure> {
  const scenarios = fatTailed(rows, cols, 1);
  const problem = { scenarios, alpha, feasible: longOnly(scenarios), points };
  const found = await frontier(problem);
  if (found.points.length !== points) throw new Error(`expected ${points} points, got ${found.points.length}`);
  const lossLimit = (found.minimum.cvar + found.points.at(-1)!.cvar) / 2;
  const cold = () => optimize({ ...problem, lossLimit });
  let [seconds, coldSeconds] = [Infinity, Infinity];
  for (let round = 0; round < rounds; round++) {
    coldSeconds = Math.min(coldSeconds, await secondsOf(cold));
    seconds = Math.min(seconds, await secondsOf(() => frontier(problem)));
  }
  return figure(`frontier of ${points} points, ${sizeName(rows, cols)}`, seconds, 's', {
    peer: { name: 'one cold solve', value: coldSeconds },
    bar: mostSolves === undefined ? undefined : { ratio: mostSolves },
  });
}

export async function* benchFrontier(): AsyncGenerator<Figure> {
  for (const work of works) yield await measure(work);
}

if (import.meta.main) await runAlone(benchFrontier);
