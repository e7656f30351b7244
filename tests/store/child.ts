// A process of its own on the store: `child.ts PATH count TIMES` or `child.ts PATH write`.
import { z } from 'zod';
import { openStore } from '../../src/store/store.ts';

const [path = '', mode, times] = process.argv.slice(2);
const store = await openStore(`sqlite:${path}`, { now: () => Date.now() });

if (mode === 'count') {
  const counters = store.table('counters', z.number(), 1);
  for (let i = 0; i < Number(times); i += 1) await counters.update('n', (old = 0) => old + 1);
  await store.close();
} else {
  // Says each number once it is acknowledged: a value of that number, and the counter, which the same writes move.
  const values = store.table('values', z.object({ n: z.number(), filler: z.string() }), 1);
  const counters = store.table('counters', z.number(), 1);
  for (;;) {
    const n = await counters.update('n', (old = 0) => old + 1);
    await values.set(`v${n}`, { n, filler: 'x'.repeat(n % 5_000) });
    process.stdout.write(`${n}\n`);
  }
}
