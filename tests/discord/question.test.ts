import { ApplicationCommandOptionType, ChannelType, InteractionContextType } from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGuilds } from '../../src/commands/guilds.ts';
import { deployCommands } from '../../src/discord/register.ts';
import type { Asked as AskedOfUs, Command, Options } from '../../src/commands/slash-command.ts';
import { textOf } from '../support/discord/stand-in.ts';
import { memoryStore } from '../support/memory-table.ts';
import { startTestBot, type TestBot } from '../support/test-bot.ts';

const { Subcommand, String: STRING, Channel, Integer } = ApplicationCommandOptionType;

interface Heard {
  readonly options: Options;
  readonly asked: AskedOfUs;
}

const heard: Heard[] = [];

/** Remembers what it is asked. */
const report: Command<undefined> = {
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
  parse(options, asked) {
    heard.push({ options, asked });
    return undefined;
  },
  isPublic: () => false,
  run: async () => ({ tone: 'info', title: 'Heard' }),
  async complete(option, typed, { subcommand = 'none', mayManage }) {
    if (typed === 'slow') await new Promise(() => {});
    return [{ name: `${subcommand} ${option} ${typed} ${mayManage}`, value: 'v' }];
  },
};

let test: TestBot;

beforeAll(async () => {
  test = await startTestBot([report]);
  const { token, applicationId, guildId, apiUrl: api } = test.discord;
  await deployCommands({ commands: [report], token, applicationId, guildId, api });
});

afterAll(async () => {
  await test.close();
});

const hear = async (...asking: Parameters<TestBot['discord']['slash']>): Promise<Heard | undefined> => {
  await test.discord.slash(...asking).answer();
  return heard.at(-1);
};

describe('a subcommand', () => {
  it('arrives by its name, with its options, a channel by its id', async () => {
    const { channelId } = test.discord;
    const options = { universe: 'tech', channel: { channel: channelId }, horizon: 21 };
    expect(await hear('report schedule', options)).toMatchObject({
      options: { universe: 'tech', channel: channelId, horizon: 21 },
      asked: { subcommand: 'schedule', guildId: test.discord.guildId, channelId },
    });
  });

  it('arrives without options when it has none', async () => {
    expect(await hear('report list')).toMatchObject({ options: {}, asked: { subcommand: 'list' } });
  });

  it.each([true, false])('says whether the member manages the server: %s', async (mayManage) => {
    expect(await hear('report list', {}, { mayManage })).toMatchObject({ asked: { mayManage } });
  });

  it('has its options completed', async () => {
    const asked = test.discord.autocomplete('report schedule', { universe: 'te' }, 'universe', { mayManage: false });
    await asked.acknowledged();
    expect(asked.choices).toEqual([{ name: 'schedule universe te false', value: 'v' }]);
  });
});

/** A store that does not answer. */
const slowGuilds = Object.assign(openGuilds(memoryStore()), { view: () => new Promise<never>(() => {}) });

describe('choices that take too long', () => {
  it('because of the command or of the store are none, in time', async () => {
    const other = await startTestBot([report], { app: { guilds: slowGuilds } });
    const slow = [
      test.discord.autocomplete('report schedule', { universe: 'slow' }, 'universe'),
      other.discord.autocomplete('report schedule', { universe: 'te' }, 'universe'),
    ];
    for (const asked of slow) {
      expect(await asked.acknowledged()).toMatchObject({ type: 8 });
      expect(asked.choices).toEqual([]);
    }
    await other.close();
  });
});

describe('a question that takes too long to read', () => {
  it('because of the store is told so in private, in time, and is not answered later', async () => {
    const other = await startTestBot([report], { app: { guilds: slowGuilds } });
    const before = heard.length;
    const asked = other.discord.slash('report list');
    const { ms, ...first } = await asked.acknowledged();
    expect(first).toEqual({ type: 4, ephemeral: true });
    expect(ms).toBeLessThan(2_800);
    expect(textOf(await asked.answer())).toContain('could not be read in time, so nothing was done');
    expect(heard).toHaveLength(before);
    expect(other.log).toContainEqual(expect.objectContaining({ level: 40, msg: expect.stringContaining('too slow') }));
    await other.close();
  });
});
