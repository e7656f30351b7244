import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

function run(what: string) {
  const child = fileURLToPath(new URL('process-guard-child.ts', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', child, what]);
  return { status, log: String(stderr) };
}

it('a rejection that nobody waits for is logged without ids and counted, and the process goes on', () => {
  const { status, log } = run('rejection');
  expect(status).toBe(0);
  expect(log).toContain('"mishap":"rejection","count":1');
  expect(log).toMatch(/of member #[0-9a-f]{12}/);
  expect(log).toContain('left in order');
});

it('another uncaught exception ends the process in order, with exit code 1', () => {
  const { status, log } = run('exception');
  expect(status).toBe(1);
  expect(log).toContain('a bug');
  expect(log).toContain('left in order');
});

it('an end that takes longer than all its waits together is forced, with exit code 1', () => {
  const { status, log } = run('stuck');
  expect(status).toBe(1);
  expect(log).toContain('took too long');
});
