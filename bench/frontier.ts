// Twenty points of a frontier beside one solve that begins with nothing: `node bench/frontier.ts`.
import { frontier } from '../src/engine/optimize/frontier.ts';
import { optimize } from '../src/engine/optimize/optimizer.ts';
import { fatTailed } from '../tests/support/scenarios.ts';

const alpha = 0.95;
const bounds = { minWeight: 0, maxWeight: 1 };
const points = 20;
/** The two take turns so many times, so that a machine that is busy for a while is busy for both. */
const rounds = 7;

interface Work {
  readonly rows: number;
  readonly cols: number;
  readonly seed: number;
  /** The frontier may take at most so many times the solve; absent: only told. */
  readonly bar?: number;
}

const works: readonly Work[] = [
  { rows: 10_000, cols: 12, seed: 1, bar: 3 },
  { rows: 10_000, cols: 12, seed: 2, bar: 3 },
  { rows: 10_000, cols: 12, seed: 3, bar: 3 },
  { rows: 10_000, cols: 100, seed: 1 },
  { rows: 100_000, cols: 12, seed: 1 },
];

export interface Row {
  readonly name: string;
  /** The fastest frontier of all rounds, HiGHS's loading included. */
  readonly seconds: number;
  /** The fastest cold solve: HiGHS loaded, minimum CVaR, then the best mean under a limit that binds. */
  readonly coldSeconds: number;
  readonly ratio: number;
  /** The certified gap of the worst point. */
  readonly gap: number;
  readonly bar: number | undefined;
  /** Undefined without a bar. */
  readonly passed: boolean | undefined;
}

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
};

async function measure({ rows, cols, seed, bar }: Work): Promise<Row> {
  const problem = { scenarios: fatTailed(rows, cols, seed), alpha, bounds, points };
  const found = await frontier(problem);
  const lossLimit = (found.minimum.cvar + (found.points.at(-1)?.cvar ?? Number.NaN)) / 2;
  const cold = () => optimize({ scenarios: problem.scenarios, limit: { lossLimit, alpha }, bounds });
  let [seconds, coldSeconds] = [Infinity, Infinity];
  for (let round = 0; round < rounds; round++) {
    coldSeconds = Math.min(coldSeconds, await secondsOf(cold));
    seconds = Math.min(seconds, await secondsOf(() => frontier(problem)));
  }
  const ratio = seconds / coldSeconds;
  const passed = bar === undefined ? undefined : ratio <= bar && found.points.length === points;
  return { name: `${rows} x ${cols}, seed ${seed}`, seconds, coldSeconds, ratio, gap: found.gap, bar, passed };
}

/** @param report gets a line for people at a time */
export async function benchFrontier(report: (line: string) => void = () => undefined): Promise<Row[]> {
  const done: Row[] = [];
  for (const work of works) {
    const row = await measure(work);
    done.push(row);
    report(describe(row));
  }
  return done;
}

function describe({ name, seconds, coldSeconds, ratio, gap, bar, passed }: Row): string {
  const verdict = bar === undefined ? 'no bar' : `at most ${bar}: ${passed ? 'PASS' : 'MISS'}`;
  const times = `${points} points ${seconds.toFixed(3)} s, one cold solve ${coldSeconds.toFixed(3)} s`;
  return `${name.padEnd(20)} ${times}, ratio ${ratio.toFixed(2)}, gap ${gap.toExponential(1)} | ${verdict}`;
}

if (import.meta.main) {
  console.log(`A frontier of ${points} points beside one cold solve; the best of ${rounds} rounds.`);
  const rows = await benchFrontier((line) => console.log(line));
  if (rows.some(({ passed }) => passed === false)) process.exitCode = 1;
}
