import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PriceService } from '../../src/prices/service.ts';
import { storedSeriesSchema } from '../../src/prices/ticker-series.ts';
import type { AllocateAnswer } from '../../src/engine-service/answers.ts';
import { storedDecisionsSchema } from '../../src/engine-service/decision-cache.ts';
import { Engine } from '../../src/engine-service/engine.ts';
import type { AllocateRequest } from '../../src/engine-service/requests.ts';
import { storedModelSchema } from '../../src/store/models.ts';
import { allocationReply } from '../../src/commands/allocate/reply.ts';
import { allocateJson } from '../../src/commands/allocate/terminal.ts';
import { replyToText } from '../../src/terminal/output.ts';
import { atLeast, atMost } from '../support/constraints.ts';
import { temporaryHome } from '../support/tailcap.ts';
import { memoryTable } from '../support/memory-table.ts';
import { openModelsAt } from '../support/open-models.ts';
import { smallPool } from '../support/small-pool.ts';
import { chartBody, sourcesOn, startVendor, weekdayBars, type Bar, type Vendor } from '../support/vendor.ts';

const log = { info() {}, warn() {}, error() {} };
const others = { decisions: memoryTable(storedDecisionsSchema), threads: 2, log };

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
  const euro: Bar[] = bars.map(([day], t) => [day, 1 + t / 1000, 0]);
  vendor.answer('EURUSD=X', [{ body: chartBody(euro, { timeZone: 'UTC' }) }]);
  prices = new PriceService({
    sources: sourcesOn(vendor, () => now),
    series: memoryTable(storedSeriesSchema),
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
    strategy: { id: 'minimum-cvar', params: { recipe: 'calibrated' } },
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
    expect(bought.shares[0]).toBe(Math.floor((weight * 159_900) / closes));
    expect(bought.values[0]).toBeCloseTo((bought.shares[0]! * closes) / 1.599, 6);
    expect(bought.total).toBeCloseTo(100_000, 6);
    expect(euro.currency).toBe('EUR');
    expect(euro.allocation).toEqual(plain.allocation);
    expect(plain).toMatchObject({ currency: 'USD' });
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

  it('is counted in pounds where shares are quoted in pence', async () => {
    const answer = await ask({ ...of(['AAA.L', 'BBB.L']), amountCurrency: 'GBP', amount: 1000 });
    expect(answer).toMatchObject({ currency: 'GBP', conversion: { to: 'GBp', rate: 100 } });
    const bought = boughtFor(answer);
    expect(bought.shares[0]).toBeGreaterThan(200);
    expect(bought.total).toBeCloseTo(1000, 8);
    expect(say(answer)).toMatch(/^Amount +1,000.00 GBP at 100 GBp for 1 GBP\.$/m);
  });

  it('is taken as money of the prices, saying so, where they name no currency', async () => {
    const answer = await ask({ ...of(['AAA.X', 'BBB.X']), amountCurrency: 'EUR' });
    expect(answer.conversion).toEqual({ kind: 'assumed', from: 'EUR' });
    expect(answer.currency).toBeUndefined();
    expect(boughtFor(answer).total).toBeCloseTo(100_000, 6);
    expect(say(answer)).toContain('in the currency of the prices (not named), not converted from EUR.');
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
