import { describe, expect, it } from 'vitest';
import { MessageDelivery } from '../../src/discord/delivery.ts';
import { CHANNEL } from '../support/discord/stand-in.ts';
import { createTestApp, type TestBot } from '../support/test-bot.ts';
import { startEcho } from './bots.ts';
import { post, report, tell } from './messages.ts';

function postsIn({ discord }: TestBot): number {
  return discord.requests.filter(({ route }) => route === 'postMessage').length;
}

const TWENTY_MINUTES = 20 * 60_000;

/** To all five attempts, and to the looks before them, of which each makes four requests. */
function loseAnswers({ discord }: TestBot): void {
  discord.disturb('postMessage', { isAnswerLost: true });
  discord.disturb('postMessage', { failure: { status: 503 } }, 16);
  discord.disturb('readMessages', { failure: { status: 503 } }, 16);
}

/** Posted, but the bot knows nothing of it, and Discord has forgotten the nonce. */
async function lost(options: Parameters<typeof startEcho>[0]): Promise<TestBot> {
  const test = await startEcho({ nonceLifeMs: 0, ...options });
  loseAnswers(test);
  expect(await post(test)).toBe('failed');
  expect(test.discord.posted).toHaveLength(1);
  return test;
}

describe('a message of which the answer was lost', () => {
  it.each([true, false])(
    'is not there twice when it is sent again 20 minutes later (nonces: %s)',
    async (showsNonces) => {
      const test = await lost({ showsNonces });
      test.clock.advance(TWENTY_MINUTES);
      expect(await post(test)).toBe('sent');
      expect(test.discord.posted).toHaveLength(1);
      expect(await test.app.sentMessages.find('report/1')).toBe('sent');
    },
  );

  it('is not there twice when the next bot sends it, to a member', async () => {
    const test = await startEcho({ nonceLifeMs: 0 });
    loseAnswers(test);
    expect(await tell(test)).toBe('failed');
    await test.bot.stop();
    expect(await tell({ ...test, bot: await test.restart() })).toBe('sent');
    expect(test.discord.posted).toHaveLength(1);
  });

  it('is found by the second attempt of the same delivery', async () => {
    const test = await startEcho({ nonceLifeMs: 0 });
    test.discord.disturb('postMessage', { isAnswerLost: true });
    expect(await post(test)).toBe('sent');
    expect(test.discord.posted).toHaveLength(1);
  });

  it('does not hide another one that says the same under another nonce', async () => {
    const test = await lost({});
    expect(await post(test, 'report/2')).toBe('sent');
    expect(test.discord.posted).toHaveLength(2);
  });

  it('is sent again where the bot may not read, as before', async () => {
    const test = await lost({});
    test.discord.forbidChannel(test.discord.channelId, ['ReadMessageHistory']);
    expect(await post(test)).toBe('sent');
    expect(test.discord.posted).toHaveLength(2);
  });
});

