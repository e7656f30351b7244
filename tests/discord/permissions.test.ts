import { describe, expect, it } from 'vitest';
import { CHANNEL } from '../support/discord/stand-in.ts';
import { startEcho } from './bots.ts';

describe('what the bot lacks in a channel', () => {
  it('is said in words, and nothing when it lacks nothing', async () => {
    const { bot, discord } = await startEcho();
    const { guildId, channelId } = discord;
    const lacking = () => bot.messenger.missingPermissions(guildId, channelId);
    expect(await lacking()).toBeUndefined();
    discord.forbidChannel(channelId, ['EmbedLinks', 'AttachFiles']);
    await expect.poll(lacking).toBe('Embed Links and Attach Files');
    discord.forbidChannel(channelId, ['ViewChannel', 'SendMessages', 'AttachFiles']);
    await expect.poll(lacking).toBe('View Channel, Send Messages and Attach Files');
    discord.permitChannel(channelId);
    await expect.poll(lacking).toBeUndefined();
  });

  it('is another permission in a thread', async () => {
    const { bot, discord } = await startEcho();
    const { guildId, channelId } = discord;
    const thread = discord.addChannel({ type: CHANNEL.thread, parentId: channelId });
    discord.forbidChannel(channelId, ['SendMessages']);
    const lacking = () => bot.messenger.missingPermissions(guildId, thread);
    expect(await lacking()).toBeUndefined();
    discord.forbidChannel(channelId, ['SendMessagesInThreads']);
    await expect.poll(lacking).toBe('Send Messages in Threads');
  });

  it('is its sight, in a channel that is not there, is gone, or is another guild’s', async () => {
    const { bot, discord } = await startEcho();
    const { guildId, channelId } = discord;
    const { messenger } = bot;
    expect(await messenger.missingPermissions(guildId, '100000000000000001')).toBe('View Channel');
    expect(await messenger.missingPermissions('300000000000000001', channelId)).toBe('View Channel');
    const another = discord.addChannel();
    await expect.poll(() => messenger.missingPermissions(guildId, another)).toBeUndefined();
    discord.removeChannel(another);
    await expect.poll(() => messenger.missingPermissions(guildId, another)).toBe('View Channel');
  });

  it('is told for a member too, who need not be known yet, and not for the owner', async () => {
    const { bot, discord } = await startEcho();
    const { guildId, channelId, memberId } = discord;
    const other = '200000000000000007';
    const lacking = (who: string) => bot.messenger.missingPermissions(guildId, channelId, who);
    expect(await lacking(other)).toBeUndefined();
    discord.forbidMember(channelId, other, ['SendMessages', 'EmbedLinks']);
    await expect.poll(() => lacking(other)).toBe('Send Messages');
    discord.forbidMember(channelId, memberId, ['ViewChannel']);
    await expect.poll(() => lacking(other)).toBeUndefined();
    expect(await lacking(memberId)).toBeUndefined();
  });

  it.each([10_007, 10_013])('is membership, of a member who has left the server (%i)', async (code) => {
    const { bot, discord } = await startEcho();
    const { guildId, channelId } = discord;
    discord.disturb('readMember', { failure: { status: 404, code } });
    const lacking = await bot.messenger.missingPermissions(guildId, channelId, '200000000000000007');
    expect(lacking).toBe('membership of the server');
  });

  it('is a channel for messages, in a category', async () => {
    const { bot, discord } = await startEcho();
    const category = discord.addChannel({ type: CHANNEL.category });
    expect(await bot.messenger.missingPermissions(discord.guildId, category)).toBe('a channel that takes messages');
  });
});
