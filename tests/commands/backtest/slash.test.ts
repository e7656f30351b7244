import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { backtest } from '../../../src/commands/backtest/slash.ts';
import { Semaphore } from '../../../src/semaphore.ts';
import type { OnProgress } from '../../../src/engine/types.ts';
import { textOf, type Discord, type SentInteraction } from '../../support/discord/stand-in.ts';
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
  vi.restoreAllMocks();
});
afterAll(() => market.close());

/** The market's 600 days allow a first decision in December 2023; five decisions are quick. */
const FEW = { tickers: 'AAA, BBB, CCC, ^IDX', from: '2024-01-02', horizon: 15, limits: '0.5%, 40%', retrain: 0 };
const PATIENCE = 30_000;

const STEP = { stage: 'backtest', done: 0.25, detail: 'decision 1 of 4', secondsLeft: 60 } as const;

/** The market's engine begins its backtests when it is let, until the test ends. */
function gated() {
  const gate = Promise.withResolvers<void>();
  const signals: AbortSignal[] = [];
  let latest: OnProgress | undefined;
  const engine = market.app.engine!;
  const run = engine.backtest.bind(engine);
  vi.spyOn(engine, 'backtest').mockImplementation(async (request, options) => {
    const { signal, onProgress } = options!;
    signals.push(signal!);
    latest = onProgress;
    const aborted = new Promise<never>((_, reject) => {
      signal!.addEventListener('abort', () => reject(signal!.reason), { once: true });
    });
    await Promise.race([gate.promise, aborted]);
    return run(request, options);
  });
  return { signals, say: () => latest?.(STEP), open: () => gate.resolve() };
}

const start = async (): Promise<TestBot> => {
  const backtestSemaphore = new Semaphore({ work: 'backtest', places: 2, usualMs: 180_000, now: () => 0 });
  const test = await startTestBot([backtest], { app: { ...market.app, backtestSemaphore } });
  started.push(test);
  return test;
};

const ask = (discord: Discord, who: Parameters<Discord['slash']>[2] = {}, isPublic = false): SentInteraction =>
  discord.slash('backtest', { ...FEW, public: isPublic }, who);

