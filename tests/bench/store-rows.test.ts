import { expect, it } from 'vitest';
import { z } from 'zod';
import { damageRows, fileOf } from '../../bench/campaign/store-rows.ts';
import { openTestStore } from '../store/fixtures.ts';

it('damages every row of every table, and those that a store has only for a moment', async () => {
  const { store, url } = await openTestStore();
  const tables = ['buttons', 'members'].map((name) => store.table(name, z.number(), 1));
  for (const table of tables) for (const key of ['1/a', '1/b']) await table.set(key, 1);
  const damaged = damageRows(fileOf({ STORE_URL: url }), '{"v":1,"va', ['pending-answers/1/2', 'members/1/a']);
  expect(Object.fromEntries(damaged)).toEqual({ buttons: 2, members: 2, 'pending-answers': 1 });
  for (const table of tables) expect(await table.get('1/a')).toBeUndefined();
  await store.close();
});
