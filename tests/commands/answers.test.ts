import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { answerAllocation } from '../../src/commands/allocate/answer.ts';
import { answerBacktest } from '../../src/commands/backtest/answer.ts';
import { answerFrontier } from '../../src/commands/frontier/answer.ts';
import { answerReport } from '../../src/commands/report/answer.ts';
import type { App } from '../../src/app.ts';
import type { Report } from '../../src/commands/report/record.ts';
import { withLimit, type Mandate } from '../../src/engine/mandate.ts';
import type { BacktestRequest } from '../../src/engine-service/requests.ts';
import { DEFAULT_STRATEGY } from '../../src/engine/strategies/index.ts';
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
  const backtestSemaphore = new Semaphore({ work: 'backtest', places: 2, usualMs: 180_000, now });
  app = createTestApp({ ...market.app, clock: { now }, backtestSemaphore }).app;
  await app.guilds.update(GUILD, (record) => ({
    ...record,
    universes: [{ name: 'three', tickers, createdAt: '2024-01-01T00:00:00Z' }],
  }));
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => market.close());

const mandate: Mandate = {
  horizonDays: 21,
  constraints: [{ kind: 'max-weight', weight: 0.8 }],
  risk: { alpha: 0.9 },
};
const asked = {
  universe: { kind: 'tickers', tickers },
  strategy: DEFAULT_STRATEGY,
  mandate,
  sampling: { scenarios: 200, seed: 1 },
} as const;

const report = (changes: Partial<Report> = {}): Report => ({
  id: 'r1',
  channelId: '400000000000000001',
  what: 'backtest',
  cron: '0 7 * * *',
  timeZone: 'UTC',
  universe: 'three',
  mandate,
  scheduledAt: '2024-01-01T00:00:00Z',
  ...changes,
});

const imagesOf = ({ images = [] }: Reply): string[] => images.map(({ name }) => name);

describe('an answer', () => {
  it('has buttons only for a member', async () => {
    const request = { allocate: { ...asked, mandate: withLimit(mandate, 0.0001) }, isPublic: true };
    expect(await answerAllocation(request, { app })).toMatchObject({ tone: 'warning' });
    expect(await answerAllocation(request, { app })).not.toHaveProperty('buttons');
    const { buttons } = await answerAllocation(request, { app, memberId: '200000000000000001' });
    expect(buttons?.map(({ label }) => label)).toContain('Show minimum risk');
  });

  it('is given without its picture when that cannot be drawn', async () => {
    const charts = { png: () => Promise.reject(new Error('no canvas')) };
    const reply = await answerFrontier({ ...asked, points: 3 }, { app: { ...app, charts } });
    expect(reply.title).toContain('Efficient frontier');
    expect(reply).not.toHaveProperty('images');
  });

  it('of a backtest has three pictures, or those that could be drawn', async () => {
    const request: BacktestRequest = {
      ...asked,
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
    const reply = await answerReport(GUILD, report({ what, mandate: withLimit(mandate, 0.3) }), { app });
    expect(reply.title).toContain(title);
    expect(reply).not.toHaveProperty('buttons');
  });

  it('tests as much of the last three years as possible, with its own limit among the default ones', async () => {
    const reply = await answerReport(GUILD, report({ mandate: withLimit(mandate, 0.075) }), { app });
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
      Retraining: 'every 63 trading days, on all earlier days',
      Scenarios: '5,000, seed 1',
    });
  });

  it('of a job waits for no place, even if members have them all', async () => {
    const gate = Promise.withResolvers<void>();
    const members = ['1', '2'].map((memberId) => app.backtestSemaphore.tryRun({ memberId }, () => gate.promise));
    await expect(app.backtestSemaphore.tryRun({ memberId: '3' }, async () => {})).rejects.toThrow('running already');
    expect((await answerReport(GUILD, report(), { app })).title).toContain('Backtest');
    gate.resolve();
    await Promise.all(members);
  });

  it('cannot be made without its universe', async () => {
    const gone = report({ universe: 'gone' });
    await expect(answerReport(GUILD, gone, { app })).rejects.toThrow('The universe "gone" no longer exists');
  });
});
