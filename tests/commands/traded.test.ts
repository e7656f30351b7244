// What members hold, and limits on trades, in the commands beside /allocate.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backtest } from '../../src/commands/backtest/slash.ts';
import { frontier } from '../../src/commands/frontier/slash.ts';
import { holdings } from '../../src/commands/holdings/slash.ts';
import { record } from '../../src/commands/record/slash.ts';
import { Semaphore } from '../../src/semaphore.ts';
import { startMarket, type Market } from '../support/market.ts';
import { createTestApp, type TestApp } from '../support/test-bot.ts';
import { answerOf } from './asking.ts';

let market: Market;
let test: TestApp;
beforeAll(async () => {
  market = await startMarket();
  market.list(['AAA', 'BBB', 'CCC']);
  const backtestSemaphore = new Semaphore({ work: 'backtest', places: 2, usualMs: 180_000, now: () => 0 });
  test = createTestApp({ ...market.app, backtestSemaphore });
});
afterAll(() => market.close());

const THREE = { tickers: 'AAA, BBB, CCC' };
const PAST = { ...THREE, horizon: 30, from: '2024-01-02', limits: '40%' };
const TRADES = { max_turnover: '20%', cost: '0.1%' };
const HELD = { holdings: 'AAA 2, BBB 1' };

it('/frontier trades from what is held, typed or saved; without assets, those held are meant', async () => {
  const typed = await answerOf(frontier, test, { ...HELD, ...TRADES });
  expect(typed).toContain('Efficient frontier · 21 trading days · AAA, BBB');
  expect(typed).toMatch(/^Held today +AAA 6\d\.\d%, BBB 3\d\.\d%$/m);
  expect(typed).toMatch(/^ +CVaR +Profit +Traded/m);
  expect(typed).toContain('at most 20% traded');
  const saved = { ...THREE, holdings: 'saved' };
  await expect(answerOf(frontier, test, saved)).rejects.toThrow('You have no holdings saved');
  await answerOf(holdings, test, { holdings: 'AAA 2, BBB 1, DDD 5' }, { subcommand: 'set' });
  const fromSaved = await answerOf(frontier, test, saved);
  expect(fromSaved).toMatch(/^Held today +AAA 6\d\.\d%, BBB 3\d\.\d%$/m);
  expect(fromSaved).toContain('5 DDD (value not known) is not among these assets');
});

it('/backtest trades from the decision before, and begins with what is held', async () => {
  const text = await answerOf(backtest, test, { ...PAST, ...TRADES, ...HELD });
  expect(text).toMatch(/^Traded +\d+\.\d\d% of the money at a decision on average$/m);
  expect(text).toMatch(/^Held at first +AAA 6\d\.\d%, BBB 3\d\.\d%$/m);
  expect(text).toMatch(/^Costs +0\.10% of the value traded, weighed by each decision/m);
  const saved = await answerOf(backtest, test, { ...PAST, ...TRADES, holdings: 'saved' });
  expect(saved).toMatch(/^Held at first +AAA 6/m);
});

it('/backtest and /record keep to the limit on trades of the server, /frontier only where something is held', async () => {
  const guild = { universes: [], settings: { constraints: [{ kind: 'max-turnover' as const, weight: 0.2 }] } };
  const there = { guild };
  expect(await answerOf(backtest, test, PAST, there)).toContain("at most 20% traded, from this server's settings");
  expect(await answerOf(record, test, { ...THREE, horizon: 40 }, there)).toMatch(/^Traded +\d/m);
  expect(await answerOf(frontier, test, THREE, there)).not.toContain('traded');
  expect(await answerOf(frontier, test, { ...THREE, ...HELD }, there)).toContain('at most 20% traded');
});

it('/backtest takes a bare cost for one that decisions do not weigh, also beside the default of the server', async () => {
  const guild = { universes: [], settings: { constraints: [{ kind: 'cost' as const, rate: 0.005 }] } };
  const bare = await answerOf(backtest, test, { ...PAST, cost: '20' }, { guild });
  expect(bare).toMatch(/^Costs +0\.20% of the value traded, deducted in the paths only$/m);
  const usual = await answerOf(backtest, test, PAST, { guild });
  expect(usual).toMatch(/^Costs +0\.50% of the value traded, weighed by each decision/m);
});
