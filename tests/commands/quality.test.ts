// Prices that show no market, through the slash commands.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allocate } from '../../src/commands/allocate/slash.ts';
import { backtest } from '../../src/commands/backtest/slash.ts';
import { frontier } from '../../src/commands/frontier/slash.ts';
import { wordError } from '../../src/commands/error-words.ts';
import { universe } from '../../src/commands/universe/slash.ts';
import { Semaphore } from '../../src/semaphore.ts';
import { startMarket, type Market } from '../support/market.ts';
import { frozen, scaled, walks, withColumn } from '../support/quality-prices.ts';
import { createTestApp, type TestApp } from '../support/test-bot.ts';
import { chartBody } from '../support/vendor.ts';
import { answerOf } from './asking.ts';

const now = (): number => Date.parse('2024-04-20T12:00:00Z');

let market: Market;
let test: TestApp;

const prices = [
  ['STILL', frozen(540)],
  ['SPLIT', scaled(300, 0.25)],
  ['FELL', scaled(300, 1 / 1.5)],
] as const;

beforeAll(async () => {
  market = await startMarket();
  market.list(['AAA', 'BBB']);
  for (const [ticker, change] of prices) {
    const { dates, closes } = withColumn(walks([ticker, 'X'], 600), ticker, change);
    // The days of the market's other tickers.
    const days = dates.map((_, t) => new Date(Date.UTC(2022, 0, 3 + 7 * Math.floor(t / 5) + (t % 5))).toISOString());
    const bars = days.map((day, t) => [day.slice(0, 10), closes[t]![0]!] as const);
    market.vendor.answer(ticker, [{ body: chartBody(bars) }]);
  }
  const backtestSemaphore = new Semaphore({ work: 'backtest', places: 2, usualMs: 180_000, now });
  test = createTestApp({ ...market.app, clock: { now }, backtestSemaphore });
});
afterAll(() => market.close());

/** The sentence of the refusal, as Discord shows it. */
const refusalOf = (asked: Promise<string>): Promise<string> =>
  asked.then(
    (answer) => `answered: ${answer}`,
    (error: unknown) => String(wordError(error, 'discord')),
  );

const askToAllocate = (options: Record<string, string>) =>
  answerOf(allocate, test, { loss: '50%', horizon: 1, ...options });

const askForFrontier = (options: Record<string, string>) =>
  answerOf(frontier, test, { loss: '50%', horizon: 1, ...options });

const askToTest = (options: Record<string, string>) =>
  answerOf(backtest, test, { limits: '50%', horizon: 20, from: '2023-12-20', retrain: 252, ...options });

describe.each([
  ['allocate', askToAllocate],
  ['frontier', askForFrontier],
])('/%s', (_name, ask) => {
  it('refuses a price that stands still, unless that is allowed', async () => {
    expect(await refusalOf(ask({ tickers: 'AAA, STILL' }))).toMatch(
      /STILL has not moved on any day since 2024-01-29 \(60 trading days\): .* go on with allow: frozen\./,
    );
    expect(await ask({ tickers: 'AAA, STILL', allow: 'frozen' })).toContain('those days do not count as calm');
  });

  it('refuses an unadjusted split, unless that is allowed, and says what could be real', async () => {
    expect(await refusalOf(ask({ tickers: 'AAA, SPLIT' }))).toMatch(/SPLIT is divided by .* go on with allow: jumps\./);
    expect(await ask({ tickers: 'AAA, SPLIT', allow: 'frozen, jumps' })).toContain('SPLIT −75%');
    expect(await ask({ tickers: 'AAA, FELL' })).toMatch(/Very large moves: FELL −3\d% on 2023-02-27/);
  });
});

describe('/backtest', () => {
  it('leaves out what stands still, refuses an unadjusted split, and says what could be real', async () => {
    expect(await askToTest({ tickers: 'AAA, BBB, STILL' })).toContain('STILL stood still for more than 10 days before');
    expect(await refusalOf(askToTest({ tickers: 'AAA, BBB, SPLIT' }))).toContain('SPLIT is divided by');
    expect(await askToTest({ tickers: 'AAA, BBB, FELL' })).toMatch(/FELL −3\d%/);
  });
});

describe('/universe create', () => {
  it('saves such a list, with a warning', async () => {
    const saved = await answerOf(
      universe,
      test,
      { name: 'odd', tickers: 'AAA, STILL' },
      { subcommand: 'create', mayManage: true },
    );
    expect(saved).toMatch(/Warning +STILL has not moved on any day .* allow: frozen/);
  });
});
