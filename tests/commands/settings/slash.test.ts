import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allocate } from '../../../src/commands/allocate/slash.ts';
import { settings } from '../../../src/commands/settings/slash.ts';
import type { Invocation } from '../../../src/commands/slash-command.ts';
import type { Options } from '../../../src/commands/options.ts';
import { openGuilds } from '../../../src/commands/guilds.ts';
import type { Constraint } from '../../../src/engine/constraints/index.ts';
import { UNIVERSES } from '../../../src/prices/universes.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { temporaryHome } from '../../support/tailcap.ts';
import { createTestApp, type TestApp } from '../../support/test-bot.ts';
import { answerOf } from '../asking.ts';

const GUILD = '300000000000000001';

let test: TestApp;
let store: Store;
let home: ReturnType<typeof temporaryHome>;
beforeEach(async () => {
  home = temporaryHome();
  store = await openStore(`sqlite:${home.home}/store.sqlite`, { now: () => 0 });
  const guilds = openGuilds(store);
  test = createTestApp({ universes: UNIVERSES, guilds });
  await guilds.update(GUILD, (record) => ({
    ...record,
    universes: [{ name: 'tech', tickers: ['AAA', 'BBB', 'CCC'], createdAt: '2024-01-01T00:00:00.000Z' }],
  }));
});
afterEach(async () => {
  await store.close();
  home.remove();
});

const ask = (subcommand: string, options: Options = {}, changes: Partial<Invocation> = {}): Promise<string> =>
  answerOf(settings, test, options, { mayManage: true, subcommand, ...changes });
const kept = async () => (await test.app.guilds.get(GUILD)).settings;

const atMost = (weight: number): Constraint => ({ kind: 'max-weight', weight });
const atLeast = (weight: number): Constraint => ({ kind: 'min-weight', weight });

describe('/settings set', () => {
  it('saves options one after another, and shows everyone the current defaults', async () => {
    await ask('set', { universe: 'Tech', horizon: 10, alpha: '99%' });
    await ask('set', { max_weight: '60%', min_weight: '5%', time_zone: 'europe/berlin', currency: 'eur' });
    expect(await kept()).toEqual({
      universe: 'tech',
      horizonDays: 10,
      alpha: 0.99,
      constraints: [atMost(0.6), atLeast(0.05)],
      timeZone: 'Europe/Berlin',
      currency: 'EUR',
    });
    expect(await ask('show', {}, { mayManage: false })).toContain(
      [
        'universe    tech',
        'horizon     10 trading days',
        'alpha       99%',
        'max_weight  60%',
        'min_weight  5%',
        'time_zone   Europe/Berlin',
        'currency    EUR',
      ].join('\n'),
    );
  });

  it.each<[Options, string, string]>([
    [{ universe: 'nikkei' }, 'universe', 'one of sample, us12, gaussian, tech; got "nikkei"'],
    [{ horizon: 253 }, 'horizon', 'from 1 to 252'],
    [{ alpha: '9' }, 'alpha', 'must lie between 50% and 99.9%; got "9"'],
    [{ min_weight: '50%', max_weight: '40%' }, 'min_weight', 'at least 33.33% per asset would do'],
    [{ min_weight: '51%' }, 'min_weight', 'at least 50% per asset would do'],
    [{ max_weight: '1%' }, 'max_weight', 'at most 1.67% per asset would do'],
    [{ min_weight: '40%', max_weight: '45%' }, 'min_weight', 'at least 33.33% per asset would do'],
    [{ time_zone: 'Mars' }, 'time_zone', 'an IANA time zone such as Europe/Berlin or UTC; got "Mars"'],
    [{ time_zone: 'Berlin' }, 'time_zone', 'an IANA time zone: for "Berlin" write Europe/Berlin.'],
    [{ currency: 'euros' }, 'currency', 'by its code (ISO 4217), such as EUR or USD; got "euros"'],
  ])('refuses %j, and changes nothing', async (options, option, sentence) => {
    await expect(ask('set', { alpha: '90%', ...options })).rejects.toThrow(
      expect.objectContaining({ name: 'UserError', message: expect.stringContaining(sentence), option }),
    );
    expect(await kept()).toEqual({});
  });

  it('needs at least one option', async () => {
    await expect(ask('set')).rejects.toThrow(
      'at least one of universe, horizon, alpha, max_weight, min_weight, constraints, max_assets, min_position, max_turnover, cost, time_zone, currency',
    );
  });

  it('keeps a constraint of the other kind, and drops one that no longer restricts anything', async () => {
    await ask('set', { max_weight: '40%', min_weight: '2%' });
    await ask('set', { max_weight: '50%' });
    expect(await kept()).toEqual({ constraints: [atMost(0.5), atLeast(0.02)] });
    await ask('set', { min_weight: '3%' });
    expect(await kept()).toEqual({ constraints: [atMost(0.5), atLeast(0.03)] });
    await ask('set', { max_weight: '100%' });
    expect(await kept()).toEqual({ constraints: [atLeast(0.03)] });
    await ask('set', { min_weight: '0%' });
    expect(await kept()).toEqual({});
  });

  it('checks bounds against those already set', async () => {
    await ask('set', { max_weight: '30%' });
    await expect(ask('set', { min_weight: '40%' })).rejects.toThrow('at least 40% per asset');
    expect(await kept()).toEqual({ constraints: [atMost(0.3)] });
  });

  it('warns of bounds that the default universe cannot meet', async () => {
    expect(await ask('set', { universe: 'tech', max_weight: '40%' })).not.toContain('cannot meet');
    expect(await ask('set', { max_weight: '30%' })).toContain(
      'The default universe tech cannot meet these constraints. No split keeps at most 30% per asset',
    );
  });

  it('loses no change when two managers set something at once', async () => {
    await Promise.all([ask('set', { alpha: '90%' }), ask('set', { horizon: 5 }), ask('reset', { option: 'currency' })]);
    expect(await kept()).toEqual({ alpha: 0.9, horizonDays: 5 });
  });

  it('does not make a universe the default when it was deleted in the meantime', async () => {
    const invocation = await test.invocation({ mayManage: true, subcommand: 'set' });
    await test.app.guilds.update(GUILD, (record) => ({ ...record, universes: [] }));
    await expect(answerOf(settings, test, { universe: 'tech' }, invocation)).rejects.toThrow('got "tech"');
    expect(await kept()).toEqual({});
  });
});

