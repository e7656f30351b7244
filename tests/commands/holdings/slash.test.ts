import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alert } from '../../../src/commands/alert/slash.ts';
import { allocate } from '../../../src/commands/allocate/slash.ts';
import { holdings } from '../../../src/commands/holdings/slash.ts';
import { privacy } from '../../../src/commands/privacy/slash.ts';
import { startMarket, type Market } from '../../support/market.ts';
import { createTestApp, type TestApp } from '../../support/test-bot.ts';
import { answerOf, replyOf } from '../asking.ts';

let market: Market;
let test: TestApp;
beforeAll(async () => {
  market = await startMarket();
  market.list(['AAA', 'BBB', 'CCC']);
  test = createTestApp(market.app);
});
afterAll(() => market.close());

const OTHER = { memberId: '200000000000000002' };
const set = (text: string) => answerOf(holdings, test, { holdings: text }, { subcommand: 'set' });
const show = (changes = {}) => answerOf(holdings, test, {}, { subcommand: 'show', ...changes });
const forget = () => answerOf(holdings, test, {}, { subcommand: 'forget' });
const saved = { loss: '90%', tickers: 'AAA, BBB, CCC', holdings: 'saved' };

it('are saved, shown to the member alone, used where they say so, and forgotten', async () => {
  await expect(answerOf(allocate, test, saved)).rejects.toThrow(
    'You have no holdings saved: /holdings set saves them.',
  );
  expect(await show()).toContain('No holdings are saved');
  expect(await set('aaa 4, bbb 2.5, cash 500 usd')).toMatch(/AAA +4\nBBB +2.5\nCash USD +500.00/);
  expect(await show()).toMatch(/AAA +4\nBBB +2.5\nCash USD +500.00/);
  expect(await show(OTHER)).toContain('No holdings are saved');
  expect(holdings.isPublic({ kind: 'show' })).toBe(false);
  expect(await answerOf(allocate, test, saved)).toContain('What you hold today has a CVaR of');
  // Not unless they say so.
  expect(await answerOf(allocate, test, { ...saved, holdings: 'AAA 1, cash 50' })).toMatch(/Cash +50.00/);
  const { holdings: _, ...plain } = saved;
  expect(await answerOf(allocate, test, plain)).not.toContain('What you hold today');
  expect(await forget()).toContain('Your holdings are deleted');
  expect(await forget()).toContain('No holdings were saved');
  await expect(answerOf(allocate, test, saved)).rejects.toThrow('You have no holdings saved');
});

it('are part of what /privacy exports and deletes', async () => {
  await set('AAA 4');
  expect(await answerOf(privacy, test, {}, { subcommand: 'export' })).toContain('your holdings');
  const asked = await test.invocation();
  const key = `delete:${asked.memberId}`;
  expect(await privacy.press?.(key, asked)).toBe('delete');
  const gone = await replyOf(privacy, 'delete', asked);
  expect(gone.body).toContain('your holdings');
  expect(await show()).toContain('No holdings are saved');
});

it('that are typed without assets name them, and stand beside no amount', async () => {
  const text = await answerOf(allocate, test, { loss: '90%', holdings: 'AAA 4, BBB 2' });
  expect(text).toContain('AAA, BBB');
  expect(text).toMatch(/Asset +Weight +Held +Trade/);
  const both = answerOf(allocate, test, { loss: '90%', holdings: 'AAA 4, BBB 2', amount: 5 });
  await expect(both).rejects.toThrow('Give either amount or holdings');
  const one = answerOf(allocate, test, { loss: '90%', holdings: 'AAA 4' });
  await expect(one).rejects.toThrow('holdings names AAA alone: also say which assets to look at');
});

it("stand for the assets where none are named, typed or saved, unless the server's universe has them all", async () => {
  const { guildId = '' } = await test.invocation();
  const withUsual = (universe: string | undefined) =>
    test.app.guilds.update(guildId, (record) => ({
      ...record,
      universes: [{ name: 'three', tickers: ['AAA', 'BBB', 'CCC'], createdAt: '2024-01-01T00:00:00Z' }],
      settings: universe === undefined ? {} : { universe },
    }));
  const ask = (held: string) => answerOf(allocate, test, { loss: '90%', holdings: held });
  await withUsual('three');
  await set('AAA 4, BBB 2');
  expect(await ask('saved')).toMatch(/· three$/m);
  expect(await ask('saved')).toBe(await ask('AAA 4, BBB 2'));
  expect(await ask('AAA 4')).toMatch(/· three$/m);
  await withUsual('us12');
  expect(await ask('saved')).toMatch(/· AAA, BBB$/m);
  await withUsual(undefined);
  expect(await ask('saved')).toBe(await ask('AAA 4, BBB 2'));
  await forget();
});

it('are watched by an alert that says so, once there are some', async () => {
  const watch = { loss: '90%', universe: 'sample', holdings: true };
  const add = () => answerOf(alert, test, watch, { subcommand: 'add' });
  await forget();
  await expect(add()).rejects.toThrow('You have no holdings saved');
});

