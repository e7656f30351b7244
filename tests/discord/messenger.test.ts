import { afterEach, describe, expect, it } from 'vitest';
import { MessageDelivery } from '../../src/discord/delivery.ts';
import type { Reply } from '../../src/reply.ts';
import { alertOf } from '../store/saved.ts';
import { CHANNEL, textOf } from '../support/discord/stand-in.ts';
import { createTestApp, startTestBot, type TestBot } from '../support/test-bot.ts';
import { createHold, echo } from './commands.ts';

const started: TestBot[] = [];
async function start(options: Parameters<typeof startTestBot>[1] = {}): Promise<TestBot> {
  const test = await startTestBot([echo], options);
  started.push(test);
  return test;
}

afterEach(async () => {
  for (const test of started.splice(0)) await test.close();
});

const report: Reply = {
  tone: 'info',
  title: 'Report',
  images: [{ name: 'chart.png', png: new Uint8Array([0x89, 0x50, 0x4e, 0x47]), description: 'A chart' }],
  buttons: [{ label: 'Again', style: 'primary', command: 'echo', key: '200000000000000001.report' }],
};

function post({ bot, discord }: TestBot, nonce = 'report/1'): Promise<string> {
  return bot.messenger.postToChannel(discord.channelId, report, nonce);
}
function tell({ bot, discord }: TestBot, nonce = 'alert/1'): Promise<string> {
  return bot.messenger.sendDirectMessage(discord.memberId, { tone: 'warning', title: 'Alert' }, nonce);
}

function postsIn({ discord }: TestBot): number {
  return discord.requests.filter(({ route }) => route === 'postMessage').length;
}

describe('a message to a channel', () => {
  it('arrives with its picture and its buttons, under its nonce', async () => {
    const test = await start();
    expect(await post(test)).toBe('sent');
    expect(test.discord.posted).toMatchObject([
      { nonce: 'report/1', message: { embeds: [{ title: 'Report' }], files: [{ name: 'chart.png' }] } },
    ]);
    expect(await test.app.marks.get('sent/report/1')).toMatchObject({ outcome: 'done' });
  });

  it('has buttons that work', async () => {
    const test = await start();
    await post(test);
    const pressed = test.discord.press('echo:200000000000000001.report', { userId: '200000000000000001' });
    expect(textOf(await pressed.answer())).toContain('report again');
  });

  it('is there once after an outage of ten requests', async () => {
    const test = await start();
    test.discord.disturb('postMessage', { failure: { status: 500 } }, 10);
    expect(await post(test)).toBe('sent');
    expect(test.discord.posted).toHaveLength(1);
    expect(postsIn(test)).toBe(11);
  });

  it('is there once although the answers to two tries are lost', async () => {
    const test = await start();
    test.discord.disturb('postMessage', { isAnswerLost: true }, 2);
    expect(await post(test)).toBe('sent');
    expect(test.discord.posted).toHaveLength(1);
    expect(postsIn(test)).toBe(3);
  });

  it('is there once although it is asked for twice at once', async () => {
    const test = await start();
    expect(await Promise.all([post(test), post(test)])).toEqual(['sent', 'sent']);
    expect(postsIn(test)).toBe(1);
  });

  it('is not posted again by the next bot, long after Discord has forgotten the nonce', async () => {
    const test = await start({ nonceLifeMs: 0 });
    await post(test);
    await test.bot.stop();
    const next = await test.restart();
    expect(await next.messenger.postToChannel(test.discord.channelId, report, 'report/1')).toBe('sent');
    expect(test.discord.posted).toHaveLength(1);
    expect(await next.messenger.postToChannel(test.discord.channelId, report, 'report/2')).toBe('sent');
    expect(test.discord.posted).toHaveLength(2);
  });

  it('is not posted again after a crash before it was marked', async () => {
    const test = await start();
    await post(test);
    await test.app.marks.delete('sent/report/1');
    expect(await post(test)).toBe('sent');
    expect(test.discord.posted).toHaveLength(1);
  });

  it('counts as sent when it was, and somebody has deleted it since', async () => {
    const test = await start();
    test.discord.disturb('postMessage', { failure: { status: 404, code: 10_008 } });
    expect(await post(test)).toBe('sent');
    expect(postsIn(test)).toBe(1);
  });

  it.each([false, true])('waits for a rate limit as long as Discord says (global: %s)', async (isGlobal) => {
    const test = await start();
    test.discord.disturb('postMessage', { failure: { status: 429, retryAfter: 0.3, isGlobal } });
    const before = performance.now();
    expect(await post(test)).toBe('sent');
    expect(performance.now() - before).toBeGreaterThan(300);
    expect(test.discord.posted).toHaveLength(1);
    expect(postsIn(test)).toBe(2);
  });

  it('has failed when Discord asks for more patience than there is, and asks no more', async () => {
    const test = await start();
    test.discord.disturb('postMessage', { failure: { status: 429, retryAfter: 600 } });
    expect(await post(test)).toBe('failed');
    expect(postsIn(test)).toBe(1);
  });

  it('has failed after five tries, each of four requests; a later one under the same nonce may succeed', async () => {
    const test = await start();
    test.discord.disturb('postMessage', { failure: { status: 503 } }, 20);
    expect(await post(test)).toBe('failed');
    expect(postsIn(test)).toBe(20);
    expect(await test.app.marks.get('sent/report/1')).toBeUndefined();
    expect(await post(test)).toBe('sent');
    expect(test.discord.posted).toHaveLength(1);
  });

  it('has failed, and is not tried again, when Discord takes no such message', async () => {
    const test = await start();
    test.discord.disturb('postMessage', { failure: { status: 400, code: 50_035 } });
    expect(await post(test)).toBe('failed');
    expect(postsIn(test)).toBe(1);
  });

  it.each(['SendMessages', 'EmbedLinks', 'AttachFiles', 'ViewChannel'] as const)(
    'is refused without %s, and taken when it is given back',
    async (permission) => {
      const test = await start();
      test.discord.forbidChannel(test.discord.channelId, [permission]);
      expect(await post(test)).toBe('refused');
      expect(postsIn(test)).toBe(1);
      test.discord.permitChannel(test.discord.channelId);
      expect(await post(test)).toBe('sent');
    },
  );

  it('is refused where there is no such channel, or none for messages', async () => {
    const test = await start();
    const category = test.discord.addChannel({ type: CHANNEL.category });
    for (const channelId of ['100000000000000001', category]) {
      expect(await test.bot.messenger.postToChannel(channelId, report, `report/${channelId}`.slice(0, 25))).toBe(
        'refused',
      );
    }
    expect(postsIn(test)).toBe(0);
  });

  it('is a fault of ours when its nonce is longer than Discord takes', async () => {
    const test = await start();
    await expect(post(test, 'n'.repeat(26))).rejects.toThrow('expected a nonce of 1 to 25 characters, got 26');
    expect(await post(test, 'n'.repeat(25))).toBe('sent');
  });

  it('is not sent while the store cannot say whether it was', async () => {
    const { app } = createTestApp();
    const marks = { ...app.marks, get: () => Promise.reject(new Error('disk I/O error')) };
    const test = await start({ app: { marks } });
    expect(await post(test)).toBe('failed');
    expect(postsIn(test)).toBe(0);
  });

  it('that waits for its next try does not hold up a stop', async () => {
    const delivery = new MessageDelivery({ app: createTestApp().app, pauseMs: 60_000 });
    const sent = delivery.deliver('n', async () => {
      throw Object.assign(new Error('no network'), { code: 'ECONNREFUSED' });
    });
    await delivery.close(1_000);
    expect((await sent).delivery).toBe('failed');
  });

  it('leaves ids and what it says out of the log', async () => {
    const test = await start();
    test.discord.closeDirectMessages(test.discord.memberId);
    await tell(test);
    expect(test.log).toContainEqual(expect.objectContaining({ level: 40, msg: 'a message could not be sent' }));
    expect(JSON.stringify(test.log)).not.toContain(test.discord.memberId);
    expect(JSON.stringify(test.log)).not.toContain('Alert');
  });
});

