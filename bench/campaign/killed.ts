import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/**
 * Runs a script, which says a line for each thing that it has stored, and kills it some time after the first.
 * @returns the lines
 */
export async function killed(script: string, args: readonly string[], afterMs: number): Promise<string[]> {
  const path = fileURLToPath(new URL(`../../tests/store/${script}`, import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const said: string[] = [];
  lines.on('line', (line) => said.push(line));
  const closed = once(lines, 'close');
  await Promise.race([once(lines, 'line'), closed]);
  await setTimeout(afterMs);
  child.kill('SIGKILL');
  await closed;
  if (said.length === 0) throw new Error(`${script} stored nothing`);
  return said;
}
