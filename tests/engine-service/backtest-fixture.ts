// A small engine over prices in a file, and a backtest of them.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Prices } from '../../src/engine/types.ts';
import type { BacktestRequest } from '../../src/engine-service/requests.ts';
import { DEFAULT_STRATEGY } from '../../src/engine/strategies/index.ts';
import { temporaryFile } from '../store/fixtures.ts';
import { openSmallEngine } from '../support/file-engine.ts';
import { writePricesCsv } from '../support/prices-csv.ts';
import { randomPrices } from '../support/random-prices.ts';

export const market = randomPrices({ days: 600 });

export const options: Omit<BacktestRequest, 'universe'> = {
  from: market.dates[510]!,
  mandate: { horizonDays: 10, constraints: [], risk: { alpha: 0.9 } },
  offset: 0,
  retrainDays: 40,
  window: 'expanding',
  isWarmStarted: false,
  limits: [0.001, 0.05],
  strategy: DEFAULT_STRATEGY,
  sampling: { scenarios: 100, seed: 1 },
  costBps: 10,
};

interface FixtureOptions extends Omit<Parameters<typeof openSmallEngine>[0], 'home' | 'log'> {
  readonly prices?: Prices;
}

export function backtestFixture({ prices = market, ...others }: FixtureOptions = {}) {
  const home = dirname(temporaryFile());
  mkdirSync(home, { recursive: true });
  const file = join(home, 'prices.csv');
  writePricesCsv(file, prices, prices.tickers.length, prices.dates.length);
  const logged: object[] = [];
  const log = { info() {}, warn() {}, error: (details: object) => void logged.push(details) };
  const request: BacktestRequest = { ...options, universe: { kind: 'csv', file } };
  return { ...openSmallEngine({ ...others, home, log }), request, logged };
}
