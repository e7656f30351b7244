import { expect, it } from 'vitest';
import { countedGuilds } from '../support/counted-guilds.ts';

const made = { name: 'three', tickers: ['AAA', 'BBB', 'CCC'], createdAt: '2024-01-01T00:00:00Z' };

it('reads the record of a server once for what is typed in a row, and sees its own changes', async () => {
  const { guilds, reads } = countedGuilds();
  const names = async (): Promise<string[]> => (await guilds.recentView('g')).universes.map(({ name }) => name);
  expect(await names()).not.toContain('three');
  await names();
  expect(reads()).toBe(1);
  await guilds.update('g', (old) => ({ ...old, universes: [made] }));
  expect(await names()).toContain('three');
  expect((await guilds.recent('g')).universes).toEqual([made]);
  expect(reads()).toBe(2);
  expect((await guilds.recentView(undefined)).universes.map(({ name }) => name)).not.toContain('three');
});
