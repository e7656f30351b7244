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
import { openModelIndex } from '../../src/store/live-versions.ts';
import { brokenStore, failing } from '../support/broken-store.ts';
import { openModelsAt } from '../support/open-models.ts';
import { textOf } from '../support/discord/stand-in.ts';
import { outcomeOf } from '../support/test-bot.ts';
import { startForTest } from './bots.ts';
import { echo } from './commands.ts';

const SHIPPED = fileURLToPath(new URL('../../models', import.meta.url));

const kinds = [
  ['fails', failing, 'fault'],
  ['hangs', () => new Promise<never>(() => {}), 'refused'],
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

describe.each(kinds)('while the store %s', (_, fail, outcome) => {
  it('what needs none is answered, and the rest is refused by a sentence', async () => {
    const test = await startOn(fail);
    const asked = ['help', 'about', 'strategies'].map((name) => test.discord.slash(name));
    const texts = await Promise.all(asked.map(async (one) => textOf(await one.answer())));
    expect(texts[0]).toContain('How to use this bot');
    expect(texts[1]).toContain('cannot be read just now');
    expect(texts[2]).toContain('cvar-lstm');
    const refused = test.discord.slash('echo', { text: 'x' });
    expect(textOf(await refused.answer())).toMatch(/: please try again in a minute\. \/help, \/about/);
    expect(await outcomeOf(test, refused)).toBe(outcome);
    for (const one of asked) expect(await outcomeOf(test, one)).toBe('answered');
  });
});

it('what reads the store only while it runs, as in direct messages, says so in a sentence, which is logged', async () => {
  const test = await startOn(failing);
  const asked = test.discord.slash('alert list', {}, { isDirect: true });
  expect(textOf(await asked.answer())).toMatch(/^Please try again\nWhat I have saved cannot be reached just now/);
  expect(await outcomeOf(test, asked)).toBe('fault');
  const logged = expect.objectContaining({ msg: 'fault', error: expect.objectContaining({ type: 'StoreError' }) });
  expect(test.log).toContainEqual(logged);
});