describe('a direct message', () => {
  it('arrives once', async () => {
    const test = await start();
    expect([await tell(test), await tell(test)]).toEqual(['sent', 'sent']);
    expect(test.discord.posted).toMatchObject([
      { userId: test.discord.memberId, message: { embeds: [{ title: 'Alert' }] } },
    ]);
  });

  it('has buttons that work, there too', async () => {
    const { bot, discord } = await start();
    const { memberId } = discord;
    const button = { label: 'Try it', style: 'primary', command: 'echo', key: `${memberId}.alert` } as const;
    await bot.messenger.sendDirectMessage(memberId, { tone: 'warning', title: 'Alert', buttons: [button] }, 'alert/1');
    const pressed = discord.press(`echo:${memberId}.alert`);
    expect(textOf(await pressed.answer())).toContain('alert again');
  });

  it('that a member does not take is remembered, and no other is tried until they have been told', async () => {
    const test = await start();
    const { discord, app } = test;
    discord.closeDirectMessages(discord.memberId);
    expect(await tell(test)).toBe('refused');
    expect((await app.members.get(discord.memberId)).closed).toMatchObject({ isTold: false });
    const before = discord.requests.length;
    expect(await tell(test, 'alert/2')).toBe('refused');
    expect(discord.requests).toHaveLength(before);

    const asked = discord.slash('echo', { text: 'anything', public: true });
    const note = await asked.until(({ followUps }) => followUps[0], 'the note');
    expect(note.ephemeral).toBe(true);
    expect(textOf(note)).toMatch(/^Your direct messages are closed\nI could not send you a direct message on \d{4}-/);
    expect(asked.original && textOf(asked.original)).toContain('anything');
    await discord.until(() => test.log.find(({ interaction }) => interaction === asked.id), 'the end');
    expect((await app.members.get(discord.memberId)).closed).toMatchObject({ isTold: true });

    const next = discord.slash('echo', { text: 'once more' });
    await discord.until(() => test.log.find(({ interaction }) => interaction === next.id), 'the end');
    expect(next.followUps).toEqual([]);
    expect(await tell(test, 'alert/3')).toBe('refused');
    expect((await app.members.get(discord.memberId)).closed).toMatchObject({ isTold: false });
    expect(discord.posted).toEqual([]);
  });

  it('that is refused does not bring back a member who has had all deleted meanwhile', async () => {
    const test = await start();
    const { discord, app } = test;
    await app.members.update(discord.memberId, () => ({ alerts: [alertOf(1)] }));
    discord.closeDirectMessages(discord.memberId);
    discord.disturb('openDirectChannel', { delayMs: 300 });
    const told = tell(test);
    await discord.until(() => discord.requests.find(({ route }) => route === 'openDirectChannel'), 'the try');
    await app.members.forget(discord.memberId);
    expect(await told).toBe('refused');
    expect(await app.members.ids()).toEqual([]);
  });

  it('that is taken again is as if none had ever been refused', async () => {
    const test = await start();
    const { discord, app } = test;
    discord.closeDirectMessages(discord.memberId);
    await tell(test);
    await discord.slash('echo', { text: 'nothing' }).until(({ followUps }) => followUps[0], 'the note');
    await discord.until(() => test.log.find(({ msg }) => msg === 'interaction'), 'the end');
    discord.openDirectMessages(discord.memberId);
    expect(await tell(test, 'alert/2')).toBe('sent');
    expect((await app.members.get(discord.memberId)).closed).toBeUndefined();
  });

  it('is said to have been refused below the next answer, if it cannot be said below this one', async () => {
    const test = await start();
    const { discord, app } = test;
    discord.closeDirectMessages(discord.memberId);
    await tell(test);
    discord.disturb('followUp', { failure: { status: 400, code: 50_035 } });
    const asked = discord.slash('echo', { text: 'hello' });
    await discord.until(() => test.log.find(({ interaction }) => interaction === asked.id), 'the end');
    expect((await app.members.get(discord.memberId)).closed).toMatchObject({ isTold: false });
    await discord.slash('echo', { text: 'hello' }).until(({ followUps }) => followUps[0], 'the note');
  });
});

