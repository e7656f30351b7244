import { readFileSync } from 'node:fs';
import type { DestinationStream, Logger } from 'pino';
import { z } from 'zod';
import { createCharts } from './charts/quickchart.ts';
import type { Charts } from './charts/spec.ts';
import { openGuilds, type Guilds } from './commands/guilds.ts';
import { openSavedHoldings, type SavedHoldings } from './commands/saved-holdings.ts';
import { openMembers, type Members } from './commands/members.ts';
import { openRequests, type Requests } from './commands/allocate/buttons.ts';
import { MINUTE_MS } from './durations.ts';
import { Semaphore } from './semaphore.ts';
import { withTimeout } from './async.ts';
import type { Config } from './config.ts';
import { PriceService } from './prices/service.ts';
import { openStoredSeries } from './prices/ticker-series.ts';
import { UNIVERSES, type Universe } from './prices/universes.ts';
import { createPriceSources } from './prices/vendors/index.ts';
import { openAskedStrategies } from './engine-service/asked-strategies.ts';
import { openDecisionCache } from './engine-service/decision-cache.ts';
import { Engine } from './engine-service/engine.ts';
import type { OnUnsaved } from './engine-service/models.ts';
import { openRecords } from './engine-service/record-table.ts';
import { runWeeklyStudy, type WeeklyStudyAnswer, type WeeklyStudyRequest } from './engine-service/weekly-study.ts';
import { openIncidents, type Incidents } from './incidents.ts';
import { openJobRuns, type JobRun } from './job-runs.ts';
import { withoutIds } from './describe-error.ts';
import { createLog } from './log.ts';
import { Mishaps } from './mishaps.ts';
import { END_MS } from './orderly-end.ts';
import { openPendingAnswers, type PendingAnswer } from './pending-answers.ts';
import { openSentMessages, type SentMessages } from './messenger.ts';
import type { DamagedModel } from './store/model-reader.ts';
import { ModelStore } from './store/models.ts';
import { openModelIndex } from './store/live-versions.ts';
import { openStore, type Store } from './store/store.ts';
import type { Table } from './store/table.ts';
import type { TaskOptions } from './workers/lane.ts';
import { createPool, type Pool } from './workers/pool.ts';

export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The services of commands and jobs. Built once, here, and passed on. */
export interface App {
  readonly config: Config;
  /** This program's version, from package.json. */
  readonly version: string;
  readonly universes: readonly Universe[];
  readonly prices: PriceService;
  readonly models: ModelStore;
  readonly engine: Engine;
  /** The study of the document behind `weekly-lstm`, which the terminal alone asks for. */
  readonly weeklyStudy: (request: WeeklyStudyRequest, options: TaskOptions) => Promise<WeeklyStudyAnswer>;
  /** Records of servers: universes, settings, reports. */
  readonly guilds: Guilds;
  /** Records of members: alerts. */
  readonly members: Members;
  /** What jobs have done: their latest runs, messages sent, days trained until. See `openJobRuns`. */
  readonly jobRuns: Table<JobRun>;
  readonly sentMessages: SentMessages;
  /** What operators read in the night's digest. */
  readonly incidents: Incidents;
  /** The requests behind buttons, by the button's key. */
  readonly requests: Requests;
  /** By the member's id. */
  readonly savedHoldings: Table<SavedHoldings>;
  /** What is being answered, by `pendingKey`. */
  readonly pendingAnswers: Table<PendingAnswer>;
  /** Limits how many backtests of members run at once: one for each, and one in each server. */
  readonly backtestSemaphore: Semaphore;
  /** Limits how many records are made after an answer, and to one for each member. */
  readonly recordSemaphore: Semaphore;
  readonly charts: Charts;
  readonly clock: Clock;
  readonly log: Logger;
  readonly mishaps: Mishaps;
  close(): Promise<void>;
}

export interface AppOptions {
  readonly clock?: Clock;
  /** Where log lines go; absent: standard error, because standard output is for answers. */
  readonly logTo?: DestinationStream;
  /** Whether the person who waits can interrupt, so that no work is stopped for taking too long. */
  readonly isWatched?: boolean;
  /** Whether one answer is asked for at once: its thread starts while its prices are read. */
  readonly answersAtOnce?: boolean;
}

