// Simulated paths beside the same recursion in C++ on one thread: `node bench/paths.ts`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type SimulationInput, simulatePaths } from '../src/engine/filtered/paths.ts';
import { uniforms } from '../src/engine/random.ts';
import { sharedExists, sharedFile } from '../tests/support/shared-files.ts';
import { runAlone } from './alone.ts';
import { type Bar, type Figure, figure, sizeName } from './figures.ts';
import { secondsOf } from './timing.ts';

const [days, horizon] = [2500, 21];
/** Ours and the peer take turns, so that a busy phase of the machine affects both. */
const [rounds, runs] = [8, 15];

const works: readonly { readonly paths: number; readonly assets: number; readonly bar?: Bar }[] = [
  { paths: 10_000, assets: 12, bar: { ratio: 1 } },
  { paths: 10_000, assets: 100 },
];

/** The peer's: sums of three uniform numbers, 1.4 % a day. */
function inputOf(paths: number, assets: number): SimulationInput {
  const uniform = uniforms(1, 'residuals');
  const all = (value: number) => new Float64Array(assets).fill(value);
  const data = Float64Array.from({ length: days * assets }, () => 2 * (uniform() + uniform() + uniform() - 1.5));
  return {
    residuals: { rows: days, cols: assets, data },
    startVariance: all(2e-4),
    recursionBase: all(2.5e-6),
    largestMoves: all(0.2),
    recursion: { persistence: 0.935, shock: 0.03, leverage: 0.045 },
    horizon,
    paths,
    blockLength: 5,
    seed: 1,
  };
}

/** The median of some runs, as the peer reports it. In milliseconds. */
async function median(input: SimulationInput): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) times.push(1000 * (await secondsOf(() => simulatePaths(input))));
  return times.toSorted((a, b) => a - b)[Math.floor(runs / 2)]!;
}

const compiler = 'g++';

const hasCompiler = (): boolean => {
  try {
    execFileSync(compiler, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** @returns the path of the program; undefined where the peer or its compiler is not here */
function compilePeer(folder: string): string | undefined {
  if (!sharedExists || !hasCompiler()) return undefined;
  const program = join(folder, 'paths');
  execFileSync(compiler, ['-O3', '-march=native', sharedFile('peers/paths.cpp'), '-o', program]);
  return program;
}

const peerAnswer = z.object({ milliseconds: z.number() });

/** In milliseconds. */
function timePeer(program: string, { paths, residuals }: SimulationInput): number {
  const work = [paths, residuals.cols, horizon, runs].map(String);
  return peerAnswer.parse(JSON.parse(execFileSync(program, work, { encoding: 'utf8' }))).milliseconds;
}

export async function* benchPaths(): AsyncGenerator<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'tailcap-bench-'));
  try {
    const program = compilePeer(folder);
    for (const { paths, assets, bar } of works) {
      const input = inputOf(paths, assets);
      let [ours, peers] = [Infinity, Infinity];
      for (let round = 0; round < rounds; round += 1) {
        ours = Math.min(ours, await median(input));
        if (program !== undefined) peers = Math.min(peers, timePeer(program, input));
      }
      const peer = program === undefined ? undefined : { name: 'C++', value: peers };
      yield figure(`simulate ${sizeName(paths, assets, horizon)} filtered paths`, ours, 'ms', { peer, bar });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) await runAlone(benchPaths);
