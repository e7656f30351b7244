import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wordError } from '../../src/commands/error-words.ts';
import { allocateJson } from '../../src/commands/allocate/terminal.ts';
import { allocationReply } from '../../src/commands/allocate/reply.ts';
import type { AllocateAnswer } from '../../src/engine-service/answers.ts';
import { storedDecisionsSchema } from '../../src/engine-service/decision-cache.ts';
import { Engine } from '../../src/engine-service/engine.ts';
import { storedRecordSchema } from '../../src/engine-service/record-table.ts';
import type { AllocateRequest } from '../../src/engine-service/requests.ts';
import { parseHoldings } from '../../src/parse-holdings.ts';
import { PriceService } from '../../src/prices/service.ts';
import { openStoredSeries } from '../../src/prices/ticker-series.ts';
import { storedModelSchema } from '../../src/store/live-versions.ts';
import { replyToText } from '../../src/terminal/output.ts';
import { atMost } from '../support/constraints.ts';
import { memoryStore, memoryTable } from '../support/memory-table.ts';
import { openModelsAt } from '../support/open-models.ts';
import { smallPool } from '../support/small-pool.ts';
import { temporaryHome } from '../support/tailcap.ts';
import { chartBody, sourcesOn, startVendor, weekdayBars, type Bar, type Vendor } from '../support/vendor.ts';

const log = { info() {}, warn() {}, error() {} };
const { home, remove } = temporaryHome();
/** 600 weekdays; the last one is 2024-04-19, two days ago. */
const bars = weekdayBars('2022-01-03', 600);
const now = Date.parse('2024-04-21T12:00:00Z');
const wandering = (step: number): Bar[] =>
  bars.map(([day], t) => [day, 100 + 5 * Math.sin(step * t) + 3 * Math.cos(t * t)]);
const lastOf = (step: number): number => wandering(step).at(-1)![1]!;

const rate = (value: number) =>
  chartBody(
    bars.map(([day]): Bar => [day, value, 0]),
    { timeZone: 'UTC' },
  );

let vendor: Vendor;
let engine: Engine;
beforeAll(async () => {
  vendor = await startVendor();
  for (const [k, ticker] of ['AAA', 'BRK-B'].entries()) {
    vendor.answer(ticker, [{ body: chartBody(wandering(k + 1)) }]);
  }
  for (const [k, ticker] of ['AAA.L', 'BBB.L'].entries()) {
    vendor.answer(ticker, [{ body: chartBody(wandering(k + 1), { currency: 'GBp' }) }]);
  }
  vendor.answer('EURUSD=X', [{ body: rate(1.25) }]);
  vendor.answer('SAP', [{ body: chartBody(wandering(2), { currency: 'EUR' }) }]);
  vendor.answer('GBPUSD=X', [{ body: rate(1.5) }]);
  vendor.answer('CHFUSD=X', [{ body: rate(2) }]);
  const prices = new PriceService({
    sources: sourcesOn(vendor, () => now),
    series: openStoredSeries(memoryStore()),
    now: () => now,
    log,
  });
  const models = openModelsAt(join(home, 'models'), memoryTable(storedModelSchema));
  const tables = { decisions: memoryTable(storedDecisionsSchema), records: memoryTable(storedRecordSchema) };
  engine = new Engine({ prices, models, pool: smallPool(), ...tables, threads: 2, log });
});
afterAll(async () => {
  await vendor.close();
  remove();
});

const ask = (holdings: string, changes: Partial<AllocateRequest> = {}): Promise<AllocateAnswer> =>
  engine.allocate({
    universe: { kind: 'tickers', tickers: ['AAA', 'BRK-B'] },
    strategy: { id: 'minimum-cvar', params: { recipe: 'filtered' } },
    mandate: { horizonDays: 2, constraints: [atMost(0.6)], risk: { alpha: 0.9 } },
    sampling: { scenarios: 200, seed: 1 },
    held: parseHoldings(holdings, 'holdings'),
    ...changes,
  });

const fromCash = (constraints: AllocateRequest['mandate']['constraints']): Promise<AllocateAnswer> =>
  ask('cash 10000', { mandate: { horizonDays: 2, constraints, risk: { alpha: 0.9 } } });

