import { describe, expect, it } from 'vitest';
import { textOf } from '../support/discord/stand-in.ts';
import { startEcho } from './bots.ts';
import { post, tell } from './messages.ts';

describe('a message to a channel', () => {
  it('arrives with its picture and its buttons, under its nonce', async () => {
    const test = await startEcho();
    expect(await post(test)).toBe('sent');
    expect(test.discord.posted).toMatchObject([
      { nonce: 'report/1', message: { embeds: [{ title: 'Report' }], files: [{ name: 'chart.png' }] } },
    ]);
    expect(await test.app.sentMessages.find('report/1')).toBe('sent');
  });

  it('has buttons that work', async () => {
    const test = await startEcho();
    await post(test);
    const pressed = test.discord.press('echo:200000000000000001.report', { userId: '200000000000000001' });
    expect(textOf(await pressed.answer())).toContain('report again');
  });

  it('leaves ids and what it says out of the log', async () => {
    const test = await startEcho();
    test.discord.closeDirectMessages(test.discord.memberId);
    await tell(test);
    expect(test.log).toContainEqual(expect.objectContaining({ level: 40, msg: 'a message could not be sent' }));
    expect(JSON.stringify(test.log)).not.toContain(test.discord.memberId);
    expect(JSON.stringify(test.log)).not.toContain('Alert');
  });
});

describe('a direct message', () => {
  it('arrives once', async () => {
    const test = await startEcho();
    expect([await tell(test), await tell(test)]).toEqual(['sent', 'sent']);
    expect(test.discord.posted).toMatchObject([
      { userId: test.discord.memberId, message: { embeds: [{ title: 'Alert' }] } },
    ]);
  });

  it('has buttons that work, there too', async () => {
    const { bot, discord } = await startEcho();
    const { memberId } = discord;
    const button = { label: 'Try it', style: 'primary', command: 'echo', key: `${memberId}.alert` } as const;
    await bot.messenger.sendDirectMessage(memberId, { tone: 'warning', title: 'Alert', buttons: [button] }, 'alert/1');
    const pressed = discord.press(`echo:${memberId}.alert`);
    expect(textOf(await pressed.answer())).toContain('alert again');
  });
});

describe('the servers that the bot is in', () => {
  it('are those that Discord has named, also while one of them is out', async () => {
    for (const isGuildOut of [false, true]) {
      const { bot, discord } = await startEcho({ isGuildOut });
      expect([bot.messenger.isInGuild(discord.guildId), bot.messenger.isInGuild('300000000000000001')]).toEqual([
        true,
        false,
      ]);
    }
  });
});