describe('a message', () => {
  it('is there once after an outage of ten requests', async () => {
    const test = await startEcho();
    test.discord.disturb('postMessage', { failure: { status: 500 } }, 10);
    expect(await post(test)).toBe('sent');
    expect(test.discord.posted).toHaveLength(1);
    expect(postsIn(test)).toBe(11);
  });

  it('is there once although the answers to two tries are lost, and the bot cannot look', async () => {
    const test = await startEcho();
    test.discord.disturb('postMessage', { isAnswerLost: true }, 2);
    test.discord.disturb('readMessages', { failure: { status: 503 } }, 8);
    expect(await post(test)).toBe('sent');
    expect(test.discord.posted).toHaveLength(1);
    expect(postsIn(test)).toBe(3);
  });

  it('is computed once for two requests at the same time', async () => {
    const test = await startEcho();
    expect(await Promise.all([post(test), post(test)])).toEqual(['sent', 'sent']);
    expect(postsIn(test)).toBe(1);
  });

  it('is not posted again by the next bot, long after Discord has forgotten the nonce', async () => {
    const test = await startEcho({ nonceLifeMs: 0 });
    await post(test);
    await test.bot.stop();
    const next = await test.restart();
    expect(await next.messenger.postToChannel(test.discord.channelId, report, 'report/1')).toBe('sent');
    expect(test.discord.posted).toHaveLength(1);
    expect(await next.messenger.postToChannel(test.discord.channelId, report, 'report/2')).toBe('sent');
    expect(test.discord.posted).toHaveLength(2);
  });

  it('is not posted again after a crash before it was marked', async () => {
    const test = await startEcho();
    await post(test);
    await test.app.jobRuns.delete('sent/report/1');
    expect(await post(test)).toBe('sent');
    expect(test.discord.posted).toHaveLength(1);
  });

  it('counts as sent when it was, and somebody has deleted it since', async () => {
    const test = await startEcho();
    test.discord.disturb('postMessage', { failure: { status: 404, code: 10_008 } });
    expect(await post(test)).toBe('sent');
    expect(postsIn(test)).toBe(1);
  });

  it.each([false, true])('waits for a rate limit as long as Discord says (global: %s)', async (isGlobal) => {
    const test = await startEcho();
    test.discord.disturb('postMessage', { failure: { status: 429, retryAfter: 0.3, isGlobal } });
    const before = performance.now();
    expect(await post(test)).toBe('sent');
    expect(performance.now() - before).toBeGreaterThan(300);
    expect(test.discord.posted).toHaveLength(1);
    expect(postsIn(test)).toBe(2);
  });

  it('fails when Discord asks for too long a wait, and makes no further request', async () => {
    const test = await startEcho();
    test.discord.disturb('postMessage', { failure: { status: 429, retryAfter: 600 } });
    expect(await post(test)).toBe('failed');
    expect(postsIn(test)).toBe(1);
  });

  it('has failed after five tries, each of four requests; a later one under the same nonce may succeed', async () => {
    const test = await startEcho();
    test.discord.disturb('postMessage', { failure: { status: 503 } }, 20);
    expect(await post(test)).toBe('failed');
    expect(postsIn(test)).toBe(20);
    expect(await test.app.sentMessages.find('report/1')).not.toBe('sent');
    expect(await post(test)).toBe('sent');
    expect(test.discord.posted).toHaveLength(1);
  });

  it('has failed, and is not tried again, when Discord takes no such message', async () => {
    const test = await startEcho();
    test.discord.disturb('postMessage', { failure: { status: 400, code: 50_035 } });
    expect(await post(test)).toBe('failed');
    expect(postsIn(test)).toBe(1);
  });

  it.each(['SendMessages', 'EmbedLinks', 'AttachFiles', 'ViewChannel'] as const)(
    'is refused without %s, and taken when it is given back',
    async (permission) => {
      const test = await startEcho();
      test.discord.forbidChannel(test.discord.channelId, [permission]);
      expect(await post(test)).toBe('refused');
      expect(postsIn(test)).toBe(1);
      test.discord.permitChannel(test.discord.channelId);
      expect(await post(test)).toBe('sent');
    },
  );

  it('is refused where there is no such channel, or none for messages', async () => {
    const test = await startEcho();
    const category = test.discord.addChannel({ type: CHANNEL.category });
    for (const channelId of ['100000000000000001', category]) {
      expect(await test.bot.messenger.postToChannel(channelId, report, `report/${channelId}`.slice(0, 25))).toBe(
        'refused',
      );
    }
    expect(postsIn(test)).toBe(0);
  });

  it('is a fault of ours when its nonce is longer than Discord takes', async () => {
    const test = await startEcho();
    await expect(post(test, 'n'.repeat(26))).rejects.toThrow('expected a nonce of 1 to 25 characters, got 26');
    expect(await post(test, 'n'.repeat(25))).toBe('sent');
  });

  it('is not sent while the store cannot say whether it was', async () => {
    const { app } = createTestApp();
    const sentMessages = { ...app.sentMessages, begin: () => Promise.reject(new Error('disk I/O error')) };
    const test = await startEcho({ app: { sentMessages } });
    expect(await post(test)).toBe('failed');
    expect(postsIn(test)).toBe(0);
  });

  it('is sent all the same when it belongs to this process alone', async () => {
    const { promise: never } = Promise.withResolvers<never>();
    const sentMessages = {
      find: () => never,
      begin: () => never,
      add: () => Promise.reject(new Error('disk I/O error')),
    };
    const delivery = new MessageDelivery({ app: { ...createTestApp().app, sentMessages } });
    const send = { nonce: 'n', send: async () => {}, isThere: async () => false };
    expect(await delivery.deliver({ ...send, isOwn: true })).toEqual({ delivery: 'sent' });
  });

  it('that waits for its next try does not hold up a stop', async () => {
    const delivery = new MessageDelivery({ app: createTestApp().app, pauseMs: 60_000 });
    const sent = delivery.deliver({
      nonce: 'n',
      send: () => Promise.reject(Object.assign(new Error('no network'), { code: 'ECONNREFUSED' })),
      isThere: async () => false,
    });
    await delivery.close(1_000);
    expect((await sent).delivery).toBe('failed');
  });
});
