import { describe, expect, it } from 'vitest';
import { checkCommands } from '../../src/bot/command-data.ts';
import { commands } from '../../src/commands/index.ts';
import { runScript } from '../support/bot-process.ts';
import { startDiscord, type Discord } from '../support/discord/stand-in.ts';

const environment = ({ token, applicationId, apiUrl }: Discord, guildId = ''): Record<string, string> => ({
  DISCORD_TOKEN: token,
  DISCORD_APPLICATION_ID: applicationId,
  DISCORD_GUILD_ID: guildId,
  DISCORD_API_URL: apiUrl,
});

const names = commands.map(({ data }) => data.name);

describe('the commands', () => {
  it("keep Discord's limits", () => {
    expect(checkCommands(commands.map(({ data }) => data))).toEqual([]);
  });
});

describe('npm run deploy-commands', () => {
  it.each(['global', 'guild'] as const)('deploys every command (%s), and prints their names', async (scope) => {
    const discord = await startDiscord();
    const guildId = scope === 'guild' ? discord.guildId : '';
    const { code, output } = await runScript('bot/deploy.ts', environment(discord, guildId));
    await discord.close();
    expect({ code, output }).toEqual({
      code: 0,
      output: `Deployed ${scope === 'guild' ? `in guild ${guildId}` : 'everywhere'}: ${names.map((name) => `/${name}`).join(', ')}\n`,
    });
    expect(discord.deployed(scope).map(({ name }) => name)).toEqual(names);
    expect(discord.violations).toEqual([]);
  });

  it('ends with 2 and one sentence when the operator can mend it', async () => {
    const discord = await startDiscord();
    const { code, output } = await runScript('bot/deploy.ts', { ...environment(discord), DISCORD_TOKEN: 'wrong' });
    await discord.close();
    expect(code).toBe(2);
    expect(output).toMatch(/^Discord refuses DISCORD_TOKEN: .*\n$/);
  });

  it('ends with 1 on a fault', async () => {
    const discord = await startDiscord();
    discord.disturb('deployEverywhere', { failure: { status: 400, code: 50035 } });
    const { code, output } = await runScript('bot/deploy.ts', environment(discord));
    await discord.close();
    expect(code).toBe(1);
    expect(output).toContain('DiscordAPIError[50035]');
    expect(output).not.toContain(discord.token);
  });
});