describe('/backtest', () => {
  it('shows its progress, then how the limits held, with three pictures', async () => {
    const { signals, say, open } = gated();
    const test = await start();
    const asked = ask(test.discord);
    expect(await asked.acknowledged()).toMatchObject({ ephemeral: true });
    await test.discord.until(() => signals[0], 'the backtest to run');
    await asked.until(({ edits }) => edits[0], 'the button');
    test.clock.advance(2_000);
    const progress = await asked.until(({ edits }) => {
      say();
      return edits[1];
    }, 'the progress');
    expect(progress.content).toBe('Backtesting: decision 1 of 4, 25% done, about 1 min left');
    open();
    const message = await asked.answer(PATIENCE);
    const text = textOf(message);
    for (const part of [
      'Backtest · 15 trading days · AAA, BBB, CCC, ^IDX',
      'Profit was',
      'Could be kept: up to 0.5% on no date, from 40% on every date',
      'Limit  Kept  Predicted',
      'equal',
      'index',
      '2024-01-02 to',
      'at every decision, on all earlier days',
      '0.10% of the value traded',
      'Yahoo Finance',
      'Not investment advice',
    ]) {
      expect(text).toContain(part);
    }
    expect(message.files.map(({ name }) => name)).toEqual([
      'backtest-profit.png',
      'backtest-equity.png',
      'backtest-violations.png',
    ]);
    expect(message.embeds).toHaveLength(3);
    expect(message).toMatchObject({ content: '', components: [] });
    expect(await outcomeOf(test, asked, PATIENCE)).toBe('answered');
  });

  it('is cancelled by its button, which frees its permit', async () => {
    const { signals, open } = gated();
    const test = await start();
    const asked = ask(test.discord);
    await test.discord.until(() => signals[0], 'the backtest to run');
    await asked.until(({ edits }) => edits[0], 'the button');
    test.discord.press(`cancel:${asked.id}`);
    expect(await outcomeOf(test, asked, PATIENCE)).toBe('cancelled');
    expect(signals[0]?.aborted).toBe(true);
    const again = ask(test.discord);
    await test.discord.until(() => signals[1], 'the next backtest to run');
    open();
    expect(textOf(await again.answer(PATIENCE))).toContain('Backtest · 15 trading days');
  });

  it('trades from the decision before, beginning with what is held', async () => {
    const test = await start();
    const limited = { ...FEW, limits: '40%', max_turnover: '20%', cost: '0.1%', holdings: 'AAA 2, BBB 1' };
    const text = textOf(await test.discord.slash('backtest', limited).answer(PATIENCE));
    expect(text).toMatch(/\d+\.\d\d% of the money at a decision on average/);
    expect(text).toContain('at most 20% traded, costs of 0.1%');
    expect(text).toMatch(/AAA 6\d\.\d%, BBB 3\d\.\d%/);
    expect(text).toContain('was realised after costs.');
  });

  it('tells on how many dates no split keeps up with a benchmark', async () => {
    const test = await start();
    const behind = { ...FEW, limits: '40%', max_weight: '50%', constraints: 'behind AAA <= 0.01%' };
    const text = textOf(await test.discord.slash('backtest', behind).answer(PATIENCE));
    expect(text).toContain('Behind AAA');
    expect(text).toMatch(/On \d+ of \d+ dates no split was found that falls so little behind/);
  });

  it('runs once per member and once per server, and twice in total', async () => {
    const { signals, open } = gated();
    const test = await start();
    const [stranger, another] = ['200000000000000007', '200000000000000008'];
    const first = ask(test.discord, {}, true);
    await test.discord.until(() => signals[0], 'the first backtest to run');
    const second = ask(test.discord, { userId: stranger }, true);
    expect(textOf(await second.answer())).toContain('A backtest is already running here: wait for it or cancel it.');
    expect(await second.answer()).toMatchObject({ ephemeral: true });
    expect(textOf(await ask(test.discord, { isDirect: true }).answer())).toContain(
      'A backtest of yours is already running: wait for it or cancel it.',
    );
    const direct = ask(test.discord, { userId: stranger, isDirect: true });
    await test.discord.until(() => signals[1], 'the backtest in direct messages to run');
    const third = ask(test.discord, { userId: another, isDirect: true });
    expect(textOf(await third.answer())).toContain('2 backtests are running already: try again in about 3 min.');
    expect(signals).toHaveLength(2);
    open();
    for (const one of [first, direct]) expect(textOf(await one.answer(PATIENCE))).toContain('Backtest ·');
  });

  it('that outlives its interaction ends as a message in the channel', async () => {
    const { signals, open } = gated();
    const test = await start();
    const asked = ask(test.discord, {}, true);
    await test.discord.until(() => signals[0], 'the backtest to run');
    asked.expire();
    open();
    expect(await outcomeOf(test, asked, PATIENCE)).toBe('answered');
    const [{ message } = { message: undefined }] = test.discord.posted;
    expect(message).toMatchObject({ channelId: test.discord.channelId, notified: [test.discord.memberId] });
    expect(message?.files).toHaveLength(3);
    expect(message && textOf(message)).toContain('Backtest · 15 trading days');
  });

  it('begins as soon as a model has enough data when there are no three years to test', async () => {
    const test = await start();
    const { from: _, ...rest } = FEW;
    const text = textOf(await test.discord.slash('backtest', { ...rest, retrain: 63 }).answer(PATIENCE));
    // The 500th of the market's days.
    expect(text).toContain('2023-12-01 to');
    expect(text).toContain('the last three years, as far as there was enough data to train a model');
  });

  it('refuses in private what it cannot test, without taking a permit', async () => {
    const test = await start();
    const early = test.discord.slash('backtest', { ...FEW, from: '2022-02-01', public: true });
    expect(textOf(await early.answer(PATIENCE))).toContain('begin on');
    const odd = test.discord.slash('backtest', { ...FEW, limits: '0.5, 12' });
    expect(await odd.acknowledged()).toMatchObject({ type: 4, ephemeral: true });
    expect(textOf(await odd.answer())).toContain('write % after each, such as 4%, 8%');
    expect(textOf(await ask(test.discord).answer(PATIENCE))).toContain('Backtest ·');
  });
});

describe('a request of /backtest', () => {
  it('covers the last three years, twelve limits and a model per quarter by default', async () => {
    const asked = await createTestApp({ ...market.app }).invocation();
    const { read, isPublic } = backtest.parse({ universe: 'us12' }, asked);
    expect(isPublic).toBe(false);
    expect(await read(asked)).toEqual({
      universe: { kind: 'named', name: 'us12' },
      strategy: { id: 'cvar-lstm', params: { recipe: 'filtered' } },
      mandate: { horizonDays: 21, constraints: [], risk: { alpha: 0.95 } },
      offset: 0,
      retrainDays: 63,
      window: 'expanding',
      isWarmStarted: false,
      limits: Array.from({ length: 12 }, (_, at) => (at + 1) / 100),
      sampling: { scenarios: 5_000, seed: 1 },
      costBps: 10,
    });
  });

  it('follows the options', async () => {
    const asked = await createTestApp({ ...market.app }).invocation();
    const options = {
      tickers: 'AAA, BBB',
      from: ' 2020-01-02 ',
      horizon: 5,
      alpha: '90%',
      max_weight: '60%',
      limits: '2%:4%:1%',
      retrain: 0,
      cost: 25,
      public: true,
    };
    const { read, isPublic } = backtest.parse(options, asked);
    expect(isPublic).toBe(true);
    expect(await read(asked)).toMatchObject({
      universe: { kind: 'tickers', tickers: ['AAA', 'BBB'] },
      from: '2020-01-02',
      mandate: { horizonDays: 5, constraints: [{ kind: 'max-weight', weight: 0.6 }], risk: { alpha: 0.9 } },
      limits: [0.02, 0.03, 0.04],
      retrainDays: 0,
      costBps: 25,
    });
    expect(() => backtest.parse({ ...options, from: 'yesterday' }, asked)).toThrow('from takes a day as YYYY-MM-DD');
    expect(() => backtest.parse({ ...options, cost: 2_000 }, asked)).toThrow(
      'cost takes a whole number from 0 to 1,000',
    );
  });
});