describe('/settings reset', () => {
  beforeEach(() => ask('set', { universe: 'tech', alpha: '99%', currency: 'EUR' }));

  it('resets one option, or all', async () => {
    expect(await ask('reset', { option: 'alpha' })).toContain('alpha       95% (not set)');
    expect(await kept()).toEqual({ universe: 'tech', currency: 'EUR' });
    const text = await ask('reset', { option: 'all' });
    expect(text).toContain('universe    none (not set)');
    expect(text).toContain("currency    the prices' (not set)");
    expect(await kept()).toEqual({});
  });

  it('resets only one kind of constraint', async () => {
    await ask('set', { max_weight: '40%', min_weight: '2%' });
    expect(await ask('reset', { option: 'max_weight' })).toContain('max_weight  100% (not set)\nmin_weight  2%');
    expect(await kept()).toMatchObject({ constraints: [atLeast(0.02)] });
    await ask('reset', { option: 'min_weight' });
    expect(await kept()).toEqual({ universe: 'tech', alpha: 0.99, currency: 'EUR' });
  });

  it('refuses an unknown option', async () => {
    await expect(ask('reset', { option: 'colour' })).rejects.toThrow('option takes all or one of universe,');
  });
});

describe('/settings', () => {
  it.each([
    ['set', { alpha: '99%' }],
    ['reset', { option: 'all' }],
  ])('lets only managers %s', async (subcommand, options) => {
    await expect(ask(subcommand, options, { mayManage: false })).rejects.toThrow(
      "Only members with the Manage Server permission can change this server's settings",
    );
  });

  it('belong to a server', async () => {
    const { guildId: _none, ...direct } = await test.invocation({ subcommand: 'show' });
    expect(() => settings.parse({}, direct)).toThrow('use it in one of its channels');
  });

  it.each([
    ['time_zone', 'new york', ['America/New_York']],
    ['time_zone', 'utc', ['UTC']],
    ['time_zone', 'america/new', ['America/New_York']],
    ['currency', 'swiss', ['CHF']],
    ['universe', 'te', ['tech']],
    ['alpha', '9', []],
  ])('complete %s %j', async (option, typed, values) => {
    const choices = await settings.complete?.(option, typed, { ...(await test.invocation()), others: {} });
    expect(choices?.map(({ value }) => value)).toEqual(values);
  });

  it('give /allocate their constraints, kind by kind, unless it overrides them', async () => {
    await ask('set', { max_weight: '40%', min_weight: '2%' });
    const asked = await test.invocation();
    const read = async (options: Options) =>
      (await allocate.parse({ loss: '8%', universe: 'us12', ...options }, asked).read(asked)).allocate.mandate
        .constraints;
    expect(await read({})).toEqual([atMost(0.4), atLeast(0.02)]);
    expect(await read({ max_weight: '30%' })).toEqual([atMost(0.3), atLeast(0.02)]);
    expect(await read({ max_weight: '100%' })).toEqual([atLeast(0.02)]);
    expect(await read({ max_weight: '100%', min_weight: '0%' })).toEqual([]);
  });

  it('give the amount of /allocate its currency', async () => {
    await ask('set', { currency: 'EUR' });
    const invocation = await test.invocation();
    const read = (options: Options) =>
      allocate.parse({ loss: '8%', universe: 'us12', ...options }, invocation).read(invocation);
    expect(await read({ amount: 1000 })).toMatchObject({ allocate: { amount: 1000, amountCurrency: 'EUR' } });
    expect(await read({})).not.toHaveProperty('allocate.amountCurrency');
  });
});
