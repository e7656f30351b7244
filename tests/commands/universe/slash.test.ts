import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { universe } from '../../../src/commands/universe/slash.ts';
import type { Invocation } from '../../../src/commands/slash-command.ts';
import type { Options } from '../../../src/commands/options.ts';
import type { Report } from '../../../src/commands/report/record.ts';
import { UserError } from '../../../src/errors.ts';
import { mandateOver } from '../../support/mandate.ts';
import { startMarket, type Market } from '../../support/market.ts';
import { createTestApp, type TestApp } from '../../support/test-bot.ts';
import { searchBody } from '../../support/vendor.ts';
import { answerOf } from '../asking.ts';

const GUILD = '300000000000000001';

let market: Market;
let test: TestApp;
beforeEach(async () => {
  market = await startMarket();
  market.list(['AAA', 'BBB', 'CCC', 'DDD', 'EEE']);
  test = createTestApp(market.app);
});
afterEach(() => market.close());

const ask = (subcommand: string, options: Options = {}, changes: Partial<Invocation> = {}): Promise<string> =>
  answerOf(universe, test, options, { mayManage: true, subcommand, ...changes });
const create = (name: string, tickers: string): Promise<string> => ask('create', { name, tickers });
const saved = async () =>
  (await test.app.guilds.get(GUILD)).universes.map(({ name, tickers }) => `${name}: ${tickers.join(' ')}`);

/** The refusal, which must leave everything as it was. */
const refusalOf = async (asked: Promise<string>): Promise<unknown> => {
  const ended = asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const before = await saved();
  const error = await ended;
  if (!(error instanceof UserError)) throw new Error(`expected a refusal, got ${String(error)}`);
  expect(await saved()).toEqual(before);
  return error;
};

const blaming = (option: string | undefined, sentence: string) => ({
  option,
  message: expect.stringContaining(sentence),
});

