import { join } from 'node:path';
import type { App } from '../../src/app.ts';
import { createCharts } from '../../src/charts/quickchart.ts';
import { openGuilds } from '../../src/commands/guilds.ts';
import { PriceService } from '../../src/prices/service.ts';
import { openStoredSeries } from '../../src/prices/ticker-series.ts';
import { UNIVERSES } from '../../src/prices/universes.ts';
import { openDecisionCache } from '../../src/engine-service/decision-cache.ts';
import { openRecords } from '../../src/engine-service/record-table.ts';
import { Engine } from '../../src/engine-service/engine.ts';
import { openModelIndex } from '../../src/store/live-versions.ts';
import { openStore } from '../../src/store/store.ts';
import { openModelsAt } from './open-models.ts';
import { smallPool } from './small-pool.ts';
import { temporaryHome } from './tailcap.ts';
import { chartBody, sourcesOn, startVendor, weekdayBars, type Bar, type ChartOptions, type Vendor } from './vendor.ts';

/** A Saturday; the market's last day is the day before. */
const SATURDAY = Date.parse('2024-04-20T12:00:00Z');

export interface Market {
  readonly vendor: Vendor;
  /** All that commands use, over a real SQLite file, with nets of a few units and prices from the vendor. */
  readonly app: Partial<App>;
  /** The vendor has prices of these: by default 600 days until 2024-04-19, of which the last `falling` lose 3% each. */
  list(tickers: readonly string[], options?: ChartOptions & { days?: number; falling?: number }): void;
  /** The vendor does not answer for them. */
  fail(...tickers: string[]): void;
  close(): Promise<void>;
}

const now = (): number => SATURDAY;

/** A vendor on loopback, and an app that asks it, without the pauses that would spare a real one. */
export async function startMarket(): Promise<Market> {
  const { home, remove } = temporaryHome();
  const vendor = await startVendor();
  const store = await openStore(`sqlite:${join(home, 'store.sqlite')}`, { now });
  const prices = new PriceService({
    sources: sourcesOn(vendor, now),
    series: openStoredSeries(store),
    now,
    log: { info() {}, warn() {} },
  });
  const pool = smallPool();
  const models = openModelsAt(join(home, 'models'), openModelIndex(store));
  return {
    vendor,
    app: {
      universes: UNIVERSES,
      prices,
      models,
      engine: new Engine({
        prices,
        models,
        pool,
        decisions: openDecisionCache(store),
        records: openRecords(store),
        threads: 2,
        log: { error() {} },
      }),
      guilds: openGuilds(store),
      charts: createCharts({
        renderer: 'local',
        quickchartUrl: '',
        local: (spec) => pool.run('chart', spec),
        onFallback() {},
      }),
    },
    list(tickers, { days = 600, falling = 0, ...options } = {}) {
      for (const ticker of tickers)
        vendor.answer(ticker, [{ body: chartBody(wander(ticker, days, falling), options) }]);
    },
    fail(...tickers) {
      for (const ticker of tickers) vendor.answer(ticker, [{ status: 503, body: 'no' }]);
    },
    async close() {
      await vendor.close();
      await store.close();
      remove();
    },
  };
}

/** Prices that move differently from other tickers'. */
function wander(ticker: string, days: number, falling: number): Bar[] {
  const seed = Buffer.from(ticker).reduce((sum, byte, k) => sum + (k + 1) * byte, 0);
  const bars = weekdayBars('2020-11-09', 900).slice(-days);
  const level = (t: number): number => 0.97 ** Math.max(0, t - days + falling);
  return bars.map(([day], t) => [day, level(t) * (100 + 5 * Math.sin(seed * t) + 3 * Math.cos(t * t * seed))]);
}
