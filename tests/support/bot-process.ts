import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script = (path: string): string => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));
const FLAGS = ['--disable-warning=ExperimentalWarning'];

/** A script of the product's own, run to its end. */
export async function runScript(
  path: string,
  env: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [...FLAGS, script(path)], { env: { ...process.env, ...env }, stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code] = await once(child, 'close');
  return { code, output };
}

export interface BotProcess {
  readonly process: ChildProcess;
  /** Its log so far. */
  log(): string;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/**
 * `npm start` itself, so that a signal takes the way that it takes for an operator.
 * @param through a program that becomes it, with its options
 */
export function startBotProcess(env: Record<string, string>, through: readonly string[] = []): BotProcess {
  const [program, ...args] = [...through, 'npm', 'start', '--silent'];
  const child = spawn(program, args, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => (log += String(chunk)));
  return {
    process: child,
    log: () => log,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      const [code] = await closed;
      return code;
    },
  };
}