describe('/universe create', () => {
  it('saves tickers that have prices, with creator and time, and describes the prices', async () => {
    const text = await create(' Tech-1 ', 'aaa, BBB');
    expect(text).toContain('Created.\n\nAAA, BBB');
    expect(text).toMatch(/Prices +600 common days from 2022-01-03 to 2024-04-19 \(\d+ days? old\), in USD\./);
    expect((await test.app.guilds.get(GUILD)).universes).toEqual([
      {
        name: 'tech-1',
        tickers: ['AAA', 'BBB'],
        createdBy: '200000000000000001',
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    ]);
  });

  it('warns of flaws in the prices', async () => {
    market.list(['LATE'], { days: 550 });
    expect(await create('tech', 'AAA, LATE')).toContain('LATE is listed from');
  });

  it.each([
    ['sample', 'AAA, BBB', 'name', 'sample is the name of a built-in universe'],
    ['US12', 'AAA, BBB', 'name', 'us12 is the name of a built-in universe'],
    ['big tech', 'AAA, BBB', 'name', 'name takes up to 32 letters a to z, digits and dashes'],
    ['x'.repeat(33), 'AAA, BBB', 'name', 'name takes up to 32'],
    ['tech', 'AAA', 'tickers', '2 to 60 different symbols separated by commas; got 1'],
    ['tech', Array.from({ length: 61 }, (_, k) => `T${k}`).join(), 'tickers', '2 to 60 different symbols'],
  ])('refuses %s of %s without asking the vendor', async (name, tickers, option, sentence) => {
    expect(await refusalOf(create(name, tickers))).toMatchObject(blaming(option, sentence));
    expect(market.vendor.requests).toEqual([]);
  });

  it('names all unknown symbols in one sentence', async () => {
    expect(await refusalOf(create('tech', 'AAA, NOPE, BBB, NADA'))).toMatchObject(
      blaming('tickers', 'Yahoo Finance has no prices of NOPE, NADA; nothing was changed: check the symbols'),
    );
  });

  it('offers symbols for names', async () => {
    market.vendor.finds('coca cola', { body: searchBody([{ symbol: 'KO', longname: 'The Coca-Cola Company' }]) });
    expect(await refusalOf(create('tech', 'AAA, coca cola, NOPE'))).toMatchObject(
      blaming(
        'tickers',
        'Yahoo Finance has no prices of COCA COLA, NOPE; nothing was changed: did you mean KO (The Coca-Cola Company) for COCA COLA? Check NOPE.',
      ),
    );
  });

  it('names the tickers that could not be checked when the vendor is down', async () => {
    market.fail('BBB', 'CCC');
    expect(await refusalOf(create('tech', 'AAA, BBB, CCC'))).toMatchObject(
      blaming(
        'tickers',
        'BBB, CCC could not be checked, because Yahoo Finance did not answer (HTTP 503); nothing was changed',
      ),
    );
  });

  it('refuses tickers that cannot be used together: two currencies, or too short a common history', async () => {
    market.list(['LON.L'], { currency: 'GBp' });
    market.list(['YOUNG'], { days: 499 });
    expect(await refusalOf(create('tech', 'AAA, BBB, LON.L'))).toMatchObject(
      blaming('tickers', 'LON.L in GBp: choose tickers in one currency. Nothing was changed.'),
    );
    expect(await refusalOf(create('tech', 'AAA, YOUNG'))).toMatchObject(
      blaming('tickers', 'expected at least 500 days on which every ticker has'),
    );
  });

  it('keeps names unique and allows 25 in total, even with several managers at once', async () => {
    const twins = await Promise.allSettled([create('tech', 'AAA, BBB'), create('tech', 'CCC, DDD')]);
    expect(twins.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const many = await Promise.allSettled(Array.from({ length: 30 }, (_, k) => create(`u${k}`, 'AAA, BBB')));
    expect(many.filter(({ status }) => status === 'fulfilled')).toHaveLength(24);
    expect(await saved()).toHaveLength(25);
    expect(await refusalOf(create('more', 'AAA, BBB'))).toMatchObject(
      blaming('name', 'This server already has 25 universes'),
    );
    expect(await refusalOf(create('tech', 'AAA, BBB'))).toMatchObject(
      blaming('name', 'This server already has a universe tech'),
    );
  });
});

describe("the vendor's own spelling", () => {
  beforeEach(() => market.list(['BRK-B', 'BF-B', 'BTC-USD', 'VOD.L']));

  it('is what is saved, and the reply says so', async () => {
    const text = await create('tech', '$aaa, brk.b, BF/B');
    expect(text).toContain('Created. BRK.B was read as BRK-B. BF/B was read as BF-B.\n\nAAA, BRK-B, BF-B');
    expect(await saved()).toEqual(['tech: AAA BRK-B BF-B']);
  });

  it('is found when a universe is changed', async () => {
    await create('tech', 'AAA, BBB, BRK.B');
    expect(await ask('add', { name: 'tech', tickers: 'BTC, BRK.B' })).toContain(
      'Added BTC-USD. BTC was read as BTC-USD. BRK.B was read as BRK-B.',
    );
    expect(await refusalOf(ask('add', { name: 'tech', tickers: 'BTC' }))).toMatchObject(
      blaming('tickers', 'BTC-USD is already in tech; nothing was changed.'),
    );
    expect(await ask('remove', { name: 'tech', tickers: 'brk.b, BTC' })).toContain('Removed BRK-B, BTC-USD.');
    expect(await saved()).toEqual(['tech: AAA BBB']);
  });

  it('leaves suffixes of exchanges alone', async () => {
    expect(await create('london', 'AAA, VOD.L')).toContain('Created.\n\nAAA, VOD.L');
    market.list(['VODX-L']);
    expect(await refusalOf(create('odd', 'AAA, VODX.L'))).toMatchObject(
      blaming('tickers', 'check the symbol (the suffix names the exchange, as in OCDO.L or SAP.DE).'),
    );
  });
});

describe('/universe add and remove', () => {
  beforeEach(() => create('tech', 'AAA, BBB'));

  it('change the tickers of a universe', async () => {
    expect(await ask('add', { name: 'tech', tickers: 'BBB, CCC' })).toContain('Added CCC.\n\nAAA, BBB, CCC');
    expect(await ask('remove', { name: 'tech', tickers: 'aaa' })).toContain('Removed AAA. It now holds 2 assets:');
    expect(await saved()).toEqual(['tech: BBB CCC']);
  });

  it("ask the universe's own vendor", async () => {
    await test.app.guilds.update(GUILD, ({ universes, ...rest }) => ({
      ...rest,
      universes: universes.map((one) => ({ ...one, vendor: 'other' })),
    }));
    expect(await test.app.guilds.resolve('tech', GUILD)).toMatchObject({ name: 'tech', vendor: 'other' });
    // The registry has no such vendor.
    expect(await refusalOf(ask('add', { name: 'tech', tickers: 'CCC' }))).toMatchObject(
      blaming('vendor', 'There is no price vendor "other": expected one of yahoo.'),
    );
  });

  it('lose no change when several managers change it at once', async () => {
    await ask('add', { name: 'tech', tickers: 'EEE' });
    await Promise.all([
      ask('add', { name: 'tech', tickers: 'CCC' }),
      ask('remove', { name: 'tech', tickers: 'AAA' }),
      ask('add', { name: 'tech', tickers: 'DDD' }),
    ]);
    const [tech] = (await test.app.guilds.get(GUILD)).universes;
    expect(tech?.tickers.toSorted()).toEqual(['BBB', 'CCC', 'DDD', 'EEE']);
  });

  it('check new tickers together with the existing ones, including those added in the meantime', async () => {
    market.list(['LON.L'], { currency: 'GBp' });
    expect(await refusalOf(ask('add', { name: 'tech', tickers: 'LON.L' }))).toMatchObject(
      blaming('tickers', 'choose tickers in one currency'),
    );
    market.list(['A2', 'B2'], { days: 560 });
    const full = ['AAA', 'BBB', ...Array.from({ length: 57 }, (_, k) => `T${k}`)];
    market.list(full.slice(2));
    await ask('add', { name: 'tech', tickers: full.slice(2).join() });
    const both = await Promise.allSettled(['A2', 'B2'].map((tickers) => ask('add', { name: 'tech', tickers })));
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await test.app.guilds.get(GUILD)).universes[0]?.tickers).toHaveLength(60);
    expect(await refusalOf(ask('add', { name: 'tech', tickers: 'CCC' }))).toMatchObject(
      blaming('tickers', 'at most 60 tickers, and tech would have 61'),
    );
  });

  it.each([
    ['add', { name: 'tech', tickers: 'AAA' }, 'tickers', 'AAA is already in tech'],
    ['add', { name: 'tech', tickers: 'NOPE' }, 'tickers', 'no prices of NOPE'],
    ['add', { name: 'none', tickers: 'CCC' }, 'name', 'This server has no universe "none": it has tech.'],
    ['add', { name: 'us12', tickers: 'CCC' }, 'name', 'us12 is built in and cannot be changed'],
    ['remove', { name: 'tech', tickers: 'AAA, CCC' }, 'tickers', 'tech does not have CCC, only AAA, BBB; nothing'],
    ['remove', { name: 'tech', tickers: 'AAA' }, 'tickers', 'at least 2 tickers, and tech would have 1'],
    ['remove', { name: 'none', tickers: 'AAA' }, 'name', 'it has tech'],
    ['delete', { name: 'none' }, 'name', 'it has tech'],
    ['show', { name: 'none' }, 'name', 'name takes one of sample, us12, gaussian, tech; got "none"'],
  ])('refuse /universe %s %j', async (subcommand, options, option, sentence) => {
    expect(await refusalOf(ask(subcommand, options))).toMatchObject(blaming(option, sentence));
  });
});

