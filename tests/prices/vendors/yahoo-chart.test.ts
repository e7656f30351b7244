import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seriesFromChart } from '../../../src/prices/vendors/yahoo-chart.ts';
import { describeShared, sharedFile } from '../../support/shared.ts';

const LATER = Date.parse('2025-01-01T12:00:00Z');
const START = '2000-01-01';

type Stamped = readonly [time: string, close: number | null];

/** A chart with bars at these instants. */
function read(timeZone: string, bars: readonly Stamped[], now = LATER, sessionEnd?: string) {
  const closes = bars.map(([, close]) => close);
  const answer = {
    meta: {
      exchangeTimezoneName: timeZone,
      ...(sessionEnd !== undefined && { currentTradingPeriod: { regular: { end: new Date(sessionEnd) } } }),
    },
    timestamp: bars.map(([time]) => new Date(time)),
    indicators: { quote: [{ close: closes, volume: closes.map((_, t) => t + 1) }], adjclose: [{ adjclose: closes }] },
  };
  const series = seriesFromChart(answer, now, START);
  return { ...series, byDay: Object.fromEntries(series.dates.map((day, t) => [day, series.closes[t]])) };
}

describe('a bar that is stamped an hour early', () => {
  it.each([
    // Brazil keeps no summer time since 2019: midnight is 03:00 in UTC.
    ['America/Sao_Paulo', ['2022-01-04T03:00:00Z', '2022-01-05T02:00:00Z', '2022-01-06T02:00:00Z']],
    // Before, midnight was at 02:00 in summer, and 23:00 came at 01:00.
    ['America/Sao_Paulo', ['2018-01-04T02:00:00Z', '2018-01-05T01:00:00Z', '2018-01-06T02:00:00Z']],
    ['Europe/London', ['2022-07-03T23:00:00Z', '2022-07-04T22:00:00Z', '2022-07-05T23:00:00Z']],
    ['America/New_York', ['2022-03-11T05:00:00Z', '2022-03-14T03:00:00Z', '2022-03-15T04:00:00Z']],
    ['Pacific/Auckland', ['2022-07-03T12:00:00Z', '2022-07-04T11:00:00Z', '2022-07-05T12:00:00Z']],
  ])('in %s is of the session that it begins: %s', (timeZone, times) => {
    const { byDay } = read(
      timeZone,
      times.map((time, t) => [time, t + 1]),
    );
    const days = times.map((time) => new Date(Date.parse(time)));
    expect(Object.values(byDay)).toEqual([1, 2, 3]);
    const local = new Intl.DateTimeFormat('en-CA', { timeZone });
    expect(Object.keys(byDay)).toEqual(days.map((day) => local.format(day.getTime() + 3_600_000)));
  });

  it.each([
    ['America/New_York', '2024-03-06T14:30:00Z', '2024-03-06'],
    ['Australia/Sydney', '2024-03-05T23:00:00Z', '2024-03-06'],
    ['Europe/London', '2024-01-05T22:29:00Z', '2024-01-05'],
    ['UTC', '2024-03-06T00:00:00Z', '2024-03-06'],
    ['America/New_York', '2024-03-06T21:59:00Z', '2024-03-06'],
  ])('is no other: in %s %s is of %s', (timeZone, time, day) => {
    expect(read(timeZone, [[time, 1]]).dates).toEqual([day]);
  });

  it('belongs to no session that is over, when it is the newest quote of a market that never closes', () => {
    const bars: Stamped[] = [
      ['2024-03-05T00:00:00Z', 1],
      ['2024-03-06T00:00:00Z', 2],
      ['2024-03-06T23:40:00Z', 3],
    ];
    const sessionEnd = '2024-03-06T23:59:00Z';
    expect(read('UTC', bars, Date.parse('2024-03-06T23:41:00Z'), sessionEnd).byDay).toEqual({ '2024-03-05': 1 });
    const after = read('UTC', bars, Date.parse('2024-03-07T00:01:00Z'), '2024-03-07T23:59:00Z');
    expect(after.byDay).toEqual({ '2024-03-05': 1, '2024-03-06': 2 });
  });
});

describe('bars in any order', () => {
  it('are put in the order of time, with their volumes', () => {
    const { byDay, dates, volumes } = read('America/New_York', [
      ['2024-03-06T14:30:00Z', 3],
      ['2024-03-04T14:30:00Z', 1],
      ['2024-03-05T14:30:00Z', 2],
    ]);
    expect(dates).toEqual(['2024-03-04', '2024-03-05', '2024-03-06']);
    expect([Object.values(byDay), volumes]).toEqual([
      [1, 2, 3],
      [2, 3, 1],
    ]);
  });

  it('of one day count by their time, not by their place', () => {
    const { byDay, volumes } = read('America/New_York', [
      ['2024-03-06T21:00:00Z', 13],
      ['2024-03-06T14:30:00Z', 12],
      ['2024-03-07T21:00:00Z', null],
      ['2024-03-07T14:30:00Z', 14],
      ['2024-03-08T21:00:00Z', 15],
      ['2024-03-08T14:30:00Z', null],
    ]);
    expect(byDay).toEqual({ '2024-03-06': 13, '2024-03-07': 14, '2024-03-08': 15 });
    expect(volumes).toEqual([1, 4, 5]);
  });
});

describeShared('a chart of Sao Paulo', () => {
  it('loses no close to a summer time that was abolished', () => {
    const answer = JSON.parse(readFileSync(sharedFile('cases/yahoo-chart-early-hour.json'), 'utf8'));
    expect(seriesFromChart(answer, LATER, START)).toEqual({
      currency: 'BRL',
      dates: ['2022-01-03', '2022-01-04', '2022-01-05', '2022-01-06'],
      closes: [1, 2, 3, 4],
      volumes: [1, 1, 1, 1],
    });
  });
});

describeShared('a chart with a split', () => {
  it('tells it, on the day of its bar', () => {
    const file = 'data/fixtures/yahoo/chart-AAPL-2020-08-31_2020-11-07-split-div.json';
    const { chart } = JSON.parse(readFileSync(sharedFile(file), 'utf8'));
    const { splits } = seriesFromChart(chart.result[0], LATER, '2020-01-01');
    expect(splits).toEqual([{ date: '2020-08-31', ratio: 4 }]);
  });
});

it.each([
  ['GBp', 'GBp'],
  ['[EUR](https://evil.example)', undefined],
  [5, undefined],
])('a currency is a code of letters, or none: %j', (currency, kept) => {
  const meta = { exchangeTimezoneName: 'UTC', currency };
  expect(seriesFromChart({ meta, indicators: { quote: [] } }, LATER, START).currency).toBe(kept);
});
