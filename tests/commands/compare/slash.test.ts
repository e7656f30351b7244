import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { compare } from '../../../src/commands/compare/slash.ts';
import { Semaphore } from '../../../src/semaphore.ts';
import { textOf } from '../../support/discord/stand-in.ts';
import { startMarket, type Market } from '../../support/market.ts';
import { createTestApp, outcomeOf, startTestBot, type TestBot } from '../../support/test-bot.ts';

let market: Market;
const started: TestBot[] = [];

beforeAll(async () => {
  market = await startMarket();
  market.list(['AAA', 'BBB', 'CCC', '^IDX']);
});
afterEach(async () => {
  for (const test of started.splice(0)) await test.close();
});
afterAll(() => market.close());

/** The market's 600 days allow a first decision in December 2023; five decisions are quick. */
const FEW = {
  tickers: 'AAA, BBB, CCC, ^IDX',
  strategies: 'cvar-lstm, minimum-cvar',
  from: '2024-01-02',
  horizon: 15,
  limits: '40%',
};
const PATIENCE = 60_000;

const start = async (): Promise<TestBot> => {
  const backtestSemaphore = new Semaphore({ work: 'backtest', places: 2, usualMs: 180_000, now: () => 0 });
  const test = await startTestBot([compare], { app: { ...market.app, backtestSemaphore } });
  started.push(test);
  return test;
};

describe('/compare', () => {
  it('answers in private with the tests, the tables and two pictures', async () => {
    const test = await start();
    const asked = test.discord.slash('compare', FEW);
    expect(await asked.acknowledged()).toMatchObject({ ephemeral: true });
    const message = await asked.answer(PATIENCE);
    const text = textOf(message);
    for (const part of [
      'Comparison · 3 strategies · 15 trading days · AAA, BBB, CCC, ^IDX',
      'equal weights (1/N)',
      'limit of 40%',
      '2024-01-02 to',
      'minimum-cvar',
      'Yahoo Finance',
      'Not investment advice',
    ]) {
      expect(text).toContain(part);
    }
    expect(message.files.map(({ name }) => name)).toEqual(['compare-equity.png', 'compare-weights.png']);
    for (const { description } of message.files) expect(description).toContain('AAA');
    expect(message).toMatchObject({ content: '', components: [] });
    expect(await outcomeOf(test, asked, PATIENCE)).toBe('answered');
  });

  it('is public where that is asked, tells its progress, and is cancelled by its button', async () => {
    const test = await start();
    const asked = test.discord.slash('compare', { ...FEW, horizon: 2, retrain: 1, public: true });
    expect(await asked.acknowledged()).toMatchObject({ ephemeral: false });
    await asked.until(({ edits }) => edits[0], 'the button');
    test.discord.press(`cancel:${asked.id}`);
    expect(await outcomeOf(test, asked, PATIENCE)).toBe('cancelled');
  });

  it('refuses in private what it cannot compare', async () => {
    const test = await start();
    const odd = test.discord.slash('compare', { ...FEW, strategies: 'best', public: true });
    expect(await odd.acknowledged()).toMatchObject({ type: 4, ephemeral: true });
    expect(textOf(await odd.answer())).toContain('There is no strategy "best"');
  });
});

describe('a request of /compare', () => {
  it('covers the last three years and all strategies under a limit of 8% by default', async () => {
    const asked = await createTestApp({ ...market.app }).invocation();
    const { request, isPublic } = compare.parse({ universe: 'us12' }, asked);
    expect(isPublic).toBe(false);
    expect(request).toEqual({
      universe: { kind: 'named', name: 'us12' },
      mandate: { horizonDays: 21, constraints: [], risk: { alpha: 0.95 } },
      retrainDays: 63,
      window: 'expanding',
      isWarmStarted: false,
      limit: 0.08,
      riskFree: 0,
      sampling: { scenarios: 5_000, seed: 1 },
      costBps: 10,
    });
  });
});
