import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pino from 'pino';
import { onTestFinished } from 'vitest';
import type { App } from '../../src/app.ts';
import { openGuilds } from '../../src/commands/guilds.ts';
import { openSavedHoldings } from '../../src/commands/saved-holdings.ts';
import { openMembers } from '../../src/commands/members.ts';
import type { Alert } from '../../src/commands/alert/record.ts';
import type { Report } from '../../src/commands/report/record.ts';
import type { SavedQuery } from '../../src/commands/records.ts';
import type { GuildUniverse } from '../../src/commands/universe/record.ts';
import { withLimit } from '../../src/engine/mandate.ts';
import { PriceService } from '../../src/prices/service.ts';
import { openStoredSeries } from '../../src/prices/ticker-series.ts';
import { openAskedStrategies } from '../../src/engine-service/asked-strategies.ts';
import { openDecisionCache } from '../../src/engine-service/decision-cache.ts';
import { openRecords } from '../../src/engine-service/record-table.ts';
import { Engine } from '../../src/engine-service/engine.ts';
import { openRequests } from '../../src/commands/allocate/buttons.ts';
import { BusyError } from '../../src/errors.ts';
import { openIncidents } from '../../src/incidents.ts';
import { openJobRuns } from '../../src/job-runs.ts';
import type { Job, JobContext } from '../../src/jobs/job.ts';
import { openModelIndex } from '../../src/store/live-versions.ts';
import { openStore } from '../../src/store/store.ts';
import { temporaryFile } from '../store/fixtures.ts';
import { openPendingAnswers } from '../../src/pending-answers.ts';
import { recordingMessenger } from '../support/recording-messenger.ts';
import { openModelsAt } from '../support/open-models.ts';
import { smallPool } from '../support/small-pool.ts';
import { chartBody, sourcesOn, startVendor, weekdayBars, type Bar } from '../support/vendor.ts';

export const GUILD = '100000000000000001';
export const CHANNEL = '200000000000000001';
export const OPERATORS = '200000000000000009';
export const MEMBER = '300000000000000001';

/** A Friday after the American exchanges have closed. */
export const FRIDAY = Date.parse('2024-04-19T22:30:00Z');
/** Milliseconds. */

/** Enough days for a model, too few for a record. */
const FIRST_DAY = '2022-05-02';

/** Prices that wander differently for every symbol, of all days, also those to come. */
export const barsOf = (symbol: string, firstDay = FIRST_DAY): Bar[] => {
  const seed = Number.parseInt(symbol, 36) % 97;
  return weekdayBars(firstDay, 620).map(([day], t) => [
    day,
    100 + 8 * Math.sin(seed + t / (5 + (seed % 7))) + 3 * Math.cos(t * t * seed),
  ]);
};

export const savedQuery = (over: Partial<SavedQuery> = {}): SavedQuery => ({
  universe: 'pair',
  mandate: { horizonDays: 5, constraints: [], risk: { alpha: 0.9 } },
  ...over,
});

export const report = (over: Partial<Report> = {}): Report => ({
  id: 'r1',
  channelId: CHANNEL,
  what: 'frontier',
  cron: '0 19 * * 1-5',
  timeZone: 'America/New_York',
  ...savedQuery(),
  scheduledBy: MEMBER,
  scheduledAt: '2024-04-01T12:00:00.000Z',
  ...over,
});

/** Its limit cannot be kept by any split. */
export const hopelessAlert = (over: Partial<Alert> = {}): Alert => ({
  id: 'a1',
  guildId: GUILD,
  universe: 'pair',
  mandate: withLimit(savedQuery().mandate, 0.0001),
  createdAt: '2024-04-01T12:00:00.000Z',
  lastTold: 'feasible',
  hasFired: false,
  minCvar: 0.0001,
  ...over,
});

export const universe = (name: string, tickers: string[]): GuildUniverse => ({
  name,
  tickers,
  createdAt: '2024-04-01T12:00:00.000Z',
});

/** Real services over a real store and prices over HTTP; nets of a few units, in this thread. */
export async function startServices(others: Parameters<typeof smallPool>[0] = {}) {
  const vendor = await startVendor();
  onTestFinished(() => vendor.close());
  const file = temporaryFile();
  const time = { now: FRIDAY };
  const clock = { now: () => time.now };
  const store = await openStore(`sqlite:${file}`, clock);
  onTestFinished(() => store.close());
  const lines: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const prices = new PriceService({
    sources: sourcesOn(vendor, clock.now, 1),
    series: openStoredSeries(store),
    now: clock.now,
    log,
  });
  const modelsDir = join(dirname(file), 'models');
  mkdirSync(modelsDir, { recursive: true });
  const models = openModelsAt(modelsDir, openModelIndex(store), clock);
  const pool = smallPool(others);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- jobs use no more of it
  const app = {
    config: {
      nightly: { cron: '30 18 * * 1-5', timeZone: 'America/New_York' },
      operatorsChannelId: OPERATORS,
      workerThreads: 1,
    },
    universes: [],
    prices,
    models,
    engine: new Engine({
      prices,
      models,
      pool,
      decisions: openDecisionCache(store),
      asked: openAskedStrategies(store),
      records: openRecords(store),
      threads: 1,
      log,
    }),
    guilds: openGuilds(store),
    members: openMembers(store),
    jobRuns: openJobRuns(store),
    incidents: openIncidents(store, { now: clock.now, log }),
    requests: openRequests(store),
    savedHoldings: openSavedHoldings(store),
    pendingAnswers: openPendingAnswers(store),
    charts: { png: async () => new Uint8Array([1]) },
    clock,
    log,
  } as unknown as App;
  const abort = new AbortController();
  const messenger = recordingMessenger();
  const context: JobContext = { app, messenger, signal: abort.signal, pauseMs: 5 };
  return {
    app,
    store,
    pool,
    vendor,
    messenger,
    abort,
    context,
    log: lines,
    /** May be set. */
    time,
    /** The symbol has prices until now, by the clock. */
    serve(...symbols: string[]): void {
      this.serveFrom(FIRST_DAY, ...symbols);
    },
    serveFrom(firstDay: string, ...symbols: string[]): void {
      for (const symbol of symbols) {
        vendor.answer(symbol, (from) => ({
          body: chartBody(
            barsOf(symbol, firstDay).filter(([day]) => {
              const opening = Date.parse(day) + 14 * 3_600_000;
              return opening >= from * 1000 && opening <= time.now;
            }),
            { sessionEnd: `${new Date(time.now).toISOString().slice(0, 10)}T20:00:00Z` },
          ),
        }));
      }
    },
    /** Does what the job's first task has to do. */
    async run(job: Job, { due = time.now, signal = abort.signal, isLastAttempt = true } = {}): Promise<void> {
      const [task] = await job.tasks({ ...context, signal });
      if (task === undefined) throw new Error(`${job.name} has nothing to do`);
      await task.run(due, isLastAttempt);
    },
    saveGuild: (guildId: string, over: Partial<Awaited<ReturnType<App['guilds']['get']>>>) =>
      app.guilds.update(guildId, (old) => ({ ...old, ...over })),
    saveAlerts: (memberId: string, ...alerts: Alert[]) => app.members.update(memberId, (old) => ({ ...old, alerts })),
  };
}

/** The threads take no task, so many times. */
export function busyFor({ pool }: Pick<Awaited<ReturnType<typeof startServices>>, 'pool'>, times: number): void {
  const run = pool.run.bind(pool);
  let asked = 0;
  pool.run = (...task) => (++asked <= times ? Promise.reject(new BusyError('I am busy')) : run(...task));
}
