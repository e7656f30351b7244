import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployCommands } from '../../src/discord/command-deployment.ts';
import { commands } from '../../src/commands/slash-commands.ts';
import { textOf } from '../support/discord/stand-in.ts';
import { startMarket, type Market } from '../support/market.ts';
import { startTestBot, type TestBot } from '../support/test-bot.ts';
import { searchBody } from '../support/vendor.ts';

const ELSEWHERE = { guildId: '500000000000000001' };
const MEMBER = { userId: '600000000000000001' };

let market: Market;
let test: TestBot;
beforeAll(async () => {
  market = await startMarket();
  market.list(['AAA', 'BBB', 'CCC']);
  test = await startTestBot(commands, { app: market.app });
  const { token, applicationId, apiUrl: api } = test.discord;
  await deployCommands({ commands, token, applicationId, api });
});
afterAll(async () => {
  await test.close();
  await market.close();
});

type Slash = TestBot['discord']['slash'];
const say = async (...call: Parameters<Slash>): Promise<string> => textOf(await test.discord.slash(...call).answer());
const offered = async (...call: Parameters<TestBot['discord']['autocomplete']>) => {
  const typed = test.discord.autocomplete(...call);
  await typed.acknowledged();
  return typed.choices?.map(({ value }) => value);
};

describe("a server's own universe, end to end", () => {
  it('is made by who manages the server, in private, and by nobody else', async () => {
    const list = { name: 'Tech', tickers: 'aaa, bbb' };
    const refused = test.discord.slash('universe create', list, MEMBER);
    expect((await refused.acknowledged()).ephemeral).toBe(true);
    expect(textOf(await refused.answer())).toContain('Only members with the Manage Server permission');
    const asked = test.discord.slash('universe create', list);
    expect((await asked.acknowledged()).ephemeral).toBe(true);
    expect(textOf(await asked.answer())).toContain('Created.');
    expect(await say('universe add', { name: 'tech', tickers: 'CCC' })).toContain('Added CCC.');
    expect(await say('universe show', { name: 'tech' }, MEMBER)).toContain('AAA, BBB, CCC');
  });

  it('is offered and used there by everybody', async () => {
    expect(await offered('allocate', { loss: '8%', universe: 'te' }, 'universe', MEMBER)).toEqual(['tech']);
    expect(await offered('universe remove', { name: 't' }, 'name')).toEqual(['tech']);
    const text = await say('allocate', { loss: '50%', universe: 'tech', horizon: 2 }, MEMBER);
    expect(text).toContain('Split within 50% · 2 trading days · tech');
  });

  it('is made of symbols that are offered for names, and in their own spelling', async () => {
    market.list(['BRK-B']);
    market.vendor.finds('berk', {
      body: searchBody([{ symbol: 'BRK-B', shortname: 'Berkshire Hathaway Inc. New' }, { symbol: 'BRK-A' }]),
    });
    const typed = test.discord.autocomplete('universe create', { name: 'mine', tickers: 'AAA, berk' }, 'tickers');
    await typed.acknowledged();
    expect(typed.choices).toEqual([
      { name: 'AAA, BRK-B (Berkshire Hathaway Inc. New)', value: 'AAA, BRK-B' },
      { name: 'AAA, BRK-A', value: 'AAA, BRK-A' },
    ]);
    const text = await say('allocate', { loss: '50', tickers: '$aaa, BRK.B', horizon: 2, max_weight: '60,5%' });
    expect(text).toContain('Split within 50% · 2 trading days · AAA, BRK-B');
    expect(text).toContain('BRK.B was read as BRK-B.');
  });

  it('is unknown in another server and in direct messages', async () => {
    for (const who of [ELSEWHERE, { ...MEMBER, isDirect: true }]) {
      expect(await offered('allocate', { loss: '8%', universe: 'te' }, 'universe', who)).toEqual([]);
      const text = await say('allocate', { loss: '50%', universe: 'tech' }, who);
      expect(text).toContain('universe takes one of sample, us12, gaussian; got "tech"');
    }
    expect(await say('universe list', {}, ELSEWHERE)).not.toContain('tech');
  });

  it('is what a question means, once it is the default', async () => {
    expect(await say('settings set', { universe: 'tech', horizon: 2, min_weight: '20%' })).toContain(
      'universe    tech',
    );
    expect(await say('allocate', { loss: '50%' })).toContain('Split within 50% · 2 trading days · tech');
    expect(await say('frontier', {}, MEMBER)).toContain('tech');
    expect(await say('allocate', { loss: '50%', universe: 'sample' })).toContain(
      "min_weight 20% comes from this server's settings",
    );
    expect(await say('allocate', { loss: '50%' }, ELSEWHERE)).toContain('Say which assets');
    expect(await say('settings show', {}, ELSEWHERE)).toContain('21 trading days (not set)');
  });

  it("counts the amount in the server's currency", async () => {
    market.list(['EURUSD=X']);
    expect(await offered('settings set', { currency: 'eur' }, 'currency')).toContain('EUR');
    await say('settings set', { currency: 'EUR' });
    const text = await say('allocate', { loss: '50%', amount: 10_000 });
    expect(text).toMatch(/10,000\.00 EUR at [\d.]+ USD for 1 EUR, the rate of 2024-04-19/);
  });

  it('is no default any more when it is deleted', async () => {
    expect(await say('universe delete', { name: 'tech' })).toContain("It was this server's default");
    expect(await say('allocate', { loss: '50%' })).toContain('Say which assets');
  });

  it('is not offered where there is no server', () => {
    for (const name of ['universe list', 'settings show']) {
      expect(() => test.discord.slash(name, {}, { isDirect: true })).toThrow('not offered in direct messages');
    }
  });
});