describe('what a member is told of closed direct messages', () => {
  it('is never told in the place of an answer that came as a message', async () => {
    const hold = createHold();
    const test = await startTestBot([hold.command]);
    started.push(test);
    const { discord } = test;
    discord.closeDirectMessages(discord.memberId);
    await tell(test);
    const asked = discord.slash('hold', { text: 'at last', public: true });
    await discord.until(() => hold.held[0], 'the command to run');
    test.clock.advance(14.6 * 60_000);
    hold.release();
    await discord.until(() => test.log.find(({ interaction }) => interaction === asked.id), 'the end');
    expect(discord.posted).toHaveLength(1);
    expect(asked).toMatchObject({ original: undefined, followUps: [] });
  });
});

describe('the servers that the bot is in', () => {
  it('are those that Discord has named, also while one of them is out', async () => {
    for (const isGuildOut of [false, true]) {
      const { bot, discord } = await start({ isGuildOut });
      expect([bot.messenger.isInGuild(discord.guildId), bot.messenger.isInGuild('300000000000000001')]).toEqual([
        true,
        false,
      ]);
    }
  });
});

describe('what the bot lacks in a channel', () => {
  it('is said in words, and nothing when it lacks nothing', async () => {
    const { bot, discord } = await start();
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
    const { bot, discord } = await start();
    const { guildId, channelId } = discord;
    const thread = discord.addChannel({ type: CHANNEL.thread, parentId: channelId });
    discord.forbidChannel(channelId, ['SendMessages']);
    const lacking = () => bot.messenger.missingPermissions(guildId, thread);
    expect(await lacking()).toBeUndefined();
    discord.forbidChannel(channelId, ['SendMessagesInThreads']);
    await expect.poll(lacking).toBe('Send Messages in Threads');
  });

  it('is its sight, in a channel that is not there, is gone, or is another guild’s', async () => {
    const { bot, discord } = await start();
    const { guildId, channelId } = discord;
    const { messenger } = bot;
    expect(await messenger.missingPermissions(guildId, '100000000000000001')).toBe('View Channel');
    expect(await messenger.missingPermissions('300000000000000001', channelId)).toBe('View Channel');
    const another = discord.addChannel();
    await expect.poll(() => messenger.missingPermissions(guildId, another)).toBeUndefined();
    discord.removeChannel(another);
    await expect.poll(() => messenger.missingPermissions(guildId, another)).toBe('View Channel');
  });

  it('is a channel for messages, in a category', async () => {
    const { bot, discord } = await start();
    const category = discord.addChannel({ type: CHANNEL.category });
    expect(await bot.messenger.missingPermissions(discord.guildId, category)).toBe('a channel that takes messages');
  });
});
