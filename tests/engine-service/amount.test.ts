import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PriceService } from '../../src/prices/service.ts';
import { openStoredSeries } from '../../src/prices/ticker-series.ts';
import type { AllocateAnswer } from '../../src/engine-service/answers.ts';
import { storedDecisionsSchema } from '../../src/engine-service/decision-cache.ts';
import { storedRecordSchema } from '../../src/engine-service/record-table.ts';
import { Engine } from '../../src/engine-service/engine.ts';
import type { AllocateRequest } from '../../src/engine-service/requests.ts';
import { DEFAULT_STRATEGY } from '../../src/engine/strategies/index.ts';
import { storedModelSchema } from '../../src/store/live-versions.ts';
import { allocationReply } from '../../src/commands/allocate/reply.ts';
import { allocateJson } from '../../src/commands/allocate/terminal.ts';
import { replyToText } from '../../src/terminal/output.ts';
import { atLeast, atMost } from '../support/constraints.ts';
import { temporaryHome } from '../support/tailcap.ts';
import { memoryStore, memoryTable } from '../support/memory-table.ts';
import { openModelsAt } from '../support/open-models.ts';
import { smallPool } from '../support/small-pool.ts';
import { chartBody, sourcesOn, startVendor, weekdayBars, type Bar, type Vendor } from '../support/vendor.ts';

const log = { info() {}, warn() {}, error() {} };
const others = {
  decisions: memoryTable(storedDecisionsSchema),
  records: memoryTable(storedRecordSchema),
  threads: 2,
  log,
};

/** 600 weekdays; the last one is 2024-04-19. */
const bars = weekdayBars('2022-01-03', 600);
const wandering = (step: number): Bar[] =>
  bars.map(([day], t) => [day, 100 + 5 * Math.sin(step * t) + 3 * Math.cos(t * t)]);
const now = Date.parse('2024-04-21T12:00:00Z');
const { home, remove } = temporaryHome();

let vendor: Vendor;
let engine: Engine;
let prices: PriceService;
beforeAll(async () => {
  vendor = await startVendor();
  for (const [k, ticker] of ['AAA', 'BBB'].entries()) {
    vendor.answer(ticker, [{ body: chartBody(wandering(k + 1)) }]);
    vendor.answer(`${ticker}.L`, [{ body: chartBody(wandering(k + 1), { currency: 'GBp' }) }]);
    vendor.answer(`${ticker}.X`, [{ body: chartBody(wandering(k + 1), { currency: null }) }]);
  }
  vendor.answer('BTC-USD', [{ body: chartBody(wandering(3)) }]);
  const euro: Bar[] = bars.map(([day], t) => [day, 1 + t / 1000, 0]);
  vendor.answer('EURUSD=X', [{ body: chartBody(euro, { timeZone: 'UTC' }) }]);
  prices = new PriceService({
    sources: sourcesOn(vendor, () => now),
    series: openStoredSeries(memoryStore()),
    now: () => now,
    log,
  });
  const models = openModelsAt(join(home, 'models'), memoryTable(storedModelSchema));
  engine = new Engine({ prices, models, pool: smallPool(), ...others });
});
afterAll(async () => {
  await vendor.close();
  remove();
});

const ask = (changes: Partial<AllocateRequest> = {}): Promise<AllocateAnswer> =>
  engine.allocate({
    universe: { kind: 'tickers', tickers: ['AAA', 'BBB'] },
    strategy: { id: 'minimum-cvar', params: { recipe: 'filtered' } },
    mandate: {
      horizonDays: 2,
      constraints: [atMost(0.7), atLeast(0.3)],
      risk: { alpha: 0.9 },
    },
    sampling: { scenarios: 200, seed: 1 },
    amount: 100_000,
    ...changes,
  });

const of = (universe: readonly string[]): Pick<AllocateRequest, 'universe'> => ({
  universe: { kind: 'tickers', tickers: [...universe] },
});

