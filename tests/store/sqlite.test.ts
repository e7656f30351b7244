import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Keyv } from 'keyv';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { openSqliteFile } from '../../src/store/sqlite-file.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { sql } from '../support/kinds-of-store.ts';
import { openTestStore, temporaryFile } from './fixtures.ts';

describe('the adapter under Keyv', () => {
  it('serves get, set, has, delete and clear', async () => {
    const backend = await openSqlite(temporaryFile(), { now: () => 0, timeLimit: 10_000 });
    onTestFinished(() => backend.close());
    const keyv = new Keyv<string>({
      store: backend.adapter,
      useKeyPrefix: false,
      serialize: ({ value }) => String(value),
      deserialize: (text) => JSON.parse(JSON.stringify({ value: text })),
    });
    for (const row of ['|', '5|five', '|{"v":1}']) await keyv.set(`rows/${row}`, row);
    await keyv.delete('rows/|');
    expect([await keyv.get('rows/|'), await keyv.has('rows/|')]).toEqual([undefined, false]);
    expect(await keyv.get(['rows/5|five', 'rows/|{"v":1}'])).toEqual(['5|five', '|{"v":1}']);
    await keyv.clear();
    expect(await keyv.get('rows/5|five')).toBeUndefined();
  });
});

describe('the file', () => {
  it('is in WAL mode, and waits for its disk', async () => {
    const path = temporaryFile();
    mkdirSync(dirname(path));
    const { db } = await openSqliteFile(path, 0);
    const pragma = (name: string) => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('busy_timeout')]).toEqual(['wal', 2, 0]);
    db.close();
  });

  it('is readable only by its owner, and so are the files beside it', async () => {
    const { store, url } = await openTestStore();
    await store.table('numbers', z.number(), 1).set('k', 1);
    const path = url.replace('sqlite:', '');
    const modes = ['', '-wal', '-shm'].map((end) => (statSync(path + end).mode & 0o777).toString(8));
    expect(modes).toEqual(['600', '600', '600']);
  });

  it('that exists keeps the mode that its owner gave it', async () => {
    const { url, store } = await openTestStore();
    await store.close();
    chmodSync(url.replace('sqlite:', ''), 0o640);
    await (await openTestStore(url)).store.table('numbers', z.number(), 1).set('k', 1);
    expect(statSync(url.replace('sqlite:', '')).mode & 0o777).toBe(0o640);
  });

  it('is rid of what has expired by the next write', async () => {
    const { store, clock, url } = await openTestStore();
    const table = store.table('buttons', z.number(), 1);
    await table.set('short', 1, 1_000);
    await table.set('for ever', 2);
    clock.now += 1_000;
    await table.set('another', 3);
    expect(sql(url, 'SELECT key FROM entries ORDER BY key')).toEqual([{ key: 'another' }, { key: 'for ever' }]);
  });
});
