// The Python peers: PyTorch and SciPy's HiGHS.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { fittingCore, isFallback, readFeatures } from './openblas.ts';

/** Run it with `runPython`, or at least in its environment. */
export interface Python {
  readonly command: string;
  readonly environment: NodeJS.ProcessEnv;
  /** By the module's name. */
  readonly versions: Readonly<Record<string, string>>;
  /** OpenBLAS's; undefined when PyTorch has another BLAS. */
  readonly core: string | undefined;
}

/** @param args a script, which prints one JSON value, and its arguments */
export function runPython<T>(
  { command, environment }: Pick<Python, 'command' | 'environment'>,
  args: readonly string[],
  answer: z.ZodType<T>,
): T {
  const text = execFileSync(command, args, { env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return answer.parse(JSON.parse(text));
}

const script = (name: string): string => fileURLToPath(new URL(`peers/${name}`, import.meta.url));

const probeAnswer = z.object({
  versions: z.record(z.string(), z.string()),
  core: z.string().nullable(),
});

/** PyTorch's comes first, because its OpenBLAS is asked. */
const ALL = ['torch', 'scipy', 'pandas'];

/** @returns undefined when this Python has not all packages */
function probe(command: string, environment: NodeJS.ProcessEnv, packages: readonly string[]): Python | undefined {
  try {
    const { versions, core } = runPython({ command, environment }, [script('versions.py'), ...packages], probeAnswer);
    return { command, environment, versions, core: core ?? undefined };
  } catch {
    return undefined;
  }
}

/** What is compared with, in words; and the Python, unless nothing is. */
interface PeerSearch {
  readonly python: Python | undefined;
  readonly note: string;
}

/**
 * Names another core to an OpenBLAS that fell back on its oldest, and refuses one that stays there.
 * @param ask starts the Python in that environment. @param features of the processor
 */
export function fairPeer(
  found: Python,
  ask: (environment: NodeJS.ProcessEnv) => Python | undefined,
  features: ReadonlySet<string>,
): PeerSearch {
  const core = fittingCore(features);
  const isSlow = isFallback(found.core, features);
  const python = isSlow ? (ask({ ...found.environment, OPENBLAS_CORETYPE: core }) ?? found) : found;
  if (isFallback(python.core, features)) {
    const why = `OpenBLAS runs on its ${python.core} core, though the processor has AVX`;
    return {
      python: undefined,
      note: `refused, so nothing is compared with them: ${why}, even with OPENBLAS_CORETYPE=${core}`,
    };
  }
  const names = Object.entries(python.versions).map(([name, version]) => `${name} ${version}`);
  const blas =
    python.core === undefined ? [] : [`OpenBLAS on its ${python.core} core${isSlow ? `, which it was told to` : ''}`];
  return { python, note: `${[...names, ...blas].join(', ')}; one thread each` };
}

const CANDIDATES = ['python3', '/usr/bin/python3'];

/** An OpenBLAS with threads of its own takes all cores, whatever PyTorch is told. */
const ONE_THREAD = { ...process.env, OPENBLAS_NUM_THREADS: '1' };

function search(packages: readonly string[]): PeerSearch {
  for (const command of CANDIDATES) {
    const found = probe(command, ONE_THREAD, packages);
    if (found) return fairPeer(found, (environment) => probe(command, environment, packages), readFeatures());
  }
  const missing = packages.filter((one) => !CANDIDATES.some((command) => probe(command, process.env, [one])));
  return { python: undefined, note: `without ${missing.join(', ')}, so what needs them is compared with nothing` };
}

const searched = new Map<string, PeerSearch>();

/**
 * The first Python that has these packages, by default those of all peers. Says once on standard error what is compared
 * with.
 */
export function findPeers(packages: readonly string[] = ALL): PeerSearch {
  const known = searched.get(packages.join()) ?? search(packages);
  if (!searched.has(packages.join())) console.error(`Peers: ${known.note}`);
  searched.set(packages.join(), known);
  return known;
}

/** Undefined when there is none, or it cannot be compared with fairly. */
export const findPython = (packages?: readonly string[]): Python | undefined => findPeers(packages).python;

/** The fastest of `repeat` runs of peers/lstm.py, in seconds. */
export function timePyTorch(python: Python, work: readonly [string, number, number], repeat: number): number {
  const args = [script('lstm.py'), ...work.map(String), String(repeat)];
  return Math.min(...runPython(python, args, z.array(z.number())));
}

/** Of peers/stacked.py with these arguments, in seconds. */
export function timeStacks(python: Python, work: readonly number[]): number {
  return runPython(python, [script('stacked.py'), ...work.map(String)], z.number());
}
