import { createClient } from '@keyv/redis';
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { Entry } from '../../src/store/backend.ts';
import { describeKinds, describeServers } from '../support/kinds-of-store.ts';
import { entriesOf, openTestStore } from './fixtures.ts';

/** Different lengths, some of them with a time of expiry; a batch takes 500. */
const many = Array.from({ length: 5_000 }, (_, i): Entry => ({
  key: `limits/${String(i).padStart(4, '0')}`,
  text: `{"v":1,"value":"${'é'.repeat(i % 200)}"}`,
  ...(i % 3 === 0 && { expires: Date.UTC(2030, 0, 1) + i }),
}));
const batches = Array.from({ length: 10 }, (_, i) => many.slice(500 * i, 500 * (i + 1)));

describeKinds('a store of thousands', ({ fresh, rows }) => {
  it('is restored and read in batches, and replaced by another', async () => {
    const { store, url } = await openTestStore(await fresh());
    expect(await store.restore(batches, 'empty')).toBe(true);
    expect(await entriesOf(store)).toEqual(many);
    expect((await Array.fromAsync(store.snapshot())).length).toBeGreaterThan(1);
    expect(await store.restore(batches, 'empty')).toBe(false);
    expect(await store.restore([many.slice(0, 7)], 'always')).toBe(true);
    expect(await rows(url)).toHaveLength(7);
  });

  it('stays as it is when the new content breaks off', async () => {
    const { store, url } = await openTestStore(await fresh());
    const table = store.table('numbers', z.number(), 1);
    await table.set('k', 1);
    async function* broken() {
      yield* batches;
      expect(await table.get('k')).toBe(1); // nobody sees what is not all there
      throw new Error('it breaks off');
    }
    await expect(store.restore(broken(), 'always')).rejects.toThrow('it breaks off');
    expect(await rows(url)).toEqual([{ key: 'numbers/k', row: '|{"v":1,"value":1}' }]);
    await table.set('k', 2);
    expect(await table.get('k')).toBe(2);
  });
});

describeServers(
  'a restore',
  ({ fresh }) => {
    it('leaves the keys of other programs alone, and removes what a killed one has left', async () => {
      const url = await fresh();
      const client = await createClient({ url }).connect();
      const others = ['tailcap', 'tailcapital:x', 'other:limits/a', 'tailcap-snapshot:running'];
      for (const key of others) await client.set(key, 'theirs');
      await client.rPush('tailcap-restore:killed', ['tailcap:limits/half', '|1', '']);
      const { store } = await openTestStore(url);
      expect(await entriesOf(store)).toEqual([]);
      expect(await store.restore(batches, 'empty')).toBe(true);
      expect(await entriesOf(store)).toEqual(many);
      const there = (await client.keys('*')).filter((key) => !key.startsWith('tailcap:limits/'));
      expect(there.toSorted()).toEqual(others.toSorted());
      client.destroy();
    });

    it('into a store that is filled meanwhile changes nothing', async () => {
      const { store } = await openTestStore(await fresh());
      async function* filling() {
        yield* batches;
        await store.table('numbers', z.number(), 1).set('k', 1);
      }
      expect(await store.restore(filling(), 'empty')).toBe(false);
      expect((await entriesOf(store)).map(({ key }) => key)).toEqual(['numbers/k']);
    });
  },
  ['redis'],
);
