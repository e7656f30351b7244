import { Keyv } from 'keyv';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqliteFile } from '../../src/store/sqlite-file.ts';
import { SqliteAdapter } from '../../src/store/sqlite.ts';
import { sql, temporaryFile } from './rig.ts';

async function adapters() {
  const path = temporaryFile();
  const file = await openSqliteFile(path, () => 0);
  onTestFinished(() => file.db.close());
  const guard = { unreadable: () => undefined, report: () => {} };
  return { path, one: new SqliteAdapter(file, 'one', guard), two: new SqliteAdapter(file, 'two', guard) };
}

describe('the adapter under a plain Keyv', () => {
  it('serves get, set, has, delete, clear and iteration, a namespace each', async () => {
    const { one, two } = await adapters();
    const first = new Keyv<number>({ store: one, namespace: 'one', useKeyPrefix: false });
    const second = new Keyv<number>({ store: two, namespace: 'two', useKeyPrefix: false });
    for (let i = 0; i < 5; i += 1) await first.set(`k${i}`, i);
    await second.set('k1', 10);
    await first.delete('k0');
    expect([await first.get('k0'), await first.has('k0'), await first.get(['k1', 'k2'])]).toEqual([
      undefined,
      false,
      [1, 2],
    ]);
    const seen: unknown[] = [];
    for await (const entry of first.iterator?.(undefined) ?? []) seen.push(entry);
    expect(seen).toEqual([
      ['k1', 1],
      ['k2', 2],
      ['k3', 3],
      ['k4', 4],
    ]);
    await first.clear();
    expect([one.keys(), await second.get('k1')]).toEqual([[], 10]);
  });
});

describe('the file', () => {
  it('is in WAL mode, and waits for its disk and for other writers', async () => {
    const path = temporaryFile();
    const { db } = await openSqliteFile(path, () => 0);
    const pragma = (name: string) => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('busy_timeout')]).toEqual(['wal', 2, 5_000]);
    db.close();
  });

  it('keeps every text that is set aside, even of one key and after VACUUM', async () => {
    const { path, one } = await adapters();
    for (const text of ['a', 'b', 'c']) {
      await one.set('other', text);
      await one.set('k', text);
      one.setAside('k', text, 'unreadable');
      await one.delete('other');
      sql(path, 'VACUUM');
    }
    one.setAside('k', 'a', 'no longer there');
    expect(sql(path, 'SELECT namespace, value FROM entries ORDER BY value')).toEqual(
      ['a', 'b', 'c'].map((value) => ({ namespace: 'aside:one', value })),
    );
  });
});
