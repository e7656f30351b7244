import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerAllocation } from '../../src/commands/allocate/answer.ts';
import { answerBacktest } from '../../src/commands/backtest/answer.ts';
import { answerFrontier } from '../../src/commands/frontier/answer.ts';
import { answerReport } from '../../src/commands/report/answer.ts';
import type { App, BacktestRequest } from '../../src/app.ts';
import type { Report } from '../../src/commands/records.ts';
import { Semaphore } from '../../src/semaphore.ts';
import type { Reply } from '../../src/reply.ts';
import { startMarket, type Market } from '../support/market.ts';
import { createTestApp } from '../support/test-bot.ts';

const GUILD = '300000000000000001';
const tickers = ['AAA', 'BBB', 'CCC'];

/** Three years before, the market has as many days as a model needs, and three months to come. */
const now = (): number => Date.UTC(2027, 0, 4);

let market: Market;
let app: App;

beforeAll(async () => {
  market = await startMarket();
  market.list(tickers);
  const backtestSemaphore = new Semaphore({ work: 'backtest', permits: 2, usualMs: 180_000, now });
  app = createTestApp({ ...market.app, clock: { now }, backtestSemaphore }).app;
  await app.guilds.update(GUILD, (record) => ({
    ...record,
    universes: [{ name: 'three', tickers, createdAt: '2024-01-01T00:00:00Z' }],
  }));
});
afterAll(() => market.close());

const question = { horizonDays: 21, alpha: 0.9, minWeight: 0, maxWeight: 0.8 };
const asked = {
  universe: { kind: 'tickers', tickers },
  ...question,
  scenarios: 200,
  seed: 1,
  recipe: 'calibrated',
} as const;

const report = (changes: Partial<Report> = {}): Report => ({
  id: 'r1',
  channelId: '400000000000000001',
  what: 'backtest',
  cron: '0 7 * * *',
  timeZone: 'UTC',
  question: { universe: 'three', ...question },
  scheduledAt: '2024-01-01T00:00:00Z',
  ...changes,
});

const imagesOf = ({ images = [] }: Reply): string[] => images.map(({ name }) => name);

describe('an answer', () => {
  it('has buttons for a member alone', async () => {
    const request = { allocate: { ...asked, lossLimit: 0.0001 }, isPublic: true, show: 'best' } as const;
    expect(await answerAllocation(request, { app })).toMatchObject({ tone: 'warning' });
    expect(await answerAllocation(request, { app })).not.toHaveProperty('buttons');
    const { buttons } = await answerAllocation(request, { app, memberId: '200000000000000001' });
    expect(buttons?.map(({ label }) => label)).toContain('Use minimum risk');
  });

  it('without its picture is still one', async () => {
    const charts = { png: () => Promise.reject(new Error('no canvas')) };
    const reply = await answerFrontier({ ...asked, points: 3 }, { app: { ...app, charts } });
    expect(reply.title).toContain('Efficient frontier');
    expect(reply).not.toHaveProperty('images');
  });

  it('about the past has three pictures, those of them that could be drawn', async () => {
    const { minWeight, maxWeight, ...rest } = asked;
    const request: BacktestRequest = {
      ...rest,
      bounds: { minWeight, maxWeight },
      from: '2024-02-01',
      offset: 0,
      retrainDays: 63,
      window: 'expanding',
      isWarmStarted: false,
      limits: [0.3],
      costBps: 10,
    };
    const all = await answerBacktest(request, { app });
    expect(imagesOf(all)).toEqual(['backtest-profit.png', 'backtest-equity.png', 'backtest-violations.png']);
    let drawn = 0;
    const charts: App['charts'] = {
      png: (spec) => {
        drawn += 1;
        return drawn === 2 ? Promise.reject(new Error('no canvas')) : app.charts.png(spec);
      },
    };
    const some = await answerBacktest(request, { app: { ...app, charts } });
    expect(imagesOf(some)).toEqual(['backtest-profit.png', 'backtest-violations.png']);
  });
});

describe('a report', () => {
  it.each([
    ['allocation', 'three'],
    ['frontier', 'Efficient frontier · 21 trading days · three'],
  ] as const)('shows what was scheduled: %s', async (what, title) => {
    const reply = await answerReport(GUILD, report({ what, lossLimit: 0.3 }), { app });
    expect(reply.title).toContain(title);
    expect(reply).not.toHaveProperty('buttons');
  });

  it('tests as much of the last three years as can be, with its own limit among the usual ones', async () => {
    const reply = await answerReport(GUILD, report({ lossLimit: 0.075 }), { app });
    expect(reply.title).toBe('Backtest · 21 trading days · three');
    const rows = reply.table?.map((row) => row.split(' ')[0]);
    expect(rows?.slice(1, 16)).toEqual([
      '1%',
      '2%',
      '3%',
      '4%',
      '5%',
      '6%',
      '7%',
      '7.5%',
      '8%',
      '9%',
      '10%',
      '11%',
      '12%',
      'equal',
      'min',
    ]);
    const fields = Object.fromEntries((reply.fields ?? []).map(({ name, value }) => [name, value]));
    expect(fields).toMatchObject({
      Period: expect.stringContaining('2023-12-01 to'),
      Retraining: 'every 63 trading days, on all days before',
      Scenarios: '5,000, seed 1',
    });
  });

  it('that somebody watches is refused while its server has a backtest, a job waits', async () => {
    const release = app.backtestSemaphore.tryAcquire(GUILD);
    await expect(answerReport(GUILD, report(), { app, onProgress() {} })).rejects.toThrow('already running here');
    let begun = 0;
    const backtest: App['engine']['backtest'] = (...given) => {
      begun += 1;
      return app.engine.backtest(...given);
    };
    const waiting = answerReport(GUILD, report(), { app: { ...app, engine: { ...app.engine, backtest } } });
    await sleep(50);
    expect(begun).toBe(0);
    release();
    expect((await waiting).title).toContain('Backtest');
    app.backtestSemaphore.tryAcquire(GUILD)();
  });

  it('gives its permit back when it fails', async () => {
    const engine = { ...app.engine, backtest: () => Promise.reject(new Error('out of memory')) };
    await expect(answerReport(GUILD, report(), { app: { ...app, engine } })).rejects.toThrow('out of memory');
    app.backtestSemaphore.tryAcquire(GUILD)();
  });

  it('cannot be made without its universe', async () => {
    const gone = report({ question: { universe: 'gone', ...question } });
    await expect(answerReport(GUILD, gone, { app })).rejects.toThrow('There is no universe "gone" any more');
  });
});
