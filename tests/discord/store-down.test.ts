import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { alert } from '../../src/commands/alert/slash.ts';
import { about } from '../../src/commands/about/slash.ts';
import { help } from '../../src/commands/help/slash.ts';
import { strategies } from '../../src/commands/strategies/slash.ts';
import { openGuilds } from '../../src/commands/guilds.ts';
import { openMembers } from '../../src/commands/members.ts';
import type { App } from '../../src/app.ts';
import { UNIVERSES } from '../../src/prices/universes.ts';
import { LiveVersions, openModelIndex, storedModelSchema } from '../../src/store/live-versions.ts';
import { brokenStore, failing } from '../support/broken-store.ts';
import { memoryTable } from '../support/memory-table.ts';
import { openModelsAt } from '../support/open-models.ts';
import { textOf } from '../support/discord/stand-in.ts';
import { outcomeOf } from '../support/test-bot.ts';
import { startForTest } from './bots.ts';
import { echo } from './commands.ts';

const SHIPPED = fileURLToPath(new URL('../../models', import.meta.url));

const kinds = [
  ['fails', failing, 'fault', 'sample (filtered): until '],
  ['hangs', () => new Promise<never>(() => {}), 'refused', 'cannot be read just now'],
] as const;

const startOn = (fail: () => Promise<never>) => {
  const store = brokenStore(fail);
  const app: Partial<App> = {
    universes: UNIVERSES,
    guilds: openGuilds(store),
    members: openMembers(store),
    models: openModelsAt(SHIPPED, openModelIndex(store)),
  };
  return startForTest([help, about, strategies, alert, echo], { app });
};

describe.each(kinds)('while the store %s', (_, fail, outcome, models) => {
  it('what needs none is answered, and the rest is refused by a sentence', async () => {
    const test = await startOn(fail);
    const asked = ['help', 'about', 'strategies'].map((name) => test.discord.slash(name));
    const texts = await Promise.all(asked.map(async (one) => textOf(await one.answer())));
    expect(texts[0]).toContain('How to use this bot');
    expect(texts[1]).toContain(models);
    expect(texts[2]).toContain('cvar-lstm');
    const refused = test.discord.slash('echo', { text: 'x' });
    expect(textOf(await refused.answer())).toMatch(/: please try again in a minute\. \/help, \/about/);
    expect(await outcomeOf(test, refused)).toBe(outcome);
    for (const one of asked) expect(await outcomeOf(test, one)).toBe('answered');
  });
});

it('a server whose settings were read before is answered by them while the store fails', async () => {
  let isDown = false;
  const guilds = openGuilds({
    table(_, schema) {
      const saved = memoryTable(schema);
      return { ...saved, get: (key) => (isDown ? failing() : saved.get(key)) };
    },
  });
  const test = await startForTest([echo], { app: { guilds } });
  const first = test.discord.slash('echo', { text: 'x' });
  await first.answer();
  isDown = true;
  const second = test.discord.slash('echo', { text: 'y' });
  expect(textOf(await second.answer())).toContain('y');
  expect(await outcomeOf(test, second)).toBe('answered');
});

it('a model answers while the store fails: the newest, or what was live before', async () => {
  let isDown = true;
  const index = memoryTable(storedModelSchema);
  const table = { ...index, get: (key: string) => (isDown ? failing() : index.get(key)) };
  const versions = new LiveVersions(SHIPPED, table);
  const found = await versions.find('sample', 'filtered');
  expect(found).toMatchObject({ key: 'sample/filtered' });
  isDown = false;
  expect(await versions.find('sample', 'filtered')).toEqual(found);
  isDown = true;
  expect(await versions.find('sample', 'filtered')).toEqual(found);
});

it('what reads the store only while it runs, as in direct messages, says so in a sentence, which is logged', async () => {
  const test = await startOn(failing);
  const asked = test.discord.slash('alert list', {}, { isDirect: true });
  expect(textOf(await asked.answer())).toMatch(/^Please try again\nWhat I have saved cannot be reached just now/);
  expect(await outcomeOf(test, asked)).toBe('fault');
  const logged = expect.objectContaining({ msg: 'fault', error: expect.objectContaining({ type: 'StoreError' }) });
  expect(test.log).toContainEqual(logged);
});