function partsOf({ trades, holdings }: AllocateAnswer) {
  if (trades === undefined || holdings === undefined) throw new Error('expected trades');
  return { trades, holdings, before: trades.before };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const say = (answer: AllocateAnswer): string => replyToText(allocationReply({ answer, now }));

const cents = (value: number): string => value.toFixed(2);

describe('trades from what is held', () => {
  it('lead from it to what is then held, without money made or lost', async () => {
    const answer = await ask('AAA 40, BRK.B 2.5, KO 7, AAA.L 30, SAP 2, cash 100 EUR, cash 10 CHF, cash 1');
    const { trades, holdings, before } = partsOf(answer);
    const worth = 40 * lastOf(1) + 2.5 * lastOf(2);
    expect(before).toMatchObject({ units: [40, 2.5], cash: 125 + 20 + 1 });
    expect(holdings.amount).toBeCloseTo(worth + 146, 8);
    expect(sum(holdings.values) + holdings.cash).toBeCloseTo(holdings.amount, 8);
    expect(holdings.units).toEqual(before.units.map((units, j) => units + trades.units[j]!));
    // Whole shares are traded: the half stays.
    expect(holdings.units[1]! % 1).toBe(0.5);
    expect(sum(trades.values)).toBeCloseTo(before.cash - holdings.cash, 8);
    expect(before.portfolio.weights).toEqual([40 * lastOf(1), 2.5 * lastOf(2)].map((value) => value / holdings.amount));
    expect(before.portfolio.cvar).toBeGreaterThan(holdings.portfolio.cvar);
    // The vendor knows no KO; pence and euros are converted.
    const keptOut = [
      { ticker: 'KO', units: 7 },
      { ticker: 'AAA.L', units: 30, value: expect.closeTo(0.3 * lastOf(1) * 1.5, 8) },
      { ticker: 'SAP', units: 2, value: expect.closeTo(2 * lastOf(2) * 1.25, 8) },
    ];
    expect(trades.keptOut).toEqual(keptOut);
    expect(trades.conversions.map((one) => one.kind === 'converted' && [one.from, one.rate])).toEqual([
      ['EUR', 1.25],
      ['CHF', 2],
      ['GBp', expect.closeTo(0.015, 12)],
    ]);
    const text = say(answer);
    expect(text).toContain('What you hold today has a CVaR of');
    expect(text).toMatch(/Asset +Weight +Held +Trade +USD +Shares/);
    expect(text).toContain(
      `7 KO (value not known), 30 AAA.L (${cents(0.45 * lastOf(1))} USD), 2 SAP (${cents(2.5 * lastOf(2))} USD) are not among these assets: they stay as they are and count for nothing here.`,
    );
    expect(text).toContain('1.25 USD for 1 EUR on 2024-04-19 (2 days old); 2 USD for 1 CHF');
    const json: unknown = JSON.parse(JSON.stringify(allocateJson(answer)));
    expect(json).toMatchObject({
      held: {
        currency: 'USD',
        shares: { AAA: 40, 'BRK-B': 2.5 },
        cash: 146,
        cvar: before.portfolio.cvar,
        keptOut,
      },
      trades: [
        { ticker: 'AAA', units: trades.units[0], money: trades.values[0] },
        { ticker: 'BRK-B', units: trades.units[1], money: trades.values[1] },
      ],
      tradesCost: 0,
      shares: { AAA: holdings.units[0], 'BRK-B': holdings.units[1] },
    });
  });

  it('are of fractions where those are traded, so that little cash is left', async () => {
    const { holdings, trades } = partsOf(await ask('AAA 3, cash 55.5', { fractional: true }));
    expect(holdings.cash).toBeLessThan(0.02);
    expect(trades.units.some((units) => units % 1 !== 0)).toBe(true);
    expect(trades.units.every((units) => Number(units.toFixed(4)) === units)).toBe(true);
  });

  it('are none where what is held is as near to the split as whole shares come', async () => {
    const first = partsOf(await ask('cash 10000')).holdings;
    const again = await ask(`AAA ${first.units[0]}, BRK-B ${first.units[1]}, cash ${first.cash}`);
    expect(partsOf(again).trades.units).toEqual([0, 0]);
    expect(say(again)).toContain('No trade brings you nearer to the split below.');
  });

  it('cost what the mandate says, which the cash pays for', async () => {
    const constraints = [atMost(0.6), { kind: 'cost', rate: 0.01 } as const];
    const answer = await ask('AAA 40, cash 10', {
      mandate: { horizonDays: 2, constraints, risk: { alpha: 0.9 } },
    });
    const { trades, holdings } = partsOf(answer);
    expect(trades.cost).toBeCloseTo(0.01 * sum(trades.values.map(Math.abs)), 8);
    expect(trades.cost).toBeGreaterThan(1);
    expect(sum(holdings.values) + holdings.cash + trades.cost).toBeCloseTo(holdings.amount, 8);
    expect(say(answer)).toMatch(/The trades sell [\d,.]+ and buy [\d,.]+ USD, at a cost of [\d.]+ USD\./);
    expect(allocateJson(answer)).toMatchObject({ cost: 0.01, tradesCost: trades.cost });
  });

  it('are not needed where what is held is the split', async () => {
    const constraints = [{ kind: 'cost', rate: 0.2 } as const, { kind: 'max-turnover', weight: 0.01 } as const];
    const mandate = { horizonDays: 2, constraints, risk: { alpha: 0.9 } };
    const answer = await ask('AAA 40, BRK-B 20', {
      mandate,
      strategy: { id: 'cvar-lstm', params: { recipe: 'filtered' } },
    });
    expect(partsOf(answer).trades.units).toEqual([0, 0]);
    expect(say(answer)).toContain('No trade is needed: you hold the split below.');
  });

  it('are counted in every figure that the split is compared with', async () => {
    const [free, dear] = [await fromCash([atMost(0.6)]), await fromCash([atMost(0.6), { kind: 'cost', rate: 0.01 }])];
    const lessBy = (of: (answer: AllocateAnswer) => number): number => of(free) - of(dear);
    expect(lessBy(({ equalWeight }) => equalWeight.expectedReturn)).toBeCloseTo(0.01, 12);
    expect(lessBy(({ allocation }) => allocation.portfolio.expectedReturn)).toBeCloseTo(0.01, 3);
    const { holdings, trades } = partsOf(dear);
    const [a = 0, b = 0] = holdings.portfolio.weights;
    expect(trades.cost / holdings.amount).toBeCloseTo(0.01 * (a + b), 9);
    expect(allocateJson(dear)).toMatchObject({ tradingCost: 0.01 });
  });

  it('are refused before a model is trained where they are too few for the rest', async () => {
    const mandate = {
      horizonDays: 2,
      constraints: [{ kind: 'max-turnover', weight: 0.3 } as const],
      risk: { alpha: 0.9 },
    };
    const error: unknown = await ask(`AAA 1, cash ${lastOf(1)}`, { mandate }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'constraints.turnover-too-low' });
    expect(wordError(error, 'discord')).toMatchObject({
      option: 'max_turnover',
      message: 'No split keeps at most 30% traded, since all money is invested: at most 50% traded would do.',
    });
  });

  it('may be limited, which is refused where nothing is held', async () => {
    const mandate = {
      horizonDays: 2,
      constraints: [{ kind: 'max-turnover', weight: 1 } as const],
      risk: { alpha: 0.9 },
    };
    expect(partsOf(await ask('AAA 40', { mandate })).trades.units[0]).toBeLessThan(0);
    const { held: _, ...nothing } = (await ask('AAA 40')).request;
    const lacking: unknown = await engine.allocate({ ...nothing, mandate }).catch((caught: unknown) => caught);
    expect(lacking).toMatchObject({ code: 'constraints.nothing-held' });
    expect(wordError(lacking, 'terminal')).toMatchObject({ message: expect.stringContaining('max-turnover limits') });
  });

  it('are in pounds where shares are quoted in pence, and in the currency that is asked for', async () => {
    const pence = await ask('AAA.L 100, cash 50', { universe: { kind: 'tickers', tickers: ['AAA.L', 'BBB.L'] } });
    expect(partsOf(pence)).toMatchObject({ before: { cash: 50 }, holdings: { currency: 'GBP' } });
    expect(partsOf(pence).holdings.amount).toBeCloseTo(lastOf(1) + 50, 8);
    const euro = partsOf(await ask('AAA 10, cash 50 EUR', { amountCurrency: 'EUR' }));
    expect(euro.before.cash).toBeCloseTo(50, 10);
    expect(euro.holdings.amount).toBeCloseTo((10 * lastOf(1)) / 1.25 + 50, 8);
  });

  it('are of shares in several currencies, at the rates of each day, which the answer tells', async () => {
    const universe = { kind: 'tickers', tickers: ['AAA', 'BRK-B', 'SAP', 'AAA.L'] } as const;
    const answer = await ask('AAA 10, SAP 8, AAA.L 1000, cash 50 EUR', { universe });
    const { before, holdings } = partsOf(answer);
    const values = [10 * lastOf(1), 0, 8 * lastOf(2) * 1.25, 10 * lastOf(1) * 1.5];
    for (const [j, value] of values.entries()) expect(before.values[j]).toBeCloseTo(value, 6);
    expect(holdings.amount).toBeCloseTo(sum(values) + 62.5, 6);
    expect(holdings.currency).toBe('USD');
    const notes = [
      'SAP is quoted in EUR and converted to USD at the rates of each day, newest 1.25 USD for 1 EUR on 2024-04-19.',
      'AAA.L is quoted in GBp and converted to USD at the rates of each day, newest 0.015 USD for 1 GBp on 2024-04-19.',
    ];
    for (const note of notes) expect(say(answer)).toContain(note);
    expect(allocateJson(answer)).toMatchObject({ prices: { notes: expect.arrayContaining(notes) } });
  });

  it.each([
    ['KO 5', 'None of what is held (KO) is among these assets, and there is no cash to split'],
    ['AAA 1, cash 5 SEK', 'There is no exchange rate for cash in SEK now: leave it out.'],
  ])('are refused for %j', async (holdings, sentence) => {
    await expect(ask(holdings)).rejects.toMatchObject({
      option: 'holdings',
      message: expect.stringContaining(sentence),
    });
  });
});
