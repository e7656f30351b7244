// An engine over prices in a file, whose threads are this one and whose nets have a few units.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createPriceService, storedSeriesSchema } from '../../src/data/service.ts';
import { createYahoo } from '../../src/data/yahoo.ts';
import { storedChoicesSchema, type StoredChoices } from '../../src/engine-service/backtest-kept.ts';
import { createEngine } from '../../src/engine-service/index.ts';
import type { Prices } from '../../src/engine/types.ts';
import type { BacktestRequest } from '../../src/requests.ts';
import { openModels, storedModelSchema } from '../../src/store/models.ts';
import type { Table } from '../../src/store/table.ts';
import { temporaryFile } from '../store/rig.ts';
import { memoryTable } from '../support/memory-table.ts';
import { writePricesCsv } from '../support/prices-csv.ts';
import { randomPrices } from '../support/random-prices.ts';
import { smallPool } from '../support/small-pool.ts';

const now = () => Date.UTC(2024, 0, 2);

export const market = randomPrices({ days: 600 });

export const terms: Omit<BacktestRequest, 'universe'> = {
  from: market.dates[510]!,
  horizonDays: 10,
  offset: 0,
  retrainDays: 40,
  window: 'expanding',
  isWarmStarted: false,
  limits: [0.001, 0.05],
  alpha: 0.9,
  bounds: { minWeight: 0, maxWeight: 1 },
  scenarios: 100,
  seed: 1,
  recipe: 'calibrated',
  costBps: 10,
};

interface Surroundings {
  readonly prices?: Prices;
  readonly others?: Parameters<typeof smallPool>[0];
  /** What was kept before. */
  readonly decisions?: Table<StoredChoices>;
  readonly threads?: number;
}

export function backtestRig({ prices = market, others, decisions, threads = 2 }: Surroundings = {}) {
  const home = dirname(temporaryFile());
  mkdirSync(home, { recursive: true });
  const file = join(home, 'prices.csv');
  writePricesCsv(file, prices, prices.tickers.length, prices.dates.length);
  const logged: object[] = [];
  const log = { info() {}, warn() {}, error: (details: object) => void logged.push(details) };
  const pool = smallPool(others);
  const kept = decisions ?? memoryTable(storedChoicesSchema);
  const engine = createEngine({
    prices: createPriceService({
      yahoo: createYahoo({ fetch, now }),
      cache: memoryTable(storedSeriesSchema),
      now,
      log,
    }),
    models: openModels(join(home, 'models'), memoryTable(storedModelSchema)),
    pool,
    decisions: kept,
    threads,
    log,
  });
  const request: BacktestRequest = { ...terms, universe: { kind: 'csv', file } };
  const count = (kind: string): number => pool.ran.filter((one) => one === kind).length;
  return { engine, pool, request, kept, logged, count };
}
