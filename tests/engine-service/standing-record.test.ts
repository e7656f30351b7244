import { expect, it } from 'vitest';
import { standingLimits } from '../../src/engine-service/standing-record.ts';
import { randomPrices } from '../support/random-prices.ts';

const prices = randomPrices({ days: 500 });
const days = prices.dates.map((_, t) => new Date(Date.UTC(2021, 0, 1 + t)));
const dates = days.map((day) => day.toISOString().slice(0, 10));
const weekdays = dates.filter((_, t) => ![0, 6].includes(days[t]!.getUTCDay()));

const inPercent = (limits: readonly number[]) => limits.map((limit) => Math.round(100 * limit));

it('asks markets that trade every day about limits of their size', () => {
  expect(inPercent(standingLimits({ ...prices, dates }))).toEqual([15, 20, 25, 30, 35, 40, 45, 50]);
  expect(inPercent(standingLimits({ ...prices, dates: weekdays }))).toEqual(
    Array.from({ length: 13 }, (_, k) => k + 3),
  );
});