/** Members' backtests, which share the background threads with what is scheduled. */
const BACKTESTS = { places: 4, usualMs: 3 * MINUTE_MS };
/** Those made after an answer, beside the backtests that people wait for. */
const RECORDS = { places: 2, usualMs: MINUTE_MS };

/** @throws UserError when the configuration names a store that cannot be opened */
export async function createApp(config: Config, options: AppOptions = {}): Promise<App> {
  const clock = options.clock ?? { now: () => Date.now() };
  const log = createLog(config.logLevel, options.logTo);
  const store = await openStore(config.storeUrl, {
    now: clock.now,
    onSetAside: ({ table, key, reason }) =>
      log.error({ table, key: withoutIds(key), reason }, 'a stored value could not be read and was set aside'),
    onFailure: (error) => log.error({ code: error.code, err: error.cause }, error.message),
  });
  const pool = openPool(config, options, log);
  const prices = new PriceService({
    sources: createPriceSources(config, clock.now),
    series: openStoredSeries(store),
    now: clock.now,
    log,
  });
  const jobRuns = openJobRuns(store);
  const incidents = openIncidents(store, { now: clock.now, log });
  const models = openModels(config, store, { now: clock.now, log, incidents });
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
    engine: new Engine({
      prices,
      models,
      pool,
      decisions: openDecisionCache(store),
      records: openRecords(store),
      asked: openAskedStrategies(store),
      threads: config.workerThreads,
      log,
      onUnsaved: onUnsaved(log, incidents),
    }),
    weeklyStudy: (request: WeeklyStudyRequest, waiting: TaskOptions) =>
      runWeeklyStudy({ prices, pool }, request, waiting),
    guilds: openGuilds(store),
    members: openMembers(store),
    jobRuns,
    incidents,
    sentMessages: openSentMessages(jobRuns, clock.now),
    requests: openRequests(store),
    savedHoldings: openSavedHoldings(store),
    pendingAnswers: openPendingAnswers(store),
    backtestSemaphore: new Semaphore({ work: 'backtest', ...BACKTESTS }),
    recordSemaphore: new Semaphore({ work: 'record', ...RECORDS }),
    charts,
    clock,
    log,
    mishaps: new Mishaps(log),
    close: () => close(pool, store, log),
  });
}

async function close(pool: Pool, store: Store, log: Logger): Promise<void> {
  try {
    await withTimeout(END_MS.threads, pool.close(), () => log.warn('a thread did not end'));
  } finally {
    await store.close();
  }
}

const onUnsaved =
  (log: Logger, incidents: Incidents): OnUnsaved =>
  (err, { note, ...model }) => {
    log.error({ err, ...model }, 'a new model could not be saved: it answers from memory for some minutes');
    // The same for all universes: a full disk is one incident.
    void incidents.add('models', note);
  };

/** The terminal command that trains such a model now. */
const trainLine = ({ universe, recipe }: DamagedModel): string =>
  `train ${universe.startsWith('csv-') ? '--prices FILE.csv' : `--universe ${universe}`} --recipe ${recipe}`;

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

const openPool = (
  { workerThreads: threads }: Config,
  { isWatched = false, answersAtOnce = false }: AppOptions,
  log: Logger,
): Pool =>
  createPool({
    threads,
    hasTimeLimits: !isWatched,
    startsEarly: answersAtOnce,
    onCrash: (error) => log.error({ err: error }, 'a worker thread died between two tasks'),
  });

const openModels = (
  { modelsDir: root, modelsMaxBytes: maxBytes }: Config,
  store: Store,
  { now, log, incidents }: Pick<Clock, 'now'> & Pick<App, 'log' | 'incidents'>,
): ModelStore =>
  new ModelStore({
    root,
    index: openModelIndex(store),
    now,
    maxBytes,
    lasting: UNIVERSES.map(({ name }) => name),
    onOverfull() {
      const sentence = 'The models of universes in use take more than MODELS_MAX_GB: no others are left to remove.';
      log.warn(sentence);
      void incidents.add('models', `${sentence} Please allow more.`);
    },
    onDamaged: (error, model) => {
      const advice = `the next question or night trains one, or: ${trainLine(model)}`;
      log.error({ err: error, ...model }, `a model counts as none; ${advice}`);
      void incidents.add('models', `${error.message}: ${advice}.`);
    },
  });
