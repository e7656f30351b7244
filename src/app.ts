import { readFileSync } from 'node:fs';
import pino, { type DestinationStream, type Logger } from 'pino';
import { z } from 'zod';
import { createCharts, type Charts } from './charts/quickchart.ts';
import { createGuilds, type Guilds } from './commands/guilds.ts';
import { createMembers, type Members } from './commands/members.ts';
import { guildSchema, markSchema, memberSchema, type Mark } from './commands/records.ts';
import { createSlots, type Slots } from './semaphore.ts';
import type { Config } from './config.ts';
import { PriceService } from './prices/service.ts';
import { storedSeriesSchema } from './prices/ticker-series.ts';
import { UNIVERSES, type Universe } from './prices/universes.ts';
import { createPriceSources } from './prices/vendors/index.ts';
import { storedChoicesSchema } from './engine-service/backtest-kept.ts';
import { createEngine, type Engine } from './engine-service/index.ts';
import { storedRequestSchema, type StoredRequest } from './engine-service/requests.ts';
import { openModels, storedModelSchema, type ModelStore } from './store/models.ts';
import { openStore } from './store/store.ts';
import type { Table } from './store/table.ts';
import { createPool } from './workers/pool.ts';

export type { GuildView } from './commands/guilds.ts';
export type { PersonalData } from './commands/privacy/personal-data.ts';
export type { Alert, Mark, Question, Report } from './commands/records.ts';
export type { AllocateAnswer, BacktestAnswer, FrontierAnswer } from './engine-service/types.ts';
export type {
  AllocateCommandRequest,
  AllocateRequest,
  BacktestRequest,
  FrontierRequest,
} from './engine-service/requests.ts';

export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Everything that commands and jobs work with; built once, here, and passed on. */
export interface App {
  readonly config: Config;
  /** Of this program, as package.json has it. */
  readonly version: string;
  readonly universes: readonly Universe[];
  readonly prices: PriceService;
  readonly models: ModelStore;
  readonly engine: Engine;
  /** What servers have saved: universes, settings, reports. */
  readonly guilds: Guilds;
  /** What members have saved: alerts. */
  readonly members: Members;
  /** What was done, by what it was: runs of jobs, messages sent. */
  readonly marks: Table<Mark>;
  /** What buttons stand for, by their key. */
  readonly requests: Table<StoredRequest>;
  /** Who may run a backtest now. */
  readonly backtests: Slots;
  readonly charts: Charts;
  readonly clock: Clock;
  readonly log: Logger;
  close(): Promise<void>;
}

export interface Surroundings {
  readonly clock?: Clock;
  /** Where log lines go; standard error, so that standard output holds answers alone. */
  readonly logTo?: DestinationStream;
  /** Somebody watches, who can interrupt: no work is ended for taking long. */
  readonly isWatched?: boolean;
}

/** A place's work keeps all threads busy for minutes. */
const BACKTESTS = { places: 2, usualMs: 3 * 60_000 };

/** @throws UserError when the configuration names a store that cannot be opened */
export async function createApp(config: Config, surroundings: Surroundings = {}): Promise<App> {
  const clock = surroundings.clock ?? { now: () => Date.now() };
  const log = pino({ level: config.logLevel }, surroundings.logTo ?? pino.destination(2));
  const store = await openStore(config.storeUrl, {
    now: clock.now,
    onSetAside: (what) => log.error(what, 'a stored value could not be read and was set aside'),
  });
  const pool = createPool({
    threads: config.workerThreads,
    hasTimeLimits: surroundings.isWatched !== true,
    onCrash: (error) => log.error({ err: error }, 'a worker thread died between two tasks'),
  });
  const prices = new PriceService({
    sources: createPriceSources(config, clock.now),
    series: store.table('prices', storedSeriesSchema, 1),
    now: clock.now,
    log,
  });
  const models = openModels(config.modelsDir, store.table('models', storedModelSchema, 1));
  const charts = createCharts({
    ...config.charts,
    local: (spec) => pool.run('chart', spec),
    onFallback: (reason) => log.warn({ reason }, 'QuickChart failed: the chart was drawn locally'),
  });
  return Object.freeze({
    config,
    version: readVersion(),
    universes: UNIVERSES,
    prices,
    models,
    engine: createEngine({
      prices,
      models,
      pool,
      decisions: store.table('backtests', storedChoicesSchema, 1),
      threads: config.workerThreads,
      log,
    }),
    guilds: createGuilds(store.table('guilds', guildSchema, 1)),
    members: createMembers(store.table('members', memberSchema, 1)),
    marks: store.table('marks', markSchema, 1),
    requests: store.table('requests', storedRequestSchema, 1),
    backtests: createSlots({ work: 'backtest', ...BACKTESTS, now: clock.now }),
    charts,
    clock,
    log,
    async close() {
      await pool.close();
      await store.close();
    },
  });
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
