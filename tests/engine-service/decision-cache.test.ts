import { describe, expect, it } from 'vitest';
import { decisionKeys } from '../../src/engine-service/decision-cache.ts';
import type { Schedule } from '../../src/engine/backtest/plan.ts';
import { changedFrom } from '../support/random-prices.ts';
import { market, options } from './backtest-fixture.ts';

const [date, until] = [market.dates[510]!, market.dates[520]!];
const schedule: Schedule = {
  decisionDates: [{ row: 510, end: 520, date, until, training: 0 }],
  trainings: [{ date }],
};
const standing = { ...options, standing: 'us12' };
const keyOf = (request: typeof options, prices = market, plan = schedule) => decisionKeys(prices, plan, request)[0];

const lastOf = (request: typeof options, plan: Schedule) => decisionKeys(market, plan, request).at(-1);

const withVolumes = (changed?: number) => ({
  ...market,
  volumes: market.closes.map((row, t) => row.map(() => (t === changed ? 2 : 1))),
});

describe('the key of a decision', () => {
  it('changes with a price that it has seen, and with none that came later', () => {
    expect(keyOf(options, changedFrom(market, 510))).not.toBe(keyOf(options));
    expect(keyOf(options, changedFrom(market, 511))).toBe(keyOf(options));
  });

  it('changes with the volumes that it has seen, where its strategy reads them', () => {
    const ranked = { ...options, strategy: { id: 'rank', params: {} } };
    const [none, some, seen, later] = [market, withVolumes(), withVolumes(510), withVolumes(511)].map((prices) =>
      keyOf(ranked, prices),
    );
    expect(new Set([none, some, seen]).size).toBe(3);
    expect(later).toBe(some);
    expect(keyOf(options, withVolumes(510))).toBe(keyOf(options));
  });

  it('in a standing record names the universe instead of its prices, and the assets in it', () => {
    expect(keyOf(standing, changedFrom(market, 400))).toBe(keyOf(standing));
    expect(keyOf({ ...standing, standing: 'us13' })).not.toBe(keyOf(standing));
    const renamed = { ...market, tickers: market.tickers.map((ticker) => `${ticker}2`) };
    expect(keyOf(standing, renamed)).not.toBe(keyOf(standing));
  });

  it('is that of earlier versions, but where trades are limited or cost something', () => {
    // Changed only with FORMAT: all decisions that are stored are made again.
    const [usual, kept] = [keyOf(options), keyOf(standing)].map((key) => key!.slice(0, 12));
    expect([usual, kept]).toEqual(['f5e28bcb4fe8', 'aa34533aac96']);
    const cost = { kind: 'cost', rate: 0.001 } as const;
    const weighed = { ...options, mandate: { ...options.mandate, constraints: [cost] } };
    // That was the key when each decision bought all it held from cash.
    expect(keyOf(weighed)!.slice(0, 12)).not.toBe('ae8849496b81');
  });

  it('changes with all that came before where decisions trade from those before them', () => {
    const turnover = { kind: 'max-turnover', weight: 0.1 } as const;
    const plain = { ...options, strategy: { ...options.strategy, params: { recipe: 'plain' } } };
    const traded = { ...plain, mandate: { ...plain.mandate, constraints: [turnover] } };
    const [first, second] = [schedule.decisionDates[0]!, { row: 520, end: 530, date: until, until: '', training: 0 }];
    const alone: Schedule = { trainings: schedule.trainings, decisionDates: [second] };
    const after: Schedule = { trainings: schedule.trainings, decisionDates: [first, second] };
    expect(lastOf(plain, alone)).toBe(lastOf(plain, after));
    expect(lastOf(traded, alone)).not.toBe(lastOf(traded, after));
    const held = { ...traded, mandate: { ...traded.mandate, held: { T0: 1 } } };
    expect(lastOf(held, after)).not.toBe(lastOf(traded, after));
  });

  it('of a chain changes with the assets of a training', () => {
    const fewer = { ...schedule, trainings: [{ date, assets: [0, 1] }] };
    expect(keyOf(options, market, fewer)).not.toBe(keyOf(options));
  });
});
