import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { startBot } from '../../src/discord/client.ts';
import { UserError } from '../../src/errors.ts';
import { END_MS } from '../../src/orderly-end.ts';
import { startBotProcess } from '../support/bot-process.ts';
import { environmentOf } from '../support/discord/environment.ts';
import { buttonsOf, startDiscord, textOf } from '../support/discord/stand-in.ts';
import { loggedIn } from '../support/stage.ts';
import { temporaryHome } from '../support/tailcap.ts';
import { createTestApp, startTestBot, type TestBot } from '../support/test-bot.ts';
import { echo } from './commands.ts';

const started: TestBot[] = [];
async function start(options: Parameters<typeof startTestBot>[1] = {}): Promise<TestBot> {
  const test = await startTestBot([echo], options);
  started.push(test);
  return test;
}

afterEach(async () => {
  for (const test of started.splice(0)) await test.close();
});

describe('the client', () => {
  it('logs in with the intent Guilds alone, and says so in the log', async () => {
    const test = await start();
    expect(test.discord.counts.identified).toBe(1);
    expect(test.log).toContainEqual(expect.objectContaining({ msg: 'logged in', guilds: 1 }));
    expect(JSON.stringify(test.log)).not.toContain(test.discord.token);
  });

  it('keeps its heart beating', async () => {
    const test = await start({ heartbeatMs: 40 });
    await test.discord.until(() => test.discord.counts.heartbeats >= 3 || undefined, 'three heartbeats');
    expect(test.discord.counts).toMatchObject({ identified: 1, resumed: 0 });
  });

  it('resumes after a broken connection, and answers requests from meanwhile', async () => {
    const test = await start();
    test.discord.breakConnection();
    await test.discord.disconnected();
    const asked = test.discord.slash('echo', { text: 'are you there?' });
    expect(textOf(await asked.answer())).toContain('are you there?');
    expect(test.discord.counts).toMatchObject({ identified: 1, resumed: 1 });
    expect(test.log).toContainEqual(expect.objectContaining({ msg: 'session resumed' }));
  });

  it('does not wait for a gateway that says nothing when it stops', async () => {
    const discord = await startDiscord();
    const { app } = createTestApp();
    const bot = await startBot({ app, commands: [echo], token: discord.token, api: discord.apiUrl });
    discord.breakConnection('silent');
    const begun = performance.now();
    await bot.stop();
    expect(performance.now() - begun).toBeLessThan(END_MS.gateway + 1_000);
    await discord.close();
  });

  it('answers in time although a guild is in an outage while it logs in', async () => {
    const discord = await startDiscord({ isGuildOut: true });
    const { app } = createTestApp();
    const login = startBot({ app, commands: [echo], token: discord.token, api: discord.apiUrl });
    await discord.connected();
    const asked = discord.slash('echo', { text: 'in an outage' });
    expect(await asked.acknowledged()).toMatchObject({ type: 5 });
    await (await login).stop();
    await discord.close();
  });

  it('answers a button that was shown by the bot before it', async () => {
    const test = await start();
    const message = await test.discord.slash('echo', { text: 'once' }).answer();
    await test.bot.stop();
    await test.restart();
    const pressed = test.discord.press(buttonsOf(message)[0]?.customId ?? '');
    expect(textOf(await pressed.answer())).toContain('once again');
    expect(test.discord.counts.identified).toBe(2);
  });

  it('warns before Discord bans its address for being refused too often', async () => {
    const test = await start();
    test.discord.disturb('callback', { failure: { status: 403, code: 50001 } }, 100);
    for (let n = 0; n < 100; n += 1) test.discord.autocomplete('echo', { text: 'x' }, 'text');
    const warning = await test.discord.until(
      () => test.log.find(({ msg }) => msg === 'many requests are refused'),
      'the warning',
    );
    expect(warning.level).toBe(50);
  });

  it('logs a refusal of the gateway, and says that it has ended', async () => {
    const test = await start();
    test.discord.breakConnection(4014);
    expect((await test.bot.ended).message).toMatch(/^Discord's gateway refuses this bot \(close code 4014\)/);
    expect(test.log).toContainEqual(expect.objectContaining({ level: 50, code: 4014 }));
  });

  it.each([4004, 4014])('does not wait for ever for a gateway that refuses it with %i', async (refusesWith) => {
    const discord = await startDiscord({ refusesWith });
    const { app } = createTestApp();
    const login = startBot({ app, commands: [], token: discord.token, api: discord.apiUrl });
    await expect(login).rejects.toThrow(UserError);
    await discord.close();
  });

  it('ends its process with a sentence when the gateway refuses it, so that it can be started again', async () => {
    const { home, remove } = temporaryHome();
    const discord = await startDiscord();
    const bot = startBotProcess({
      ...environmentOf(discord),
      STORE_URL: `sqlite:${home}/tailcap.sqlite`,
    });
    const exit = once(bot.process, 'close');
    await discord.connected();
    await loggedIn(bot, discord);
    discord.breakConnection(4004);
    expect(await exit).toEqual([1, null]);
    expect(bot.log()).toContain('\nDiscord refuses DISCORD_TOKEN');
    await discord.close();
    remove();
  });

  it('says which variable is wrong when Discord refuses the token', async () => {
    const discord = await startDiscord();
    const { app } = createTestApp();
    const login = startBot({ app, commands: [], token: 'wrong', api: discord.apiUrl });
    await expect(login).rejects.toThrow(UserError);
    await expect(login).rejects.toThrow(/^Discord refuses DISCORD_TOKEN/);
    await discord.close();
  });
});
