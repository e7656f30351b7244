import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

export interface Run {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Started {
  /** As from outside: nothing is tidied up. */
  readonly kill: () => void;
  /** Ctrl-C. */
  readonly interrupt: () => void;
  readonly run: Promise<Run>;
}

/** The terminal program as a process of its own, with a store and models of its own in `home`. */
export const tailcap = (...started: Parameters<typeof startTailcap>): Promise<Run> => startTailcap(...started).run;

/** @param cwd absent: this process's own */
export function startTailcap(
  args: readonly string[],
  home: string,
  env: Record<string, string> = {},
  cwd?: string,
): Started {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, ...args], {
    env: environmentIn(home, env),
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const run = new Promise<Run>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  return { kill: () => child.kill('SIGKILL'), interrupt: () => child.kill('SIGINT'), run };
}

/** With a store of its own in `home`. */
export const environmentIn = (home: string, env: Record<string, string>): NodeJS.ProcessEnv => ({
  ...process.env,
  STORE_URL: `sqlite:${home}/store.sqlite`,
  ...env,
});

/** A fresh directory, and how to remove it. */
export function temporaryHome(): { home: string; remove: () => void } {
  const home = mkdtempSync(join(tmpdir(), 'tailcap-'));
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}
