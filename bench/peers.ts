// The Python peers: PyTorch and SciPy's HiGHS.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

export interface Python {
  readonly command: string;
  /** By the module's name. */
  readonly versions: Readonly<Record<string, string>>;
}

const CANDIDATES = ['python3', '/usr/bin/python3'];
const VERSIONS =
  'import json, platform, torch, scipy, pandas; ' +
  'print(json.dumps({"Python": platform.python_version(), "PyTorch": torch.__version__, "SciPy": scipy.__version__}))';

/** The first Python that has all packages of the peers; undefined when none has. */
export function findPython(): Python | undefined {
  for (const command of CANDIDATES) {
    try {
      return { command, versions: runPython(command, ['-c', VERSIONS], z.record(z.string(), z.string())) };
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

/** @param args a script, which prints one JSON value, and its arguments */
export function runPython<T>(command: string, args: readonly string[], answer: z.ZodType<T>): T {
  return answer.parse(
    JSON.parse(execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })),
  );
}

const lstmScript = fileURLToPath(new URL('peers/lstm.py', import.meta.url));

/** The fastest of `repeat` runs of peers/lstm.py, in seconds. */
export function timePyTorch(python: Python, work: readonly [string, number, number], repeat: number): number {
  return Math.min(...runPython(python.command, [lstmScript, ...work.map(String), String(repeat)], z.array(z.number())));
}
