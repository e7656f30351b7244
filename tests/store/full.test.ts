import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createClient } from '@keyv/redis';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { UserError } from '../../src/errors.ts';
import { usingFile } from '../../src/files.ts';
import { isFull, namedFailure } from '../../src/store/failures.ts';
import { openSqliteFile } from '../../src/store/sqlite-file.ts';
import { describeServers } from '../support/kinds-of-store.ts';
import { entriesOf, openTestStore, temporaryFile } from './fixtures.ts';

const failure = (work: () => Promise<unknown>): Promise<unknown> =>
  work().then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a full disk', () => {
  it('is named when SQLite has no more room, and everything before is still there', async () => {
    const path = temporaryFile();
    mkdirSync(dirname(path));
    const file = await openSqliteFile(path, 0);
    file.put('k/before', '|1');
    file.db.exec('PRAGMA max_page_count = 10');
    const error = await failure(async () => file.transaction(() => file.put('k/large', `|${'x'.repeat(100_000)}`)));
    expect(namedFailure(error)).toMatchObject({
      code: 'store.full',
      message: expect.stringContaining('nothing was saved'),
    });
    expect([file.get('k/before'), file.get('k/large')]).toEqual(['|1', undefined]);
    file.db.close();
  });

  it('is told from other failures', () => {
    const postgres = Object.assign(new Error('could not extend file'), { code: '53100' });
    expect([isFull(postgres), isFull(Object.assign(new Error('no such table'), { code: '42P01' }))]).toEqual([
      true,
      false,
    ]);
    expect(isFull(new Error('MISCONF Redis is configured to save RDB snapshots, but …'))).toBe(true);
    expect([namedFailure(new Error('no answer')), namedFailure('text')]).toEqual([undefined, undefined]);
  });

  it.runIf(process.platform === 'linux')('is named when a file is written', async () => {
    const writing = usingFile('write', 'a.png', 'chart', () => writeFile('/dev/full', 'x'));
    await expect(writing).rejects.toThrow('Cannot write a.png: the disk is full.');
  });
});

describeServers(
  'a full store',
  ({ fresh }) => {
    it('is named, keeps what it has, and saves again when there is room', async () => {
      const onFailure = vi.fn<(error: UserError) => void>();
      const url = await fresh();
      const { store } = await openTestStore(url, undefined, onFailure);
      const table = store.table('texts', z.string(), 1);
      await table.set('k', 'before');
      const before = await entriesOf(store);
      const client = await createClient({ url }).connect();
      await client.configSet('maxmemory', '100kb');
      try {
        const works = [() => table.set('k', 'after'), () => store.restore([[{ key: 'texts/a', text: '1' }]], 'always')];
        for (const work of works) {
          const error = await failure(work);
          expect(error).toBeInstanceOf(UserError);
          expect(error).toMatchObject({ code: 'store.full' });
        }
        expect(onFailure).toHaveBeenCalledOnce();
        expect(await table.get('k')).toBe('before');
      } finally {
        await client.configSet('maxmemory', '0');
        client.destroy();
      }
      expect(await entriesOf(store)).toEqual(before);
      await table.set('k', 'after');
      expect(await table.get('k')).toBe('after');
    });
  },
  ['redis'],
);
