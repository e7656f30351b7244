import { main } from '../../src/cli.ts';
import { environmentIn, type Run } from './tailcap.ts';

/** The terminal program without a process of its own, which is much faster to start. */
export async function tailcapHere(
  args: readonly string[],
  home: string,
  env: Record<string, string> = {},
): Promise<Run> {
  const written = { stdout: '', stderr: '' };
  const exitCode = await main(args, environmentIn(home, env), {
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
  });
  return { exitCode, ...written };
}
