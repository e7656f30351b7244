import { describe, expect, it } from 'vitest';
import { textOf } from '../support/discord/stand-in.ts';
import { outcomeOf } from '../support/test-bot.ts';
import { AFTER_THE_TOKEN, holding, startHolding } from './bots.ts';

describe('work that outlives the interaction', () => {
  it.each(['by our clock', 'by the 50027 of Discord'])(
    'is posted in its channel when it was public (%s)',
    async (how) => {
      const test = await startHolding();
      const asked = await holding(test, { isPublic: true });
      if (how === 'by our clock') test.clock.advance(AFTER_THE_TOKEN);
      else asked.expire();
      test.hold.release();
      expect(await outcomeOf(test, asked)).toBe('answered');
      const { channelId, memberId, posted } = test.discord;
      expect(posted).toMatchObject([
        { userId: undefined, message: { channelId, notified: [memberId], embeds: [{ title: 'Said' }] } },
      ]);
      expect(asked.edits).toEqual([]);
      expect(test.discord.requests.filter(({ route }) => route === 'editOriginal')).toHaveLength(
        how === 'by our clock' ? 0 : 1,
      );
    },
  );

  it.each([10_015, 10_008, 50_027])('is sent to the member when it was private (after %i)', async (code) => {
    const test = await startHolding();
    const asked = await holding(test);
    test.discord.disturb('editOriginal', { failure: { status: code === 50_027 ? 401 : 404, code } });
    test.hold.release();
    expect(await outcomeOf(test, asked)).toBe('answered');
    const { memberId } = test.discord;
    expect(test.discord.posted).toMatchObject([{ userId: memberId, message: { notified: [memberId] } }]);
    expect(textOf(await test.discord.slash('echo', { text: 'the bot has kept its token' }).answer())).toContain('kept');
  });

  it('is sent to the member when the channel cannot be written to', async () => {
    const test = await startHolding();
    test.discord.forbidChannel(test.discord.channelId);
    const asked = await holding(test, { isPublic: true });
    asked.expire();
    test.hold.release();
    expect(await outcomeOf(test, asked)).toBe('answered');
    expect(test.discord.posted).toMatchObject([{ userId: test.discord.memberId }]);
    expect(test.log).toContainEqual(
      expect.objectContaining({ level: 40, error: expect.objectContaining({ code: 50_013 }) }),
    );
  });

  it.each([{ channelId: '100000000000000001' }, { isDirect: true }])(
    'is sent to the member when the bot does not know the channel (%o)',
    async (who) => {
      const test = await startHolding();
      const asked = await holding(test, { isPublic: true, ...who });
      asked.expire();
      test.hold.release();
      expect(await outcomeOf(test, asked)).toBe('answered');
      expect(test.discord.posted).toMatchObject([{ userId: test.discord.memberId }]);
    },
  );

  it('and fails is told to the member alone', async () => {
    const test = await startHolding();
    const asked = await holding(test, { isPublic: true });
    asked.expire();
    test.hold.release(new Error('out of memory'));
    expect(await outcomeOf(test, asked)).toBe('fault');
    const [{ userId, message } = { userId: undefined, message: undefined }] = test.discord.posted;
    expect(userId).toBe(test.discord.memberId);
    expect(message && textOf(message)).toMatch(/fault [0-9a-f]{6}/);
  });

  it('is logged as lost when the member takes no direct messages', async () => {
    const test = await startHolding();
    test.discord.closeDirectMessages(test.discord.memberId);
    const asked = await holding(test);
    test.clock.advance(AFTER_THE_TOKEN);
    test.hold.held[0]?.progress('not sent: the token is too old');
    test.hold.release();
    expect(await outcomeOf(test, asked)).toBe('undelivered');
    expect(test.log).toContainEqual(expect.objectContaining({ level: 40, interaction: asked.id }));
    expect(asked.edits).toEqual([]);
    const next = test.discord.slash('echo', { text: 'still here' });
    expect(textOf(await next.answer())).toContain('still here');
    const note = await next.until(({ followUps }) => followUps[0], 'the note');
    expect(textOf(note)).toContain('I could not send you a direct message');
  });

  it('is there once after an outage, and although the answer to a try is lost', async () => {
    const test = await startHolding();
    const asked = await holding(test, { isPublic: true });
    asked.expire();
    test.discord.disturb('postMessage', { failure: { status: 502 } }, 5);
    test.discord.disturb('postMessage', { isAnswerLost: true });
    test.hold.release();
    expect(await outcomeOf(test, asked)).toBe('answered');
    expect(test.discord.posted).toHaveLength(1);
  });
});
