// The record that is kept of each universe: what answers take from it, and when it is made.
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/durations.ts';
import type { Prices } from '../../src/engine/types.ts';
import { DEFAULT_STRATEGY } from '../../src/engine/strategies/index.ts';
import { storedDecisionsSchema } from '../../src/engine-service/decision-cache.ts';
import { storedRecordSchema } from '../../src/engine-service/record-table.ts';
import { type AllocateRequest, RECORD_HORIZONS, recordKeptMs } from '../../src/engine-service/requests.ts';
import type { Table } from '../../src/store/table.ts';
import { HANDLERS } from '../../src/workers/tasks.ts';
import { memoryTable } from '../support/memory-table.ts';
import { otherVendor } from '../support/other-vendor.ts';
import { randomPrices } from '../support/random-prices.ts';
import { writePricesCsv } from '../support/prices-csv.ts';
import { backtestFixture } from './backtest-fixture.ts';

/** Calm, and from row 505 on three times as wild: more is lost than was promised. */
function wild(days: number): Prices {
  const calm = randomPrices({ days: 900 });
  const closes = calm.closes.map((row) => [...row]);
  for (let t = 505; t < closes.length; t += 1) {
    closes[t] = closes[t - 1]!.map((close, j) => close * (1 + 3 * (calm.closes[t]![j]! / calm.closes[t - 1]![j]! - 1)));
  }
  return { ...calm, dates: calm.dates.slice(0, days), closes: closes.slice(0, days) };
}

/** What the standing record of five days asks, of any universe. */
const standing = {
  strategy: DEFAULT_STRATEGY,
  mandate: { horizonDays: 5, constraints: [], risk: { alpha: 0.95 } },
  offsets: [0],
  sampling: { scenarios: 5000, seed: 1 },
};

/** Days in which there are enough decisions, of five days each, for a sentence. */
const ENOUGH = 830;

/** Of `wild(ENOUGH)`. They take most of the time, so the first test makes them for all that do not count them. */
const madeEnough = memoryTable(storedDecisionsSchema);

/** An engine over such prices, or others with the same assets; κ of each answer is noted. */
function open(days = ENOUGH, prices = wild(days)) {
  const kappas: number[] = [];
  const made = backtestFixture({
    prices,
    ...(days === ENOUGH && { decisions: madeEnough }),
    others: {
      decide: (input, onProgress) => {
        kappas.push(input.drawn.kappa);
        return HANDLERS.decide(input, onProgress);
      },
    },
  });
  const { universe } = made.request;
  const request: AllocateRequest = {
    universe,
    strategy: DEFAULT_STRATEGY,
    mandate: { horizonDays: 4, constraints: [], risk: { alpha: 0.9, limit: 0.1 } },
    sampling: { scenarios: 100, seed: 1 },
  };
  const keep = (horizonDays = 4) => made.engine.keepRecord({ universe, horizonDays });
  return { ...made, request, kappas, keep };
}

const LISTED = { kind: 'tickers', vendor: 'other', tickers: wild(1).tickers } as const;

/** A vendor who gives these rows of `wild`, times a factor, on the day after the last of them. */
function listed(known: { readonly first: number; readonly until: number; readonly factor: number }) {
  const { tickers, dates, closes } = wild(600);
  const vendor = otherVendor(async (ticker, from) => {
    const { first, until, factor } = known;
    const rows = [...dates.keys()].slice(first, until).filter((t) => dates[t]! >= from);
    return {
      dates: rows.map((t) => dates[t]!),
      closes: rows.map((t) => factor * closes[t]![tickers.indexOf(ticker)]!),
      volumes: rows.map(() => 1),
    };
  });
  return {
    vendors: [{ ...vendor, tradingDays: 'every day' as const }],
    now: () => Date.parse(dates[known.until - 1]!) + DAY_MS,
  };
}

