import type { App } from '../../src/app.ts';
import { startBot, type Bot } from '../../src/discord/client.ts';
import type { SlashCommand, Invocation } from '../../src/commands/slash-command.ts';
import { openRequests } from '../../src/commands/allocate/buttons.ts';
import { openGuilds } from '../../src/commands/guilds.ts';
import { openSavedHoldings } from '../../src/commands/saved-holdings.ts';
import { openMembers } from '../../src/commands/members.ts';
import { createLog } from '../../src/log.ts';
import { Mishaps } from '../../src/mishaps.ts';
import { openJobRuns } from '../../src/job-runs.ts';
import { openPendingAnswers } from '../../src/pending-answers.ts';
import { openSentMessages } from '../../src/messenger.ts';
import { memoryStore } from './memory-table.ts';
import { startDiscord, type Discord, type SentInteraction, type DiscordOptions } from './discord/stand-in.ts';

type LogLine = Readonly<Record<string, unknown>>;

/** The real time, but that it can be put forward. */
interface TestClock {
  now(): number;
  advance(ms: number): void;
}

export interface TestApp {
  readonly app: App;
  readonly clock: TestClock;
  readonly log: readonly LogLine[];
  /** An invocation in a guild, by a member who may not manage it. */
  invocation(changes?: Partial<Invocation>): Promise<Invocation>;
}

export interface TestBot extends TestApp {
  readonly discord: Discord;
  readonly bot: Bot;
  /** Starts another bot on the same stand-in. */
  restart(): Promise<Bot>;
  /** @throws Error when Discord would have refused something that the bot sent, or does not know it */
  close(): Promise<void>;
}

/**
 * What the bot itself uses of an app: its log, its clock, and the tables of guilds, members, job runs and requests.
 * @param more what a test's commands use beside
 */
export function createTestApp(more: Partial<App> = {}): TestApp {
  const log: LogLine[] = [];
  let ahead = 0;
  const clock: TestClock = {
    now: () => Date.now() + ahead,
    advance(ms) {
      ahead += ms;
    },
  };
  const jobRuns = openJobRuns(memoryStore());
  const logger = createLog('debug', { write: (line) => void log.push(JSON.parse(line)) });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- commands of these tests use no more of it
  const app = {
    log: logger,
    mishaps: new Mishaps(logger),
    clock,
    guilds: openGuilds(memoryStore()),
    members: openMembers(memoryStore()),
    jobRuns,
    sentMessages: openSentMessages(jobRuns, () => clock.now()),
    requests: openRequests(memoryStore()),
    savedHoldings: openSavedHoldings(memoryStore()),
    pendingAnswers: openPendingAnswers(memoryStore()),
    ...more,
  } as Partial<App> as App;
  async function invocation(changes: Partial<Invocation> = {}): Promise<Invocation> {
    const { guildId = '300000000000000001' } = changes;
    const who = { memberId: '200000000000000001', channelId: '400000000000000001', mayManage: false };
    return { app, ...who, guildId, guild: await app.guilds.view(guildId), ...changes };
  }
  return { app, clock, log, invocation };
}

/** A real discord.js client with these commands, logged in to a stand-in of its own. */
export async function startTestBot(
  commands: readonly SlashCommand<unknown>[],
  options: DiscordOptions & { drainMs?: number; app?: Partial<App> } = {},
): Promise<TestBot> {
  const { drainMs, app: more, ...discordOptions } = options;
  const made = createTestApp(more);
  const discord = await startDiscord(discordOptions);
  const bots: Bot[] = [];
  async function start(): Promise<Bot> {
    const { token, apiUrl: api } = discord;
    const bot = await startBot({
      app: made.app,
      commands,
      token,
      api,
      pauseMs: 1,
      ...(drainMs !== undefined && { drainMs }),
    });
    bots.push(bot);
    return bot;
  }
  const bot = await start();
  return {
    ...made,
    discord,
    bot,
    restart: start,
    async close() {
      for (const one of bots) await one.stop();
      await discord.close();
      discord.checkSent();
    },
  };
}

/** What the log says became of an interaction. */
export async function outcomeOf(
  { discord, log }: TestBot,
  { id }: Pick<SentInteraction, 'id'>,
  withinMs?: number,
): Promise<unknown> {
  const ended = () => log.find(({ msg, interaction }) => msg === 'interaction' && interaction === id);
  return (await discord.until(ended, 'the end of an interaction in the log', withinMs)).outcome;
}
