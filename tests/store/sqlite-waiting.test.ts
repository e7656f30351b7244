import { expect, it } from 'vitest';
import { monotonicMs, whileLocked } from '../../src/store/sqlite-waiting.ts';

it('tries no more once the moment has passed, though the thread was busy with other work meanwhile', async () => {
  const deadline = monotonicMs() + 30;
  let tries = 0;
  const locked = Object.assign(new Error('database is locked'), { errcode: 5 });
  const waiting = whileLocked(deadline, () => {
    tries += 1;
    if (tries === 1) throw locked;
  });
  while (monotonicMs() < deadline);
  await expect(waiting).rejects.toBe(locked);
  expect(tries).toBe(1);
});
