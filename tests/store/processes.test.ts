import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { rig, sql, temporaryFile } from './rig.ts';

const script = fileURLToPath(new URL('./child.ts', import.meta.url));
const child = (path: string, ...words: string[]) =>
  spawn(process.execPath, [script, path, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });

it('two processes that update one counter lose nothing', async () => {
  const path = temporaryFile();
  const children = [child(path, 'count', '300'), child(path, 'count', '300')];
  expect(await Promise.all(children.map((each) => once(each, 'exit')))).toEqual([
    [0, null],
    [0, null],
  ]);
  const { store } = await rig(path);
  expect(await store.table('counters', z.number(), 1).get('n')).toBe(600);
});

it('processes that make the same new file at once all succeed', async () => {
  for (let round = 0; round < 3; round += 1) {
    const path = temporaryFile();
    const children = Array.from({ length: 4 }, () => child(path, 'count', '1'));
    await Promise.all(children.map((each) => once(each, 'exit')));
    const { store } = await rig(path);
    expect(await store.table('counters', z.number(), 1).get('n')).toBe(4);
  }
});

const filled = z.object({ n: z.number(), filler: z.string() });

it('SIGKILL at any moment loses nothing acknowledged and leaves nothing half there', async () => {
  const path = temporaryFile();
  const acknowledged: number[] = [];
  for (let kill = 0; kill < 10; kill += 1) {
    const writer = child(path, 'write');
    const lines = createInterface({ input: writer.stdout });
    lines.on('line', (line) => acknowledged.push(Number(line)));
    const closed = once(lines, 'close');
    await once(lines, 'line');
    await setTimeout((kill * 7_919) % 211); // ms; spread, and the same in every run
    writer.kill('SIGKILL');
    await closed;

    expect(sql(path, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    const { store, aside } = await rig(path);
    const last = acknowledged.at(-1) ?? 0;
    expect([last, last + 1]).toContain(await store.table('counters', z.number(), 1).get('n'));
    const values = store.table('values', filled, 1);
    const there = new Set(await values.keys());
    expect(acknowledged.filter((n) => !there.has(`v${n}`))).toEqual([]);
    for (const key of there) {
      const n = Number(key.slice(1));
      expect(await values.get(key)).toEqual({ n, filler: 'x'.repeat(n % 5_000) });
    }
    expect(aside).toEqual([]);
    await store.close();
  }
  expect(acknowledged.length).toBeGreaterThan(50);
});
