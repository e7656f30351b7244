import { describe, expect, it } from 'vitest';
import { checkCommands } from '../../src/discord/command-data.ts';
import { renderReply } from '../../src/discord/render.ts';
import { help } from '../../src/commands/help/slash.ts';
import { commands } from '../../src/commands/slash-commands.ts';
import { runScript } from '../support/bot-process.ts';
import { openApiCheck } from '../support/discord/openapi.ts';
import { startDiscord, type Discord } from '../support/discord/stand-in.ts';
import { describeShared } from '../support/shared.ts';

function environment({ token, applicationId, apiUrl }: Discord, guildId = ''): Record<string, string> {
  return {
    DISCORD_TOKEN: token,
    DISCORD_APPLICATION_ID: applicationId,
    DISCORD_GUILD_ID: guildId,
    DISCORD_API_URL: apiUrl,
  };
}

const data = commands.map((command) => command.data);
const names = data.map(({ name }) => name);

describe('the commands', () => {
  it("keep Discord's limits", () => {
    expect(checkCommands(data)).toEqual([]);
  });

  it('offer an option that several have with the same meaning, and ask for no universe that may be the default', () => {
    const options = data.flatMap((command) =>
      (command.options ?? []).flatMap((one) => ('options' in one ? (one.options ?? []) : [one])),
    );
    for (const name of ['universe', 'horizon', 'alpha', 'max_weight', 'min_weight']) {
      const same = options.filter((option) => option.name === name);
      expect(same.length).toBeGreaterThan(4);
      for (const option of same) expect(option).toEqual(same[0]);
      expect(same[0]).not.toMatchObject({ required: true });
    }
  });

  it('are all told of by /help, none of whose parts Discord would cut', async () => {
    const reply = await help.run(undefined, undefined!);
    const text = JSON.stringify(renderReply(reply));
    for (const name of names.filter((one) => one !== 'help')) expect(text).toContain(`/${name}`);
    expect(text).not.toContain('…');
  });
});

describeShared("Discord's own document", () => {
  it('takes all commands', () => {
    const check = openApiCheck();
    for (const path of [
      '/applications/{application_id}/commands',
      '/applications/{application_id}/guilds/{guild_id}/commands',
    ])
      expect(check('PUT', path, data)).toEqual([]);
    expect(check('PUT', '/applications/{application_id}/commands', [{ ...data[0], description: 7 }])).not.toEqual([]);
  });
});

describe('npm run deploy-commands', () => {
  it.each(['global', 'guild'] as const)('deploys every command (%s), and prints their names', async (scope) => {
    const discord = await startDiscord();
    const guildId = scope === 'guild' ? discord.guildId : '';
    const { code, output } = await runScript('discord/deploy.ts', environment(discord, guildId));
    await discord.close();
    expect({ code, output }).toEqual({
      code: 0,
      output: `Deployed ${scope === 'guild' ? `in guild ${guildId}` : 'everywhere'}: ${names.map((name) => `/${name}`).join(', ')}\n`,
    });
    expect(discord.deployed(scope).map(({ name }) => name)).toEqual(names);
    expect(discord.violations).toEqual([]);
  });

  it('ends with 2 and one sentence when the operator can correct it', async () => {
    const discord = await startDiscord();
    const { code, output } = await runScript('discord/deploy.ts', { ...environment(discord), DISCORD_TOKEN: 'wrong' });
    await discord.close();
    expect(code).toBe(2);
    expect(output).toMatch(/^Discord refuses DISCORD_TOKEN: .*\n$/);
  });

  it('ends with 1 on a fault', async () => {
    const discord = await startDiscord();
    discord.disturb('deployEverywhere', { failure: { status: 400, code: 50035 } });
    const { code, output } = await runScript('discord/deploy.ts', environment(discord));
    await discord.close();
    expect(code).toBe(1);
    expect(output).toContain('DiscordAPIError[50035]');
    expect(output).not.toContain(discord.token);
  });
});
