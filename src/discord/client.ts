import { Client, DiscordjsError, DiscordjsErrorCodes, Events, GatewayIntentBits, RESTEvents } from 'discord.js';
import type { Logger } from 'pino';
import type { App } from '../app.ts';
import { withTimeout } from '../async.ts';
import type { SlashCommand } from '../commands/slash-command.ts';
import { UserError } from '../errors.ts';
import type { Messenger } from '../messenger.ts';
import { describeError } from '../describe-error.ts';
import { END_MS } from '../orderly-end.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { connectionFailure, gatewayRefused, tokenRefused } from './discord-errors.ts';
import { Dispatcher } from './dispatch.ts';
import { DiscordMessenger } from './messenger.ts';
import { UnfinishedAnswers } from './unfinished-answers.ts';

/**
 * discord.js holds interactions back until every guild has arrived. With its default of 15 s, one guild in an outage
 * would make the first answers late.
 */
const GUILD_WAIT_MS = 1_500;

/** The longest that discord.js waits for a rate limit. A request that would have to wait longer fails. */
const MAX_RATE_LIMIT_WAIT_MS = 120_000;

/** Discord bans an address after 10,000 responses of 401, 403 or 429 in ten minutes. */
const REFUSALS_PER_WARNING = 100;

export interface Bot {
  readonly messenger: Messenger;
  /** Resolves, with what an operator can correct, when Discord has closed the gateway for good. */
  readonly ended: Promise<UserError>;
  /** Lets running commands reply, then disconnects. */
  stop(): Promise<void>;
}

/**
 * Logs in. Resolves when the bot answers interactions.
 * @param api the base URL of Discord's REST API without version, such as `https://discord.com/api`
 * @throws UserError when Discord refuses the token or the gateway
 */
export async function startBot(options: {
  app: App;
  commands: readonly SlashCommand<unknown>[];
  token: string;
  api: string;
  /** How long running commands have to finish when the bot stops. */
  drainMs?: number;
  /** The pause before the second attempt at a message. Each further pause is three times as long. */
  pauseMs?: number;
}): Promise<Bot> {
  const { app, commands, token, api, drainMs = END_MS.answers, pauseMs } = options;
  const client = createClient(api);
  const messenger = new DiscordMessenger({ client, app, ...(pauseMs !== undefined && { pauseMs }) });
  const acknowledgements = new Acknowledgements(client);
  const unfinished = new UnfinishedAnswers({ client, messenger, app });
  const dispatcher = new Dispatcher(commands, { app, messenger, acknowledgements, unfinished });
  logEvents(client, app.log);
  client.on(Events.InteractionCreate, (interaction) => void dispatcher.dispatch(interaction));
  const ready = new Promise<undefined>((resolve) => {
    client.once(Events.ClientReady, () => resolve(undefined));
  });
  const ended = new Promise<UserError>((resolve) => {
    client.once(Events.ShardDisconnect, ({ code }) => resolve(gatewayRefused(code)));
  });
  await Promise.race([logIn(client, token), ended]);
  const refusal = await Promise.race([ready, ended]);
  if (refusal !== undefined) {
    await client.destroy();
    throw refusal;
  }
  unfinished.start();
  return {
    messenger,
    ended,
    async stop() {
      const isDrained = await dispatcher.drain(drainMs);
      if (!isDrained) app.log.warn('stopped before every answer was given');
      unfinished.stop();
      await messenger.close(END_MS.messages);
      // discord.js would log the closed connection as one that it is about to reopen.
      client.removeAllListeners(Events.ShardReconnecting);
      await withTimeout(END_MS.gateway, client.destroy(), () => undefined);
    },
  };
}

function createClient(api: string): Client {
  return new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    waitGuildTimeout: GUILD_WAIT_MS,
    rest: {
      invalidRequestWarningInterval: REFUSALS_PER_WARNING,
      // Otherwise discord.js would wait as long as Discord says, up to an hour, and so would the member.
      rejectOnRateLimit: ({ timeToReset, retryAfter }) => Math.max(timeToReset, retryAfter) > MAX_RATE_LIMIT_WAIT_MS,
      api,
    },
  });
}

async function logIn(client: Client, token: string): Promise<void> {
  try {
    await client.login(token);
  } catch (error) {
    if (error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid) {
      throw tokenRefused(error);
    }
    const sentence = connectionFailure(error);
    throw sentence === undefined ? error : new UserError(sentence, { cause: error });
  }
}

/** Logs no addresses, because those of interactions hold their tokens. */
function logEvents(client: Client, log: Logger): void {
  client.on(Events.ClientReady, ({ user, guilds }) =>
    log.info({ bot: user.tag, guilds: guilds.cache.size }, 'logged in'),
  );
  client.on(Events.Error, (error) => log.error({ error: describeError(error) }, 'client error'));
  client.on(Events.Warn, (message) => log.warn({ message }, 'client warning'));
  client.on(Events.ShardError, (error, shard) => log.error({ shard, error: describeError(error) }, 'gateway error'));
  client.on(Events.ShardDisconnect, ({ code }, shard) => log.error({ shard, code }, 'the gateway refuses this bot'));
  client.on(Events.ShardReconnecting, (shard) => log.warn({ shard }, 'connecting to the gateway again'));
  client.on(Events.ShardResume, (shard, replayed) => log.info({ shard, replayed }, 'session resumed'));
  client.rest.on(RESTEvents.RateLimited, ({ method, route, timeToReset, global, scope }) =>
    log.warn({ method, route, waitMs: timeToReset, global, scope }, 'waiting for a rate limit to pass'),
  );
  client.rest.on(RESTEvents.Response, ({ method, route }, { status }) => {
    if (status === 429) log.warn({ method, route }, 'Discord says that the bot is rate limited');
  });
  client.rest.on(RESTEvents.InvalidRequestWarning, (warning) => log.error(warning, 'many requests are refused'));
}