describe('the record of a universe', () => {
  it('is what later answers say of the past, and where they take κ from', async () => {
    const { engine, request, kappas, keep } = open();
    expect((await engine.allocate(request)).past).toBeUndefined();
    await keep();
    // A decision every five days, from the first on which a model can be trained.
    const { past } = await engine.allocate(request);
    expect(past).toMatchObject({ scope: 'universe', horizonDays: 5, alpha: 0.95 });
    expect(past!.dates).toBeGreaterThanOrEqual(60);
    expect(past!.violations).toBeGreaterThan(0);
    expect(await engine.past(request)).toEqual(past);
    expect((await engine.frontier({ ...request, points: 2 })).past).toEqual(past);
    expect(kappas[0]).toBe(1);
    expect(kappas[1]).toBeGreaterThan(1.02);

    // A day of the past gets the κ that was known then, and no sentence: the record knows what came later.
    const { dates } = wild(ENOUGH);
    for (const row of [503, 512, ENOUGH - 1]) {
      expect((await engine.allocate({ ...request, asOf: dates[row]! })).past).toBeUndefined();
    }
    const [first, second, last] = kappas.slice(2);
    expect([first, last]).toEqual([1, kappas[1]]);
    expect(second).toBeGreaterThan(1);
    expect(second).not.toBe(last);
    // κ is the filtered recipe's own.
    const plain = { id: 'cvar-lstm', params: { recipe: 'plain' } };
    await engine.allocate({ ...request, strategy: plain });
    expect(kappas.at(-1)).toBe(1);
  });

  it('also covers answers that keep up with an index, which is no asset', async () => {
    const { tickers, closes, ...rest } = wild(ENOUGH);
    const beside = { ...rest, tickers: [...tickers, '^MKT'], closes: closes.map((row) => row.concat(row[0]!)) };
    const { engine, request, kappas, keep } = open(ENOUGH, beside);
    await keep();
    const behind = { kind: 'behind', benchmark: '^MKT', limit: 0.5, text: 'behind ^MKT <= 50%' } as const;
    for (const constraints of [[], [behind]]) {
      const { past } = await engine.allocate({ ...request, mandate: { ...request.mandate, constraints } });
      expect(past).toMatchObject({ scope: 'universe' });
    }
    expect(kappas[0]).toBeGreaterThan(1.02);
    expect(kappas[1]).toBe(kappas[0]);
  });

  it('is made once, and lacks nothing until a horizon has passed', async () => {
    const { count, keep, request } = open(550);
    await keep();
    const made = count('simulatePast');
    expect(made).toBe(10);
    await keep(7);
    expect(count('simulatePast')).toBe(made);

    if (request.universe.kind !== 'csv') throw new Error('expected a file');
    writePricesCsv(request.universe.file, wild(554), 3, 554);
    await keep();
    expect(count('simulatePast')).toBe(made);
    writePricesCsv(request.universe.file, wild(556), 3, 556);
    await keep();
    expect(count('simulatePast')).toBe(made + 1);
  });

  it('and its decisions are kept until it was extended, if somebody uses it, and 60 days more', async () => {
    const days: number[] = [];
    const timed = <V>(table: Table<V>): Table<V> => ({
      ...table,
      set: (key, value, ttl) => {
        days.push(ttl! / DAY_MS);
        return table.set(key, value, ttl);
      },
    });
    const known = { first: 0, until: 510, factor: 1 };
    const { engine } = backtestFixture({
      ...listed(known),
      records: timed(memoryTable(storedRecordSchema)),
      decisions: timed(memoryTable(storedDecisionsSchema)),
    });
    await engine.keepRecord({ universe: LISTED, horizonDays: 5 });
    // Two decisions and the record.
    expect(days).toEqual([68, 68, 68]);
    // 252 trading days are 365 or 366.
    for (const horizon of RECORD_HORIZONS) {
      expect(recordKeptMs(horizon) / DAY_MS).toBeGreaterThan(60 + (horizon * 366) / 252);
      expect(recordKeptMs(horizon) / DAY_MS).toBeLessThan(65 + 1.5 * horizon);
    }
  });

  it('is another one for horizons that are far from its own, which is made only where it is asked for', async () => {
    const { engine, count, keep, request } = open();
    await keep();
    const made = count('simulatePast');
    await engine.keepRecord({ universe: request.universe, horizonDays: 21, onlyExtends: true });
    expect(count('simulatePast')).toBe(made);
    await keep(21);
    expect(count('simulatePast')).toBe(made + 15);
  });

  it('is none for prices that have changed since, for other strategies, and for a day of the past', async () => {
    const { engine, request, keep } = open();
    await keep();
    const plain = { id: 'cvar-lstm', params: { recipe: 'plain' } };
    expect((await engine.allocate({ ...request, strategy: plain })).past).toBeUndefined();
    if (request.universe.kind !== 'csv') throw new Error('expected a file');
    const corrected = wild(ENOUGH);
    const closes = corrected.closes.map((row, t) => (t === ENOUGH - 20 ? row.map((close) => close * 1.01) : row));
    writePricesCsv(request.universe.file, { ...corrected, closes }, 3, ENOUGH);
    // What was made with the prices as they were is one of all records still.
    expect(await engine.past(request)).toMatchObject({ scope: 'all' });
  });

  it("keeps a vendor's decisions as they were made, for whoever asks, and loses the first as its history moves on", async () => {
    const known = { first: 0, until: 550, factor: 1 };
    const { engine, count } = backtestFixture(listed(known));
    const universe = LISTED;
    await engine.keepRecord({ universe, horizonDays: 5 });
    expect(count('simulatePast')).toBe(10);
    const made = (await engine.record({ ...standing, universe })).record;
    expect(made.decisions).toBe(10);
    expect(count('simulatePast')).toBe(10);

    // A dividend changes all closes, so that the vendor is asked again for the whole of its history.
    Object.assign(known, { first: 2, until: 556, factor: 0.99 });
    await engine.keepRecord({ universe, horizonDays: 5 });
    expect(count('simulatePast')).toBe(11);
    const { record, request } = await engine.record({ ...standing, universe });
    expect(count('simulatePast')).toBe(11);
    expect(request).toEqual({ ...standing, universe, limits: expect.any(Array) });
    // One has come, and one is gone.
    expect(record.decisions).toBe(10);
  });

  it('is kept of an answer that somebody asked for, if it is to the same question', async () => {
    const { engine, request, keep, count } = open();
    const { universe } = request;
    const question = { ...standing, universe };
    await engine.record({ ...question, limits: [0.1] });
    expect(await engine.past(request)).toBeUndefined();
    const { record } = await engine.record(question);
    const made = count('simulatePast');
    expect(record.decisions).toBe(66);
    expect(await engine.past(request)).toMatchObject({ feasible: record.pooled.feasible });
    await keep();
    expect(count('simulatePast')).toBe(made);
  });
});
