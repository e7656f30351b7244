import { describe, expect, it } from 'vitest';
import { buttonsOf, textOf, type SentInteraction } from '../support/discord/stand-in.ts';
import { outcomeOf, type startTestBot, type TestBot } from '../support/test-bot.ts';
import { AFTER_THE_TOKEN, startForTest } from './bots.ts';
import { createHold, type Holding } from './commands.ts';

interface Test extends TestBot {
  readonly hold: Holding;
}

/** A bot with a command that runs until it is released, does not listen to its signal, and can be cancelled. */
async function start(options: Parameters<typeof startTestBot>[1] = {}): Promise<Test> {
  const hold = createHold('hold', { isCancellable: true, isRateLimited: () => true });
  const test = await startForTest([hold.command], options);
  return { ...test, hold };
}

const STRANGER = '200000000000000001';

/** Asks, and waits until the button is there. */
async function holding({ discord, hold }: Test, isPublic = true): Promise<SentInteraction> {
  const before = hold.held.length;
  const asked = discord.slash('hold', { text: 'at last', public: isPublic });
  await asked.until(({ edits }) => edits[0], 'the button');
  await discord.until(() => hold.held[before], 'the command to run');
  return asked;
}

const labels = (message: SentInteraction['original']): string[] =>
  message ? buttonsOf(message).map(({ label }) => label) : [];

