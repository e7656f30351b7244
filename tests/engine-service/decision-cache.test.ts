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

describe('the key of a decision', () => {
  it('changes with a price that it has seen, and with none that came later', () => {
    expect(keyOf(options, changedFrom(market, 510))).not.toBe(keyOf(options));
    expect(keyOf(options, changedFrom(market, 511))).toBe(keyOf(options));
  });

  it('in a standing record names the universe instead of its prices, and the assets in it', () => {
    expect(keyOf(standing, changedFrom(market, 400))).toBe(keyOf(standing));
    expect(keyOf({ ...standing, standing: 'us13' })).not.toBe(keyOf(standing));
    const renamed = { ...market, tickers: market.tickers.map((ticker) => `${ticker}2`) };
    expect(keyOf(standing, renamed)).not.toBe(keyOf(standing));
  });

  it('of a chain changes with the assets of a training', () => {
    const fewer = { ...schedule, trainings: [{ date, assets: [0, 1] }] };
    expect(keyOf(options, market, fewer)).not.toBe(keyOf(options));
  });
});