function boughtFor(answer: AllocateAnswer) {
  const { holdings: held } = answer;
  if (held === undefined) throw new Error('expected holdings');
  return { ...held, total: held.values.reduce((sum, value) => sum + value, held.cash) };
}

const say = (answer: AllocateAnswer): string => replyToText(allocationReply({ answer, now }));

describe('an amount in another currency than the prices', () => {
  it('buys what it is worth at the newest rate, counted in its own currency, and says the rate and its age', async () => {
    const [plain, euro] = [await ask(), await ask({ amountCurrency: 'EUR' })];
    expect(euro.conversion).toEqual({
      kind: 'converted',
      from: 'EUR',
      to: 'USD',
      rate: 1.599,
      until: '2024-04-19',
      vendor: 'Yahoo Finance',
      stale: false,
    });
    const printed: unknown = JSON.parse(JSON.stringify(allocateJson(euro)));
    const conversion = { kind: 'converted', from: 'EUR', to: 'USD', rate: 1.599, until: '2024-04-19', stale: false };
    expect(printed).toHaveProperty('conversion', conversion);
    const [closes, bought] = [wandering(1).at(-1)![1]!, boughtFor(euro)];
    const weight = euro.allocation.portfolio.weights[0]!;
    expect(Math.abs(bought.units[0]! - (weight * 159_900) / closes)).toBeLessThan(1);
    expect(bought.values[0]).toBeCloseTo((bought.units[0]! * closes) / 1.599, 6);
    expect(bought.total).toBeCloseTo(100_000, 6);
    expect(bought.currency).toBe('EUR');
    expect(euro.allocation).toEqual(plain.allocation);
    expect(plain.holdings).toMatchObject({ currency: 'USD' });
    expect(plain).not.toHaveProperty('conversion');
    expect(say(plain)).not.toMatch(/^Amount/m);
    expect(say(euro)).toMatch(/Asset +Weight +EUR +Shares/);
    expect(say(euro)).toMatch(
      /^Amount +100,000.00 EUR at 1.599 USD for 1 EUR, the rate of 2024-04-19 \(2 days old\)\.$/m,
    );
  });

  it('needs no conversion when it is in theirs', async () => {
    expect(await ask({ amountCurrency: 'USD' })).not.toHaveProperty('conversion');
  });

  it('is not converted at a rate later than the day of the question', async () => {
    const asOf = bars[550]![0];
    expect((await ask({ amountCurrency: 'EUR', asOf })).conversion).toMatchObject({ rate: 1.55, until: asOf });
  });

  it.each([['GBP'], [undefined]])('is pounds where shares are quoted in pence: %s', async (currency) => {
    const amountCurrency = currency === undefined ? {} : { amountCurrency: currency };
    const answer = await ask({ ...of(['AAA.L', 'BBB.L']), ...amountCurrency, amount: 5000 });
    expect(answer).toMatchObject({ holdings: { currency: 'GBP' }, conversion: { to: 'GBp', rate: 100 } });
    const bought = boughtFor(answer);
    const pounds = wandering(1).at(-1)![1]! / 100;
    expect(bought.prices[0]).toBeCloseTo(pounds, 9);
    expect(Math.abs(bought.units[0]! - (answer.allocation.portfolio.weights[0]! * 5000) / pounds)).toBeLessThan(1);
    expect(bought.values[0]).toBeCloseTo(bought.units[0]! * pounds, 8);
    expect(bought.cash).toBeLessThan(pounds);
    expect(bought.total).toBeCloseTo(5000, 8);
    expect(say(answer)).toMatch(/^Amount +5,000.00 GBP at 100 GBp for 1 GBP\.$/m);
    expect(say(answer)).toMatch(/Asset +Weight +GBP +Shares/);
    expect(say(answer)).toMatch(/you lose [\d.,]+ GBP on average; the expected (profit|loss) is [\d.,]+ GBP\./);
  });

  it.each([
    ['GBX', 'GBP', 100],
    ['ZAc', 'ZAR', 100],
    ['ILA', 'ILS', 100],
    ['USX', 'USD', 100],
    ['KWF', 'KWD', 1000],
  ])(
    'without a currency is in the whole one where prices are quoted in a part of it: %s',
    async (code, whole, rate) => {
      const tickers = ['AAA', 'BBB'].map((ticker) => `${ticker}.${code.toUpperCase()}`);
      for (const [k, ticker] of tickers.entries()) {
        vendor.answer(ticker, [{ body: chartBody(wandering(k + 1), { currency: code }) }]);
      }
      const answer = await ask({ ...of(tickers), amount: 1000 });
      expect(answer.conversion).toEqual({ kind: 'converted', from: whole, to: code, rate, stale: false });
      expect(boughtFor(answer).currency).toBe(whole);
      expect(boughtFor(answer).total).toBeCloseTo(1000, 8);
    },
  );

  it('is taken as money of the prices, saying so, where they name no currency', async () => {
    const answer = await ask({ ...of(['AAA.X', 'BBB.X']), amountCurrency: 'EUR' });
    expect(answer.conversion).toEqual({ kind: 'assumed', from: 'EUR' });
    expect(boughtFor(answer).currency).toBeUndefined();
    expect(boughtFor(answer).total).toBeCloseTo(100_000, 6);
    expect(say(answer)).toContain('in the currency of the prices (not named), not converted from EUR.');
    const { amount: _, ...request } = answer.request;
    const held = { positions: [{ ticker: 'AAA.X', units: 1 }], cash: [{ amount: 500, currency: 'USD' }] };
    await expect(engine.allocate({ ...request, held })).rejects.toThrow(
      'These prices name no currency, so that money in several cannot be added up',
    );
  });

  it('is refused before a model is trained when there is no rate', async () => {
    const models = openModelsAt(join(home, 'none'), memoryTable(storedModelSchema));
    const pool = smallPool();
    const fresh = new Engine({ prices, models, pool, ...others });
    const { request } = await ask();
    await expect(fresh.allocate({ ...request, amountCurrency: 'XPD' })).rejects.toThrow(
      expect.objectContaining({ name: 'UserError', option: 'amount' }),
    );
    expect(pool.ran).toEqual([]);
  });

  it('says when the rate is a stored one because the vendor did not answer', async () => {
    const answer = await ask({ amountCurrency: 'EUR' });
    const { conversion } = answer;
    if (conversion?.kind !== 'converted') throw new Error('expected a conversion');
    expect(say({ ...answer, conversion: { ...conversion, stale: true } })).toContain(
      'Yahoo Finance did not answer, so the newest stored rate was used.',
    );
  });
});

