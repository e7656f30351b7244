import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadedPrices } from '../../src/engine/types.ts';
import { PriceService, type HistoryOptions } from '../../src/prices/service.ts';
import { type SeriesTable, openStoredSeries } from '../../src/prices/ticker-series.ts';
import { openTestStore } from '../store/fixtures.ts';
import {
  chartBody,
  sourcesOn,
  startVendor,
  weekdayBars,
  type Bar,
  type ChartOptions,
  type Vendor,
} from '../support/vendor.ts';

/** 600 weekdays; the last one is 2024-04-19. */
const bars = weekdayBars('2022-01-03', 600);
const untilMonday = [...bars, ...weekdayBars('2024-04-22', 1)];
const shifted = (all: readonly Bar[]): Bar[] => all.map(([day, close], t) => [day, close! + Math.cos(t)]);

let vendor: Vendor;
let series: SeriesTable;
let now: number;
beforeEach(async () => {
  vendor = await startVendor();
  series = openStoredSeries((await openTestStore()).store);
});
afterEach(() => vendor.close());

const serve = (symbol: string, all: readonly Bar[], options: ChartOptions = {}): void =>
  vendor.answer(symbol, (from) => ({
    body: chartBody(
      all.filter(([day]) => Date.parse(day) / 1000 >= from),
      options,
    ),
  }));

/** Monday's session ends at 20:00. */
function serveUntilMonday(): void {
  const session = { sessionEnd: '2024-04-22T20:00:00Z' };
  serve('AAA', untilMonday, session);
  serve('BBB', shifted(untilMonday), session);
  serve('CCC', shifted(untilMonday), session);
}

/** @param time of April 2024, such as `22T18:00`; requests are forgotten */
function at(time: string): void {
  now = Date.parse(`2024-04-${time}:00Z`);
  vendor.requests.length = 0;
}

/** By a process that has nothing in memory. */
function history(tickers: readonly string[], options?: HistoryOptions): Promise<LoadedPrices> {
  const log = { info() {}, warn() {} };
  const service = new PriceService({ sources: sourcesOn(vendor, () => now), series, now: () => now, log });
  return service.history({ kind: 'tickers', tickers }, options);
}

const lastDay = ({ prices }: LoadedPrices): string | undefined => prices.dates.at(-1);

describe('prices that were fetched at different times', () => {
  it('are all as new as the newest: a session that ended between them cuts nothing', async () => {
    serveUntilMonday();
    at('22T18:00');
    expect(lastDay(await history(['AAA', 'CCC']))).toBe('2024-04-19');
    at('22T22:00');
    const loaded = await history(['AAA', 'BBB']);
    expect([lastDay(loaded), loaded.notes]).toEqual(['2024-04-22', []]);
    expect(vendor.requests).toEqual(['BBB from 2013-04-22', 'AAA from 2024-04-07']);
    await history(['AAA', 'BBB']);
    expect(vendor.requests).toHaveLength(2);
  });

  it('are asked for once more, and then taken as they are: it may be a holiday', async () => {
    serveUntilMonday();
    serve('AAA', bars);
    at('22T18:00');
    await history(['AAA', 'CCC']);
    at('22T22:00');
    const loaded = await history(['AAA', 'BBB']);
    expect([lastDay(loaded), loaded.notes]).toEqual([
      '2024-04-19',
      ['AAA has no price after 2024-04-19, so the history ends there.'],
    ]);
    await history(['AAA', 'BBB']);
    expect(vendor.requests).toEqual(['BBB from 2013-04-22', 'AAA from 2024-04-07']);
  });

  it('are not said to be new when the vendor fails', async () => {
    serveUntilMonday();
    at('22T18:00');
    await history(['AAA', 'CCC']);
    vendor.answer('AAA', [{ status: 503, body: '' }]);
    at('22T22:00');
    const loaded = await history(['AAA', 'BBB']);
    expect([lastDay(loaded), loaded.stale, loaded.notes[0]]).toEqual([
      '2024-04-19',
      true,
      'Yahoo Finance gave no new prices of AAA (HTTP 503): the prices stored on 2024-04-22 were used.',
    ]);
  });

  it('count by their last price: a last day without one is no price', async () => {
    serveUntilMonday();
    serve('AAA', [...bars, ['2024-04-22', null]], { sessionEnd: '2024-04-22T20:00:00Z' });
    at('22T21:00');
    await history(['AAA', 'CCC']);
    at('22T22:00');
    serveUntilMonday();
    expect(lastDay(await history(['AAA', 'BBB']))).toBe('2024-04-22');
  });

  it('do not lag behind a coin at a weekend, nor behind days that are cut off', async () => {
    serve('AAA', bars);
    const weekend: Bar[] = [
      ['2024-04-20', 7, 0],
      ['2024-04-21', 8, 0],
    ];
    serve('BTC-USD', [...shifted(bars), ...weekend], { timeZone: 'UTC' });
    at('21T20:00');
    await history(['AAA', 'CCC']).catch(() => {});
    at('22T01:00');
    await history(['AAA', 'BTC-USD']);
    expect(vendor.requests).toEqual(['BTC-USD from 2013-04-21']);
    at('22T18:00');
    await history(['AAA', 'BTC-USD']);
    serveUntilMonday();
    at('22T22:00');
    await history(['AAA', 'BBB'], { until: '2024-04-19' });
    expect(vendor.requests).toEqual(['BBB from 2013-04-22']);
  });
});
