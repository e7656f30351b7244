import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deployCommands, type Deployment } from '../../src/discord/command-deployment.ts';
import { UserError } from '../../src/errors.ts';
import { startDiscord, type Discord } from '../support/discord/stand-in.ts';
import { choosy, echo } from './commands.ts';

let discord: Discord;

beforeEach(async () => {
  discord = await startDiscord();
});

afterEach(async () => {
  await discord.close();
});

function deploy(changes: Partial<Deployment> = {}): Promise<string[]> {
  const { token, applicationId, apiUrl: api } = discord;
  return deployCommands({ commands: [echo, choosy], token, applicationId, api, ...changes });
}

describe('deployCommands', () => {
  it('replaces the commands of every guild', async () => {
    expect(await deploy()).toEqual(['echo', 'choosy']);
    expect(discord.deployed('global')).toMatchObject([{ ...echo.data }, { ...choosy.data }]);
    expect(await deploy({ commands: [choosy] })).toEqual(['choosy']);
    expect(discord.deployed('global')).toHaveLength(1);
    expect(discord.deployed('guild')).toEqual([]);
    expect(discord.violations).toEqual([]);
  });

  it('replaces the commands of one guild', async () => {
    expect(await deploy({ guildId: discord.guildId })).toEqual(['echo', 'choosy']);
    expect(discord.deployed('guild')).toHaveLength(2);
    expect(discord.deployed('global')).toEqual([]);
  });

  it("takes permissions as a string, as Discord's reference has them", async () => {
    const data = { ...echo.data, default_member_permissions: '32', contexts: [0], integration_types: [0, 1] };
    expect(await deploy({ commands: [{ data }] })).toEqual(['echo']);
    expect(discord.violations).toEqual([]);
  });

  it.each([
    ['a wrong token', { token: 'wrong' }, /^Discord refuses DISCORD_TOKEN: copy/],
    [
      'a foreign guild',
      { guildId: '300000000000000001' },
      /^The bot may not deploy to guild 300000000000000001: invite/,
    ],
    [
      'a foreign application',
      { applicationId: '300000000000000002' },
      /^DISCORD_TOKEN does not belong to application 300000000000000002/,
    ],
    [
      'an address where nothing listens',
      { api: 'http://127.0.0.1:9/api' },
      /^Discord cannot be reached \(.*ECONNREFUSED.*\): check/,
    ],
  ])('says what to mend: %s', async (_, changes, sentence) => {
    const deployed = deploy(changes);
    await expect(deployed).rejects.toThrow(UserError);
    await expect(deployed).rejects.toThrow(sentence);
  });

  it('says to try again when Discord is down', async () => {
    discord.disturb('deployEverywhere', { failure: { status: 503 } }, 2);
    await expect(deploy()).rejects.toThrow(new UserError('Discord answers with status 503: try again later.'));
  });

  it('sends nothing that Discord would refuse', async () => {
    const data = { ...echo.data, description: '' };
    await expect(deploy({ commands: [{ data }] })).rejects.toThrow('/echo: the description has 0 characters');
    expect(discord.requests).toEqual([]);
  });

  it("leaves what is nobody's to mend a fault", async () => {
    discord.disturb('deployEverywhere', { failure: { status: 400, code: 50035 } });
    await expect(deploy()).rejects.not.toThrow(UserError);
  });
});