const withLimit = (limit: number, amount: number) =>
  ask({
    ...of(['AAA', 'BTC-USD']),
    strategy: DEFAULT_STRATEGY,
    mandate: { horizonDays: 2, constraints: [], risk: { alpha: 0.9, limit } },
    amount,
  });

/** The next one, which is enough. */
const toCent = (price: number): string => (Math.ceil(100 * price) / 100).toFixed(2);

describe('what an amount buys', () => {
  it('is measured with the cash left over, on the scenarios of the answer', async () => {
    // This recipe prices splits on the scenarios that it chooses them on.
    const answer = await ask({ amount: 1000, strategy: { id: 'minimum-cvar', params: { recipe: 'plain' } } });
    const { outcomes: _outcomes, ...allocation } = answer.allocation;
    const { portfolio, values, cash } = boughtFor(answer);
    expect(portfolio.weights).toEqual(values.map((value) => value / 1000));
    expect(cash).toBeGreaterThan(0);
    expect(portfolio.cvar).not.toBe(allocation.portfolio.cvar);
    expect(Math.abs(portfolio.cvar - allocation.portfolio.cvar)).toBeLessThan(0.02);
    const scenarios = await engine.scenarios({ ...answer.request, horizonDays: 2 });
    const { rows, cols, data } = scenarios.scenarios;
    const losses = Array.from({ length: rows }, (_, m) =>
      portfolio.weights.reduce((sum, weight, j) => sum - weight * data[m * cols + j]!, 0),
    );
    const worst = losses.toSorted((a, b) => b - a).slice(0, 20);
    expect(portfolio.cvar).toBeCloseTo(worst.reduce((sum, loss) => sum + loss, 0) / 20, 12);
    const { json } = { json: JSON.parse(JSON.stringify(allocateJson(answer))) as unknown };
    const { expectedReturn, cvar, valueAtRisk, freshCvar } = portfolio;
    const figures = { expectedReturn, cvar, valueAtRisk, freshCvar };
    const money = Object.fromEntries(Object.entries(figures).map(([name, share]) => [name, share * 1000]));
    expect(json).toMatchObject({ cash, bought: { currency: 'USD', ...figures, money } });
  });

  it('is fractions of coins beside whole shares', async () => {
    const answer = await ask({ ...of(['AAA', 'BTC-USD']), amount: 1000 });
    const { units, isFractional, cash } = boughtFor(answer);
    expect(isFractional).toEqual([false, true]);
    expect(Number.isInteger(units[0])).toBe(true);
    expect(Number.isInteger(units[1])).toBe(false);
    // Coins take what no share takes, but for the bounds.
    expect(units[1]! * wandering(3).at(-1)![1]!).toBeGreaterThan(250);
    expect(cash).toBeLessThan(110);
    expect(say(answer)).toMatch(/Asset +Weight +USD +Units/);
    expect(say(answer)).toMatch(new RegExp(`^BTC-USD .* ${units[1]}$`, 'm'));
  });

  it('names what is too small for a share, and says when that is all', async () => {
    const answer = await ask({
      strategy: DEFAULT_STRATEGY,
      mandate: { horizonDays: 2, constraints: [{ kind: 'min-weight', weight: 0.3 }], risk: { alpha: 0.9, limit: 0.5 } },
      amount: 150,
    });
    const { units, prices: paid } = boughtFor(answer);
    const lost = units.indexOf(0);
    const ticker = answer.tickers[lost];
    const part = answer.allocation.portfolio.weights[lost]! * 150;
    expect(say(answer)).toContain(`${part.toFixed(2)} USD buys no share of ${ticker} at ${toCent(paid[lost]!)}.`);
    expect(say(answer)).toMatch(
      new RegExp(`^Not kept as bought +at least 30% per asset \\(${ticker} 0\\.00%\\)\\.$`, 'm'),
    );
    expect(allocateJson(answer)).toMatchObject({ tooSmall: { [ticker!]: { part, price: paid[lost] } } });

    const nothing = await ask({ amount: 10 });
    const cheapest = Math.min(...paid);
    expect(say(nothing)).toContain(
      `10.00 USD buys no share of anything; the cheapest here, a share of ${answer.tickers[paid.indexOf(cheapest)]}, costs ${toCent(cheapest)} USD.`,
    );
    expect(say(nothing)).not.toMatch(/Shares|Cash|as bought|you lose/);
    expect(allocateJson(nothing)).not.toHaveProperty('bought');
    expect(allocateJson(nothing)).toMatchObject({ shares: { AAA: 0, BBB: 0 }, cash: 10 });
  });

  it('keeps the limit that the split keeps; where none does, it is the least risky split in whole shares', async () => {
    const infeasible = await withLimit(0.0001, 2000);
    expect(infeasible.allocation.status).toBe('infeasible');
    expect(boughtFor(infeasible).portfolio.cvar).toBeGreaterThan(0.0001);
    expect(say(infeasible)).toMatch(/you lose [\d.,]+ USD on average/);
    const limit = infeasible.allocation.portfolio.leastLimit + 0.001;
    const kept = await withLimit(limit, 250);
    expect(kept.allocation.status).toBe('optimal');
    // As much of the limit as the split keeps free for sampling errors stays free.
    const { leastLimit, cvar } = kept.allocation.portfolio;
    expect(leastLimit).toBeGreaterThan(cvar);
    expect(boughtFor(kept).portfolio.cvar).toBeLessThanOrEqual(limit - (leastLimit - cvar) + 1.01e-7);
  });
});
