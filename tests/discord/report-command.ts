import { openGuilds } from '../../src/commands/guilds.ts';
import { memoryStore } from '../support/memory-table.ts';
// A command with subcommands that remembers what it is given.
import { ApplicationCommandOptionType, ChannelType, InteractionContextType } from 'discord.js';
import type { SlashCommand, Invocation } from '../../src/commands/slash-command.ts';
import type { Options } from '../../src/commands/options.ts';
import { deployCommands } from '../../src/discord/command-deployment.ts';
import { startTestBot, type TestBot } from '../support/test-bot.ts';

const { Subcommand, String: STRING, Channel, Integer } = ApplicationCommandOptionType;

export interface Heard {
  readonly options: Options;
  readonly invocation: Invocation;
}

export const heard: Heard[] = [];

/** Remembers what it is asked. */
const report: SlashCommand<undefined> = {
  data: {
    name: 'report',
    description: 'Posts regularly',
    contexts: [InteractionContextType.Guild],
    options: [
      {
        type: Subcommand,
        name: 'schedule',
        description: 'Begins one',
        options: [
          { type: STRING, name: 'universe', description: 'Which', required: true, autocomplete: true },
          { type: Channel, name: 'channel', description: 'Where', channel_types: [ChannelType.GuildText] },
          { type: Integer, name: 'horizon', description: 'Days' },
        ],
      },
      { type: Subcommand, name: 'list', description: 'Shows them' },
    ],
  },
  parse(options, invocation) {
    heard.push({ options, invocation });
    return undefined;
  },
  isPublic: () => false,
  run: async () => ({ tone: 'info', title: 'Heard' }),
  async complete(option, typed, { subcommand = 'none', mayManage }) {
    if (typed === 'slow') await new Promise(() => {});
    return [{ name: `${subcommand} ${option} ${typed} ${mayManage}`, value: 'v' }];
  },
};

/** A bot with the command, which is deployed. */
export async function startReportBot(): Promise<TestBot> {
  const test = await startTestBot([report]);
  const { token, applicationId, guildId, apiUrl: api } = test.discord;
  await deployCommands({ commands: [report], token, applicationId, guildId, api });
  return test;
}

/** A store that does not answer. */
const never = async (): Promise<never> => new Promise(() => {});

/** The same bot, on a store that does not answer. */
export function startWithSlowStore(): Promise<TestBot> {
  const guilds = openGuilds(memoryStore());
  guilds.get = never;
  return startTestBot([report], { app: { guilds } });
}
