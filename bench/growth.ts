// How time and memory grow with scenarios (M), assets (n) and days (H): `node bench/growth.ts`.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { runAlone } from './alone.ts';
import { type Figure, type Peer, figure, sizeName } from './figures.ts';

const child = fileURLToPath(new URL('growth-child.ts', import.meta.url));

/** Ten times the scenarios may take twelve times as long: linear growth plus a fifth. */
const MOST_OVER_LINEAR = 1.2;
const MIB_OF_LARGE_DRAW = 1024;
const LARGEST_GAP = 1e-7;

/** Work of given sizes, compared with the same work at the sizes `than` if there are any. */
interface Work<Sizes extends readonly number[]> {
  readonly sizes: Sizes;
  readonly than?: Sizes;
}

type SolveSizes = readonly [scenarios: number, assets: number];
type DrawSizes = readonly [scenarios: number, assets: number, horizon: number];

const solves: readonly Work<SolveSizes>[] = [
  { sizes: [10_000, 12] },
  { sizes: [10_000, 500], than: [10_000, 12] },
  { sizes: [100_000, 12], than: [10_000, 12] },
  { sizes: [100_000, 100], than: [100_000, 12] },
  { sizes: [1_000_000, 12], than: [100_000, 12] },
];

const draws: readonly Work<DrawSizes>[] = [
  { sizes: [10_000, 12, 21] },
  { sizes: [100_000, 12, 21], than: [10_000, 12, 21] },
  { sizes: [300_000, 12, 21], than: [100_000, 12, 21] },
  { sizes: [10_000, 60, 21], than: [10_000, 12, 21] },
  { sizes: [10_000, 12, 63], than: [10_000, 12, 21] },
  { sizes: [10_000, 12, 252], than: [10_000, 12, 63] },
];

const measured = z.object({ seconds: z.number(), memory: z.number(), gap: z.number().optional() });
type Measured = z.infer<typeof measured>;

async function measure(what: 'solve' | 'draw', sizes: readonly number[]): Promise<Measured> {
  const { stdout } = await promisify(execFile)(process.execPath, [child, what, ...sizes.map(String)]);
  return measured.parse(JSON.parse(stdout));
}

/** The time beside that of the smaller work, and the time per input number. */
function* timesOf(
  what: string,
  { sizes, than }: Work<readonly number[]>,
  seconds: ReadonlyMap<string, number>,
): Generator<Figure> {
  const name = `${what} ${sizeName(...sizes)}`;
  const ours = seconds.get(sizeName(...sizes))!;
  const peer: Peer | undefined = than && { name: sizeName(...than), value: seconds.get(sizeName(...than))! };
  const times = sizes[0]! / (than?.[0] ?? sizes[0]!);
  yield figure(name, ours, 's', { peer, bar: times > 1 ? { ratio: times * MOST_OVER_LINEAR } : undefined });
  yield figure(`${name}, for each of its numbers`, (ours * 1e9) / sizes.reduce((a, b) => a * b), 'ns');
}

async function* growSolve(): AsyncGenerator<Figure> {
  const seconds = new Map<string, number>();
  for (const work of solves) {
    const { memory, gap = Number.NaN, ...ours } = await measure('solve', work.sizes);
    seconds.set(sizeName(...work.sizes), ours.seconds);
    yield* timesOf('optimise', work, seconds);
    yield figure(`optimise ${sizeName(...work.sizes)}, certified gap`, gap, '', { bar: { atMost: LARGEST_GAP } });
    yield figure(`optimise ${sizeName(...work.sizes)}, memory at most`, memory, 'MiB');
  }
}

async function* growDraw(): AsyncGenerator<Figure> {
  const seconds = new Map<string, number>();
  for (const work of draws) {
    const { memory, ...ours } = await measure('draw', work.sizes);
    seconds.set(sizeName(...work.sizes), ours.seconds);
    yield* timesOf('draw', work, seconds);
    const bar = work.sizes[0] === 100_000 ? { atMost: MIB_OF_LARGE_DRAW } : undefined;
    yield figure(`draw ${sizeName(...work.sizes)}, memory at most`, memory, 'MiB', { bar });
  }
}

export async function* benchGrowth(): AsyncGenerator<Figure> {
  yield* growSolve();
  yield* growDraw();
}

if (import.meta.main) await runAlone(benchGrowth);
