import { DiscordAPIError, REST, RESTJSONErrorCodes, Routes } from 'discord.js';
import { z } from 'zod';
import type { SlashCommand } from '../commands/slash-command.ts';
import { UserError } from '../errors.ts';
import { checkCommands } from './command-data.ts';
import { connectionFailure, tokenRefused } from './discord-errors.ts';

export interface Deployment {
  readonly commands: readonly Pick<SlashCommand<unknown>, 'data'>[];
  readonly token: string;
  readonly applicationId: string;
  /** The only guild to deploy to; absent: all. */
  readonly guildId?: string;
  /** The base URL of Discord's REST API, without version. */
  readonly api: string;
}

/**
 * Replaces the application's commands by these. Returns their names as Discord reports them.
 * @throws UserError when Discord refuses the token, application or guild, or cannot be reached
 * @throws Error when a command breaks one of Discord's limits
 */
export async function deployCommands(deployment: Deployment): Promise<string[]> {
  const { commands, token, applicationId, guildId, api } = deployment;
  const body = commands.map(({ data }) => data);
  const flaws = checkCommands(body);
  if (flaws.length > 0) throw new Error(`Discord would not take these commands: ${flaws.join('; ')}`);
  const rest = new REST({ retries: 1, api }).setToken(token);
  const route =
    guildId === undefined
      ? Routes.applicationCommands(applicationId)
      : Routes.applicationGuildCommands(applicationId, guildId);
  try {
    const deployed = z.array(z.object({ name: z.string() })).parse(await rest.put(route, { body }));
    return deployed.map(({ name }) => name);
  } catch (error) {
    throw deployError(error, deployment);
  } finally {
    rest.clearHashSweeper();
    rest.clearHandlerSweeper();
  }
}

/** A UserError for what the operator can correct; every other error unchanged. */
function deployError(error: unknown, { applicationId, guildId }: Deployment): unknown {
  if (error instanceof DiscordAPIError && error.status === 401) return tokenRefused(error);
  const sentence =
    error instanceof DiscordAPIError ? deployRefusal(error, applicationId, guildId) : connectionFailure(error);
  return sentence === undefined ? error : new UserError(sentence, { cause: error });
}

function deployRefusal({ status, code }: DiscordAPIError, applicationId: string, guildId?: string): string | undefined {
  if (code === RESTJSONErrorCodes.MissingAccess && guildId !== undefined) {
    return (
      `The bot may not deploy to guild ${guildId}: ` +
      'invite it there with the scope applications.commands, or correct DISCORD_GUILD_ID.'
    );
  }
  if (code === RESTJSONErrorCodes.UnknownApplication || status === 403) {
    return `DISCORD_TOKEN does not belong to application ${applicationId}: correct DISCORD_APPLICATION_ID.`;
  }
  return undefined;
}
