import { describe, expect, it } from 'vitest';
import { calendarDays, momentum, RunningMoments, trailingMean } from '../../../src/engine/filtered/forecasters.ts';
import { dailyReturns } from '../../../src/engine/history.ts';
import type { Prices } from '../../../src/engine/types.ts';
import { changedFrom, randomPrices } from '../../support/random-prices.ts';

const prices = randomPrices({ days: 1300, assets: 3 });
const days = calendarDays(252);

function momentsBySorting({ closes }: Prices, row: number, j: number): [number, number] {
  const returns = closes.slice(1, row + 1).map((close, t) => close[j]! / closes[t]![j]! - 1);
  const last = returns.slice(-1000);
  const mean = last.reduce((sum, r) => sum + r, 0) / last.length;
  return [mean, Math.sqrt(last.reduce((sum, r) => sum + (r - mean) ** 2, 0) / last.length)];
}

describe('running moments', () => {
  it.each([2, 400, 1000, 1001, 1299])('until row %i are those of the 1,000 returns before its close', (row) => {
    const { means, deviations } = new RunningMoments(dailyReturns(prices)).until(row);
    for (const j of [0, 1, 2]) {
      const [mean, deviation] = momentsBySorting(prices, row, j);
      expect(means[j]).toBeCloseTo(mean, 12);
      expect(deviations[j]).toBeCloseTo(deviation, 9);
    }
  });
});

const forecastersOf = (some: Prices) => {
  const moments = new RunningMoments(dailyReturns(some));
  return [momentum(some.closes, moments, days), trailingMean(moments)];
};

describe('forecasters', () => {
  it('are the return of the year before the last month, and the mean, each by the deviation', () => {
    const [byMomentum, byMean] = forecastersOf(prices);
    const { closes } = prices;
    const [mean, deviation] = momentsBySorting(prices, 900, 1);
    expect(byMomentum!.scores(900)![1]).toBeCloseTo((closes[879]![1]! / closes[648]![1]! - 1) / deviation, 9);
    expect(byMean!.scores(900)![1]).toBeCloseTo(mean / deviation, 9);
  });

  it('have no momentum before a year is known', () => {
    const [byMomentum] = forecastersOf(prices);
    expect(byMomentum!.scores(251)).toBeUndefined();
    expect(byMomentum!.scores(252)).toHaveLength(3);
  });

  it('give no score to a price that does not move', () => {
    const still = { ...prices, closes: prices.closes.map((row) => row.with(1, 5)) };
    for (const forecaster of forecastersOf(still)) expect(forecaster.scores(800)![1]).toBe(0);
  });

  it('see no later price', () => {
    const [known, changed] = [forecastersOf(prices), forecastersOf(changedFrom(prices, 901))];
    const other = forecastersOf(changedFrom(prices, 870));
    for (const [k, forecaster] of known.entries()) {
      expect(changed[k]!.scores(900)).toEqual(forecaster.scores(900));
      expect(other[k]!.scores(900)).not.toEqual(forecaster.scores(900));
    }
  });
});

describe('a month', () => {
  it('is a twelfth of a year, and at least one period', () => {
    expect([252, 365, 52, 12, 6].map((year) => calendarDays(year).month)).toEqual([21, 30, 4, 1, 1]);
  });
});
