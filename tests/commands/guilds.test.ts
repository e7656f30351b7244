import { expect, it } from 'vitest';
import { openGuilds } from '../../src/commands/guilds.ts';
import { memoryStore } from '../support/memory-table.ts';

const made = { name: 'three', tickers: ['AAA', 'BBB', 'CCC'], createdAt: '2024-01-01T00:00:00Z' };

it('reads the record of a server once for what is typed in a row, and sees its own changes', async () => {
  const guilds = openGuilds(memoryStore());
  let reads = 0;
  const get = guilds.get.bind(guilds);
  guilds.get = (id) => {
    reads += 1;
    return get(id);
  };
  const names = async (): Promise<string[]> => (await guilds.recentView('g')).universes.map(({ name }) => name);
  expect(await names()).not.toContain('three');
  await names();
  expect(reads).toBe(1);
  await guilds.update('g', (old) => ({ ...old, universes: [made] }));
  expect(await names()).toContain('three');
  expect((await guilds.recent('g')).universes).toEqual([made]);
  expect(reads).toBe(2);
  expect((await guilds.recentView(undefined)).universes.map(({ name }) => name)).not.toContain('three');
});