describe('the cancel button', () => {
  it('is there from the beginning, stays with the progress, and is gone with the answer', async () => {
    const test = await start();
    const asked = await holding(test);
    expect(asked.edits[0]).toMatchObject({ content: 'Working on it.' });
    expect(asked.edits[0] && buttonsOf(asked.edits[0])).toEqual([{ label: 'Cancel', customId: `cancel:${asked.id}` }]);
    test.clock.advance(2_000);
    const progress = await asked.until(({ edits }) => {
      test.hold.held[0]?.progress('Half done');
      return edits[1];
    }, 'the progress');
    expect([progress.content, labels(progress)]).toEqual(['Half done', ['Cancel']]);
    test.hold.release();
    expect(labels(await asked.answer())).toEqual([]);
    expect(asked.original?.content).toBe('');
  });

  it.each([{}, { isCancellable: true }])('is not there for commands that are not rate limited (%o)', async (more) => {
    const hold = createHold('hold', more);
    const test = await startForTest([hold.command]);
    const asked = test.discord.slash('hold', { text: 'x' });
    await test.discord.until(() => hold.held[0], 'the command to run');
    hold.held[0]?.progress('Half done');
    expect(labels(await asked.until(({ edits }) => edits[0], 'the progress'))).toEqual([]);
    hold.release();
    await asked.answer();
  });

  it.each([true, false])(
    'ends the work for the asker, whose answer becomes a notice (public: %s)',
    async (isPublic) => {
      const test = await start();
      const asked = await holding(test, isPublic);
      const pressed = test.discord.press(`cancel:${asked.id}`);
      expect(await pressed.acknowledged()).toMatchObject({ type: 6 });
      expect(await outcomeOf(test, asked)).toBe('cancelled');
      expect(test.hold.held[0]?.signal).toMatchObject({
        aborted: true,
        reason: { message: 'the answer was cancelled' },
      });
      expect(asked.original).toMatchObject({ ephemeral: !isPublic, content: '', components: [] });
      expect(asked.original && textOf(asked.original)).toMatch(/^Cancelled\n/);
      expect([...asked.followUps, ...pressed.followUps, ...test.discord.posted]).toEqual([]);
      expect(test.log.filter(({ fault }) => fault !== undefined)).toEqual([]);
    },
  );

  it('tells a stranger that it is not theirs, and the work continues', async () => {
    const test = await start();
    const asked = await holding(test);
    const pressed = test.discord.press(`cancel:${asked.id}`, { userId: STRANGER });
    expect(await pressed.acknowledged()).toMatchObject({ type: 4, ephemeral: true });
    expect(textOf(await pressed.answer())).toContain('Only the member who has asked this');
    expect(test.hold.held[0]?.signal.aborted).toBe(false);
    test.hold.release();
    expect(textOf(await asked.answer())).toContain('at last');
  });

  it('obeys a member who manages the server', async () => {
    const test = await start();
    const asked = await holding(test);
    test.discord.press(`cancel:${asked.id}`, { userId: STRANGER, mayManage: true });
    expect(await outcomeOf(test, asked)).toBe('cancelled');
  });

  it.each(['by our clock', 'by the 50027 of Discord'])(
    'works when the token of the answer is no good any more (%s)',
    async (how) => {
      const test = await start();
      const asked = await holding(test);
      if (how === 'by our clock') test.clock.advance(AFTER_THE_TOKEN);
      else asked.expire();
      test.discord.press(`cancel:${asked.id}`);
      expect(await outcomeOf(test, asked)).toBe('cancelled');
      expect(asked.original && textOf(asked.original)).toMatch(/^Cancelled\n/);
      expect(labels(asked.original)).toEqual([]);
      expect(test.discord.posted).toEqual([]);
    },
  );

  it('ends the work although Discord no longer accepts the acknowledgement', async () => {
    const test = await start();
    const asked = await holding(test);
    test.discord.disturb('callback', { failure: { status: 404, code: 10_062 } });
    test.discord.press(`cancel:${asked.id}`);
    expect(await outcomeOf(test, asked)).toBe('cancelled');
    expect(asked.original && textOf(asked.original)).toMatch(/^Cancelled\n/);
  });

  it('says that it is over when it is pressed twice', async () => {
    const test = await start();
    const asked = await holding(test);
    test.discord.disturb('callback', { delayMs: 200 });
    test.discord.press(`cancel:${asked.id}`);
    const again = test.discord.press(`cancel:${asked.id}`);
    expect(textOf(await again.answer())).toContain('That is over already');
    expect(await outcomeOf(test, asked)).toBe('cancelled');
  });

  it('says that it is over while the answer is on its way, and leaves the answer alone', async () => {
    const test = await start();
    const asked = await holding(test);
    test.discord.disturb('editOriginal', { delayMs: 300 });
    test.hold.release();
    const pressed = test.discord.press(`cancel:${asked.id}`);
    expect(await pressed.acknowledged()).toMatchObject({ type: 4, ephemeral: true });
    expect(textOf(await pressed.answer())).toContain('That is over already');
    expect(textOf(await asked.answer())).toContain('at last');
  });

  it('of a bot before this one says that it is over, in private, and disappears', async () => {
    const test = await start();
    const pressed = test.discord.press('cancel:100000000000000001', { isUnseen: true });
    expect(await pressed.acknowledged()).toMatchObject({ type: 6 });
    const message = await pressed.answer();
    expect(message.ephemeral).toBe(true);
    expect(textOf(message)).toContain('That is over already');
    expect(pressed.source).toMatchObject({ content: 'From before', components: [] });
    expect(await outcomeOf(test, pressed)).toBe('refused');
  });

  it('that was left behind by an answer in another message disappears too', async () => {
    const test = await start();
    const asked = await holding(test);
    asked.expire();
    test.hold.release();
    expect(await outcomeOf(test, asked)).toBe('answered');
    expect(test.discord.posted).toHaveLength(1);
    expect(labels(asked.original)).toEqual(['Cancel']);
    const pressed = test.discord.press(`cancel:${asked.id}`);
    expect(textOf(await pressed.answer())).toContain('That is over already');
    expect(labels(asked.original)).toEqual([]);
  });

  it('is gone when a stop ends the work', async () => {
    const test = await start({ drainMs: 50 });
    const asked = await holding(test, false);
    await test.bot.stop();
    expect(test.hold.held[0]?.signal).toMatchObject({ aborted: true, reason: { message: 'the bot stops' } });
    expect(asked.original && textOf(asked.original)).toContain('I am restarting');
    expect(labels(asked.original)).toEqual([]);
  });

  it('is gone when the work fails', async () => {
    const test = await start();
    const asked = await holding(test, false);
    test.hold.release(new Error('out of memory'));
    expect(await outcomeOf(test, asked)).toBe('fault');
    expect(labels(asked.original)).toEqual([]);
  });
});
