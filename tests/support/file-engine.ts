import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PriceService } from '../../src/prices/service.ts';
import { openStoredSeries } from '../../src/prices/ticker-series.ts';
import { createPriceSources } from '../../src/prices/vendors/index.ts';
import type { PriceVendor } from '../../src/prices/vendors/vendor.ts';
import type { FaultLog } from '../../src/engine-service/backtest-decisions.ts';
import { storedDecisionsSchema, type StoredDecisions } from '../../src/engine-service/decision-cache.ts';
import { storedRecordSchema, type StoredRecord } from '../../src/engine-service/record-table.ts';
import type { OnUnsaved } from '../../src/engine-service/models.ts';
import { Engine } from '../../src/engine-service/engine.ts';
import type { AllocateRequest } from '../../src/engine-service/requests.ts';
import { DEFAULT_STRATEGY } from '../../src/engine/strategies/index.ts';
import { ModelStore } from '../../src/store/models.ts';
import { storedModelSchema, type StoredModel } from '../../src/store/live-versions.ts';
import type { Table } from '../../src/store/table.ts';
import { temporaryFile } from '../store/fixtures.ts';
import { memoryStore, memoryTable } from './memory-table.ts';
import { writePricesCsv } from './prices-csv.ts';
import { randomPrices } from './random-prices.ts';
import { smallPool } from './small-pool.ts';

export const market = randomPrices({ days: 560 });
const firstOfTrading = () => Date.UTC(2024, 0, 2);

const SILENT = { info() {}, warn() {}, error() {} };

interface FixtureOptions {
  /** Where models go. */
  readonly home: string;
  readonly others?: Parameters<typeof smallPool>[0];
  /** Past decisions that are already cached. */
  readonly decisions?: Table<StoredDecisions>;
  /** Which models are live, and the records that are kept. */
  readonly index?: Table<StoredModel>;
  readonly records?: Table<StoredRecord>;
  readonly threads?: number;
  readonly now?: () => number;
  /** Beside the usual ones. */
  readonly vendors?: readonly PriceVendor[];
  readonly log?: Pick<typeof SILENT, 'info' | 'warn'> & FaultLog;
}

/** An engine whose threads are this one, and whose nets have a few units. */
export function openSmallEngine({ home, others, threads = 2, log = SILENT, ...rest }: FixtureOptions) {
  const { decisions: kept = memoryTable(storedDecisionsSchema), records = memoryTable(storedRecordSchema) } = rest;
  const pool = smallPool(others);
  const modelsDir = join(home, 'models');
  const damaged: Error[] = [];
  const models = new ModelStore({
    root: modelsDir,
    index: rest.index ?? memoryTable(storedModelSchema),
    onDamaged: (error) => void damaged.push(error),
  });
  const unsaved: Parameters<OnUnsaved>[1][] = [];
  const engine = new Engine({
    prices: openPrices(log, rest),
    models,
    pool,
    decisions: kept,
    records,
    threads,
    log,
    onUnsaved: (_error, model) => void unsaved.push(model),
  });
  const count = (kind: string): number => pool.ran.filter((one) => one === kind).length;
  return { engine, pool, models, modelsDir, damaged, unsaved, kept, count };
}

function openPrices(
  log: NonNullable<FixtureOptions['log']>,
  { now = firstOfTrading, vendors = [] }: Pick<FixtureOptions, 'now' | 'vendors'>,
): PriceService {
  const sources = [...createPriceSources({}, now), ...vendors];
  return new PriceService({ sources, series: openStoredSeries(memoryStore()), now, log });
}

/** Such an engine over a file of the market's first 520 days, with nothing trained yet. */
export const openFileEngine = (
  others: NonNullable<FixtureOptions['others']> = {},
  tables: Pick<FixtureOptions, 'index' | 'records'> = {},
) => {
  const home = dirname(temporaryFile());
  mkdirSync(home, { recursive: true });
  const file = join(home, 'prices.csv');
  const writeDays = (days: number, prices = market): void =>
    writePricesCsv(file, { ...prices, dates: prices.dates.slice(0, days) }, 3, days);
  writeDays(520);
  const request: AllocateRequest = {
    universe: { kind: 'csv', file },
    strategy: DEFAULT_STRATEGY,
    mandate: { horizonDays: 3, constraints: [], risk: { alpha: 0.9, limit: 0.2 } },
    sampling: { scenarios: 200, seed: 1 },
  };
  const made = openSmallEngine({ home, others, ...tables });
  return {
    ...made,
    home,
    request,
    /** What `retrain` takes. */
    subject: { universe: request.universe, strategy: request.strategy },
    live: async () => (await made.models.list()).map(({ version }) => version),
    writeDays,
  };
};
