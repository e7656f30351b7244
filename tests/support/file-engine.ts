import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createPriceService, storedSeriesSchema } from '../../src/data/service.ts';
import { createYahoo } from '../../src/data/yahoo.ts';
import { storedChoicesSchema } from '../../src/engine-service/backtest-kept.ts';
import { createEngine } from '../../src/engine-service/index.ts';
import type { AllocateRequest } from '../../src/requests.ts';
import { openModels, storedModelSchema } from '../../src/store/models.ts';
import { temporaryFile } from '../store/rig.ts';
import { memoryTable } from './memory-table.ts';
import { writePricesCsv } from './prices-csv.ts';
import { randomPrices } from './random-prices.ts';
import { smallPool } from './small-pool.ts';

export const market = randomPrices({ days: 560 });
const now = () => Date.UTC(2024, 0, 2);

const log = { info() {}, warn() {}, error() {} };

/** An engine over a file of the market's first 520 days, with nothing trained yet. */
export const openFileEngine = (others: Parameters<typeof smallPool>[0] = {}) => {
  const home = dirname(temporaryFile());
  mkdirSync(home, { recursive: true });
  const file = join(home, 'prices.csv');
  const writeDays = (days: number, prices = market): void =>
    writePricesCsv(file, { ...prices, dates: prices.dates.slice(0, days) }, 3, days);
  writeDays(520);
  const prices = createPriceService({
    yahoo: createYahoo({ fetch, now }),
    cache: memoryTable(storedSeriesSchema),
    now,
    log,
  });
  const pool = smallPool(others);
  const modelsDir = join(home, 'models');
  const models = openModels(modelsDir, memoryTable(storedModelSchema));
  const engine = createEngine({ prices, models, pool, decisions: memoryTable(storedChoicesSchema), threads: 2, log });
  const request: AllocateRequest = {
    universe: { kind: 'csv', file },
    horizonDays: 3,
    lossLimit: 0.2,
    alpha: 0.9,
    minWeight: 0,
    maxWeight: 1,
    scenarios: 200,
    seed: 1,
    recipe: 'calibrated',
  };
  const count = (kind: string): number => pool.ran.filter((one) => one === kind).length;
  return { engine, pool, models, modelsDir, request, writeDays, count };
};