const report = (id: string, name: string): Report => ({
  id,
  channelId: '400000000000000001',
  what: 'allocation',
  cron: '0 7 * * *',
  timeZone: 'UTC',
  universe: name,
  mandate: mandateOver(21),
  scheduledAt: '2024-01-01T00:00:00.000Z',
});

describe('/universe delete', () => {
  it('unsets it as the default, and names the reports that use it', async () => {
    await create('tech', 'AAA, BBB');
    await create('other', 'AAA, BBB');
    await test.app.guilds.update(GUILD, (record) => ({
      ...record,
      settings: { universe: 'tech', alpha: 0.9 },
      reports: [report('r1', 'tech'), report('r2', 'other'), report('r3', 'tech')],
    }));
    expect(await ask('delete', { name: 'other' })).not.toContain('default');
    const text = await ask('delete', { name: 'TECH' });
    expect(text).toContain("It was this server's default, which is unset now.");
    expect(text).toContain(
      '2 reports use it and will fail when due, until removed by /report remove: r1 (allocation in',
    );
    expect(text).not.toContain('r2');
    expect(await test.app.guilds.get(GUILD)).toMatchObject({ universes: [], settings: { alpha: 0.9 } });
    expect((await test.app.guilds.get(GUILD)).settings).not.toHaveProperty('universe');
    expect((await test.app.guilds.get(GUILD)).reports).toHaveLength(3);
  });
});

const offered = async (subcommand: string, typed = '', option = 'name') =>
  (await universe.complete?.(option, typed, { ...(await test.invocation({ subcommand })), others: {} }))?.map(
    ({ value }) => value,
  );

