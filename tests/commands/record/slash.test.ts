import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Options } from '../../../src/commands/options.ts';
import { record } from '../../../src/commands/record/slash.ts';
import { Semaphore } from '../../../src/semaphore.ts';
import { textOf } from '../../support/discord/stand-in.ts';
import { startMarket, type Market } from '../../support/market.ts';
import { recordAnswer } from '../../support/record-answer.ts';
import { createTestApp, outcomeOf, startTestBot, type TestBot } from '../../support/test-bot.ts';

let market: Market;
const started: TestBot[] = [];

beforeAll(async () => {
  market = await startMarket();
  market.list(['AAA', 'BBB', 'CCC']);
});
afterEach(async () => {
  for (const test of started.splice(0)) await test.close();
  vi.restoreAllMocks();
});
afterAll(() => market.close());

/** The market's 600 days allow one decision of this horizon. */
const ONE = { tickers: 'AAA, BBB, CCC', horizon: 60 };
const PATIENCE = 30_000;

async function start(): Promise<TestBot> {
  const backtestSemaphore = new Semaphore({ work: 'backtest', places: 2, usualMs: 180_000, now: () => 0 });
  const test = await startTestBot([record], { app: { ...market.app, backtestSemaphore } });
  started.push(test);
  return test;
}

/** Records that are made when they are let. */
function gated() {
  const gate = Promise.withResolvers<void>();
  const signals: AbortSignal[] = [];
  vi.spyOn(market.app.engine!, 'record').mockImplementation(async (_request, options) => {
    const { signal } = options!;
    signals.push(signal!);
    const aborted = new Promise<never>((_, reject) => {
      signal!.addEventListener('abort', () => reject(signal!.reason), { once: true });
    });
    await Promise.race([gate.promise, aborted]);
    return recordAnswer();
  });
  return { signals, open: () => gate.resolve() };
}

describe('/record', () => {
  it('makes the record of a universe', async () => {
    const test = await start();
    const message = await test.discord.slash('record', ONE).answer(PATIENCE);
    const text = textOf(message);
    for (const part of [
      'Record · 60 trading days · AAA, BBB, CCC',
      '1 decision date',
      'Yahoo Finance',
      'Limit  Kept  Broken',
    ]) {
      expect(text).toContain(part);
    }
    expect(message.ephemeral).toBe(true);
  });

  it('is of the strategy that is asked about', async () => {
    const test = await start();
    const text = textOf(await test.discord.slash('record', { ...ONE, strategy: 'equal-weight' }).answer(PATIENCE));
    expect(text).toContain('strategy equal-weight');
  });

  it('shows a picture for members and one for experts, to everyone if asked to', async () => {
    gated().open();
    const test = await start();
    const message = await test.discord.slash('record', { ...ONE, public: true }).answer(PATIENCE);
    expect(message.files.map(({ name }) => name)).toEqual(['record.png', 'record-experts.png']);
    expect(message.files[0]?.description).toContain('losses went beyond the value-at-risk in 5%');
    expect(message.ephemeral).toBe(false);
  });

  it('runs once per member, and is cancelled by its button', async () => {
    const { signals, open } = gated();
    const test = await start();
    const asked = test.discord.slash('record', ONE);
    await test.discord.until(() => signals[0], 'the record to be made');
    expect(textOf(await test.discord.slash('record', ONE).answer())).toContain('of yours is already running');
    await asked.until(({ edits }) => edits[0], 'the button');
    test.discord.press(`cancel:${asked.id}`);
    expect(await outcomeOf(test, asked, PATIENCE)).toBe('cancelled');
    expect(signals[0]?.aborted).toBe(true);
    open();
    expect(textOf(await test.discord.slash('record', ONE).answer(PATIENCE))).toContain('Record ·');
  });

  it('asks for the record that answers are judged by, unless an option says otherwise', async () => {
    const invocation = await createTestApp({ ...market.app }).invocation();
    const asked = (options: Options) => record.parse(options, invocation).read(invocation);
    expect(await asked({ universe: 'us12' })).toEqual({
      universe: { kind: 'named', name: 'us12' },
      strategy: { id: 'cvar-lstm', params: { recipe: 'filtered' } },
      mandate: { horizonDays: 21, constraints: [], risk: { alpha: 0.95 } },
      offsets: [0],
      sampling: { scenarios: 5_000, seed: 1 },
    });
    expect(await asked({ universe: 'us12', horizon: 5, alpha: '90%' })).toMatchObject({
      mandate: { horizonDays: 5, risk: { alpha: 0.9 } },
    });
    expect(record.isRateLimited?.(record.parse({ universe: 'us12' }, invocation))).toBe(true);
  });
});
