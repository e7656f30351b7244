import { afterAll, beforeAll, expect, it } from 'vitest';
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