describe('/universe', () => {
  beforeEach(() => create('tech', 'AAA, BBB'));

  it('shows and lists universes to everyone', async () => {
    await test.app.guilds.update(GUILD, (record) => ({ ...record, settings: { universe: 'tech' } }));
    const list = await ask('list', {}, { mayManage: false });
    expect(list).toContain('us12: 12 large US shares (Yahoo Finance)');
    expect(list).toContain('tech: 2 assets of this server (default)');
    expect(await ask('show', { name: 'us12' }, { mayManage: false })).toContain('TSLA, NVDA, AAPL');
    const shown = await ask('show', { name: 'Tech' }, { mayManage: false });
    expect(shown).toContain('2 assets of this server\n\nAAA, BBB');
    expect(shown).toMatch(/Created +\d{4}-\d\d-\d\d by <@200000000000000001>/);
  });

  it.each(['create', 'add', 'remove', 'delete'])(
    'lets only managers %s, before anything else is checked',
    async (sub) => {
      const asked = ask(sub, { name: 'tech', tickers: 'AAA, NOPE' }, { mayManage: false });
      expect(await refusalOf(asked)).toMatchObject(
        blaming(undefined, "Only members with the Manage Server permission can change this server's universes"),
      );
    },
  );

  it('belongs to a server', async () => {
    const { guildId: _none, ...direct } = await test.invocation({ subcommand: 'list' });
    expect(() => universe.parse({}, direct)).toThrow('use it in one of its channels');
  });

  it('completes all names for show, and only changeable ones for changes', async () => {
    expect(await offered('show')).toEqual(['sample', 'us12', 'gaussian', 'tech']);
    expect(await offered('add', 'TE')).toEqual(['tech']);
    expect(await offered('delete')).toEqual(['tech']);
    expect(await offered('delete', 'x')).toEqual([]);
    expect(await offered('add', '', 'tickers')).toEqual([]);
  });
});

const groups = async (of = 'tech') =>
  (await test.app.guilds.get(GUILD)).universes.find(({ name }) => name === of)?.groups;
const group = (text: string): Promise<string> => ask('group', { name: 'tech', group: text });

describe('/universe group', () => {
  beforeEach(() => create('tech', 'AAA, BBB, CCC'));

  it('names assets together, and forgets them without tickers', async () => {
    expect(await group('Chips: aaa BBB')).toContain('chips: AAA, BBB');
    await group('rest: CCC');
    await group('chips: BBB, CCC');
    expect(await groups()).toEqual([
      { name: 'rest', tickers: ['CCC'] },
      { name: 'chips', tickers: ['BBB', 'CCC'] },
    ]);
    expect(await ask('show', { name: 'tech' })).toContain('rest: CCC');
    await group('chips:');
    await group('rest:');
    expect(await groups()).toBeUndefined();
  });

  it('loses the assets that the universe loses', async () => {
    await group('chips: AAA');
    await group('rest: AAA BBB');
    await ask('remove', { name: 'tech', tickers: 'AAA' });
    expect(await groups()).toEqual([{ name: 'rest', tickers: ['BBB'] }]);
  });

  it('has no name that a ticker has, now or later', async () => {
    expect(await refusalOf(group('aaa: BBB'))).toMatchObject(blaming('group', 'the name of the ticker AAA'));
    await group('ddd: AAA');
    expect(await refusalOf(ask('add', { name: 'tech', tickers: 'DDD' }))).toMatchObject(
      blaming('tickers', 'tech has a group ddd, which constraints could not tell from the ticker'),
    );
  });

  it('is made of funds, which their vendor tells from shares', async () => {
    market.list(['SPY', 'QQQ', 'TLT'], { instrumentType: 'ETF' });
    await create('funds', 'AAA, SPY, QQQ');
    expect(await groups('funds')).toEqual([{ name: 'etf', tickers: ['SPY', 'QQQ'] }]);
    await ask('group', { name: 'funds', group: 'etf: SPY' });
    await ask('add', { name: 'funds', tickers: 'TLT' });
    expect(await groups('funds')).toEqual([{ name: 'etf', tickers: ['SPY', 'TLT'] }]);
    // Nor does a group come back that people have removed.
    await ask('group', { name: 'funds', group: 'etf:' });
    market.list(['IWM', 'GLD'], { instrumentType: 'ETF' });
    await ask('add', { name: 'funds', tickers: 'IWM' });
    expect(await groups('funds')).toBeUndefined();
    expect(await groups()).toBeUndefined();
  });

  it.each([
    ['chips: NOPE', 'The group chips names NOPE, which is none of these assets: AAA, BBB, CCC.'],
    ['chips:', 'tech has no group chips; nothing was changed.'],
    ['AAA BBB', 'group takes groups such as "tech: NVDA AAPL"'],
  ])('refuses %s', async (text, sentence) => {
    expect(await refusalOf(group(text))).toMatchObject(blaming('group', sentence));
  });
});