const report = (options = {}) =>
  answerOf(holdings, test, { when: 'mondays 9:00', time_zone: 'Europe/Berlin', ...options }, { subcommand: 'report' });
const stop = () => answerOf(holdings, test, {}, { subcommand: 'stop' });
const scheduled = async () => (await test.app.savedHoldings.get((await test.invocation()).memberId))?.report;

describe('a report on them', () => {
  it('needs some, and is shown at once, with the limit to compare with', async () => {
    await expect(report()).rejects.toThrow('You have no holdings saved');
    await set('AAA 4, BBB 2, cash 10');
    const text = await report({ loss: '50%', horizon: 5 });
    expect(text).toMatch(/^What you hold · 5 trading days$/m);
    expect(text).toContain('I send you such a report mondays 9:00 Europe/Berlin, the next one');
    expect(text).toContain('within your limit of 50%.');
    expect(text).not.toContain('Bought and sold');
    expect(await scheduled()).toMatchObject({
      cron: '0 9 * * 1',
      timeZone: 'Europe/Berlin',
      mandate: { horizonDays: 5, constraints: [], risk: { limit: 0.5 } },
      last: {
        held: { positions: [{ ticker: 'AAA', units: 4 }, {}] },
        currency: 'USD',
        weights: { AAA: expect.any(Number) },
      },
    });
    // Which assets it is about follows what is held.
    expect(await scheduled()).not.toHaveProperty('universe');
  });

  it('stays when the holdings change, is shown with them, and ends when it is told to or they are forgotten', async () => {
    await set('AAA 5, BBB 2');
    expect(await scheduled()).toMatchObject({ last: { held: { positions: [{ units: 4 }, {}] } } });
    expect(await show()).toContain('A report on them comes mondays 9:00 Europe/Berlin, the next one');
    expect(await answerOf(privacy, test, {}, { subcommand: 'export' })).toContain(
      'your holdings, with the report on them',
    );
    expect(await stop()).toContain('Your report is ended');
    expect(await stop()).toContain('You had no report');
    expect(await show()).not.toContain('A report on them');
    await report();
    expect(await forget()).toContain('So is the report on them.');
    expect(await scheduled()).toBeUndefined();
  });

  it.each([
    [{ when: 'sometimes' }, 'when takes days and a time'],
    [{ time_zone: 'Nowhere' }, 'time_zone'],
    [{ loss: 'much' }, 'loss'],
    [{ universe: 'none' }, 'universe takes one of'],
  ])('is refused for %j, and changes nothing', async (options, sentence) => {
    await set('AAA 4, BBB 2');
    await expect(report(options)).rejects.toThrow(sentence);
    expect(await scheduled()).toBeUndefined();
  });

  it('of one asset alone is refused with what to do, and made in a universe that has it', async () => {
    await set('AAA 4, cash 10');
    await expect(report()).rejects.toThrow('holdings names AAA alone: also say which assets to look at');
    const { guildId = '' } = await test.invocation();
    const universes = [{ name: 'three', tickers: ['AAA', 'BBB', 'CCC'], createdAt: '2024-01-01T00:00:00Z' }];
    await test.app.guilds.update(guildId, (record) => ({ ...record, universes }));
    expect(await report({ universe: 'three' })).toContain('What you hold · 21 trading days');
    expect(await scheduled()).toMatchObject({ universe: { kind: 'tickers', name: 'three' } });
  });
});

const press = async (key: string) => {
  const asked = await test.invocation();
  return replyOf(allocate, (await allocate.press?.(key, asked))!, asked);
};
const newButtons = async (options: Record<string, string>) => {
  const before = await test.app.requests.keys();
  await answerOf(allocate, test, options);
  return (await test.app.requests.keys()).filter((key) => !before.includes(key));
};

describe('the buttons of an answer about what is saved', () => {
  it('keep nothing of it, and answer with what is saved when they are pressed', async () => {
    await set('AAA 4, BBB 2');
    const keys = await newButtons({ loss: '0.5%', holdings: 'saved' });
    expect(keys.length).toBeGreaterThan(0);
    const stored = JSON.stringify(await Promise.all(keys.map((key) => test.app.requests.get(key))));
    expect(stored).not.toMatch(/AAA|BBB|units/);
    await set('BBB 7, CCC 3');
    const { title, body, table } = await press(keys[0]!);
    expect(title).toContain('BBB, CCC');
    expect(body).toContain('What you hold today');
    expect(table?.join('\n')).not.toContain('AAA');
    await forget();
    await expect(press(keys[0]!)).rejects.toThrow('You have no holdings saved');
  });

  it('keep what was typed', async () => {
    const keys = await newButtons({ loss: '0.5%', holdings: 'AAA 4, BBB 2' });
    expect((await press(keys[0]!)).title).toContain('AAA, BBB');
  });
});
