import type { App } from '../../app.ts';
import { NIGHTLY_KEY, reportKey } from '../../job-runs.ts';
import { isSynthetic } from '../../prices/universes.ts';
import { nextRun, type Schedule } from '../../schedule.ts';
import { MOST_LINES, statusReply, type Runs, type Status } from './reply.ts';
import type { SlashCommand } from '../slash-command.ts';

export const status: SlashCommand<undefined> = {
  data: { name: 'status', description: 'Last and next scheduled runs, and the age of prices and models' },

  parse: () => undefined,

  isPublic: () => false,

  async run(_request, { app, guildId, guild }) {
    const { models, engine, version, clock } = app;
    return statusReply({
      version,
      node: process.version,
      nightly: await runsOf(app, NIGHTLY_KEY, app.config.nightly),
      reports: guildId === undefined ? [] : await reportsOf(app, guildId),
      prices: await pricesOf(app, guild.universes),
      models: await models.list(app.universes.map(({ name }) => name)),
      modelsSize: { ...(await models.size()), maxBytes: app.config.modelsMaxBytes },
      queue: engine.queue(),
      now: clock.now(),
    });
  },
};

const runsOf = async ({ jobRuns, clock }: App, key: string, schedule: Schedule): Promise<Runs> => ({
  last: await jobRuns.get(key),
  next: nextRun(schedule, clock.now()),
});

async function reportsOf(app: App, guildId: string): Promise<Status['reports']> {
  const { reports } = await app.guilds.get(guildId);
  return Promise.all(
    reports.map(async (report) => ({ report, runs: await runsOf(app, reportKey(guildId, report.id), report) })),
  );
}

/** Looks for the prices of those alone that there is room to show. */
const pricesOf = ({ prices }: App, universes: App['universes']): Promise<Status['prices']> =>
  Promise.all(
    universes.map(async (universe, k) => {
      const { name } = universe;
      if (isSynthetic(universe)) return { name, isSynthetic: true };
      const until = k < MOST_LINES ? await prices.newest(universe) : undefined;
      return until === null ? { name, isSynthetic: false, isUnread: true } : { name, isSynthetic: false, until };
    }),
  );
