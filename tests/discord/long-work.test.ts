import { afterEach, describe, expect, it } from 'vitest';
import { textOf, type Asked, type Discord } from '../support/discord/stand-in.ts';
import { startTestBot, type TestBot } from '../support/test-bot.ts';
import { createHold, echo, type Holding } from './commands.ts';

const started: TestBot[] = [];

/** A bot with `echo` and a `hold` that runs until it is released. */
async function start(options: Parameters<typeof startTestBot>[1] = {}): Promise<TestBot & { hold: Holding }> {
  const hold = createHold();
  const test = await startTestBot([echo, hold.command], options);
  started.push(test);
  return { ...test, hold };
}

afterEach(async () => {
  for (const test of started.splice(0)) await test.close();
});

/** Asks, and waits until the command runs. */
async function holding(
  { discord, hold }: TestBot & { hold: Holding },
  { isPublic = false, ...who }: { isPublic?: boolean } & Parameters<Discord['slash']>[2] = {},
): Promise<Asked> {
  const before = hold.held.length;
  const asked = discord.slash('hold', { text: 'at last', public: isPublic }, who);
  await asked.acknowledged();
  await discord.until(() => hold.held[before], 'the command to run');
  return asked;
}

async function outcomeOf(test: TestBot, { id }: Asked): Promise<unknown> {
  const ended = () => test.log.find(({ msg, interaction }) => msg === 'interaction' && interaction === id);
  return (await test.discord.until(ended, 'the end of an interaction in the log')).outcome;
}

const AFTER_THE_TOKEN = 14.6 * 60_000;

describe('progress', () => {
  it('is shown in the waiting answer, and gone when the answer is there', async () => {
    const test = await start();
    const asked = await holding(test);
    const [context] = test.hold.held;
    context?.progress('Drawing scenarios');
    context?.progress('too soon');
    await asked.until(({ edits }) => edits[0], 'the first progress');
    test.clock.advance(2_000);
    await asked.until(({ edits }) => {
      context?.progress('Searching '.repeat(300));
      return edits[1];
    }, 'the second progress');
    test.hold.release();
    await asked.answer();
    expect(asked.edits.map(({ content }) => content)).toEqual([
      'Drawing scenarios',
      expect.stringMatching(/^(Searching )+.{0,9}…$/),
      '',
    ]);
    context?.progress('after the end');
    expect(await outcomeOf(test, asked)).toBe('answered');
    expect(asked.edits).toHaveLength(3);
  });

  it('that may be the last to be seen says that the answer can come as a message', async () => {
    const test = await start();
    const asked = await holding(test);
    test.clock.advance(13 * 60_000);
    test.hold.held[0]?.progress('Training: 80% done');
    const { content } = await asked.until(({ edits }) => edits[0], 'the progress');
    expect(content).toBe(
      'This takes long: if the answer does not appear here, it comes as a message.\nTraining: 80% done',
    );
    test.hold.release();
    expect((await asked.answer()).content).toBe('');
  });

  it('notifies nobody that it names', async () => {
    const test = await start();
    const asked = await holding(test, { isPublic: true });
    test.hold.held[0]?.progress(`Asked by <@${test.discord.memberId}> @everyone`);
    expect(await asked.until(({ edits }) => edits[0], 'the progress')).toMatchObject({ notified: [] });
    test.hold.release();
    await asked.answer();
  });

  it('that Discord does not take is logged, and the answer comes', async () => {
    const test = await start();
    const asked = await holding(test);
    test.discord.disturb('editOriginal', { failure: { status: 400, code: 50035 } });
    test.hold.held[0]?.progress('lost');
    test.hold.release();
    expect(textOf(await asked.answer())).toContain('at last');
    expect(asked.edits).toHaveLength(1);
    expect(test.log).toContainEqual(expect.objectContaining({ level: 40, msg: 'progress could not be shown' }));
  });

  it('still on its way does not survive a public answer that is taken back', async () => {
    const test = await start();
    const asked = await holding(test, { isPublic: true });
    test.discord.disturb('editOriginal', { delayMs: 200 });
    test.hold.held[0]?.progress('nearly there');
    test.hold.release(new Error('out of memory'));
    const message = await asked.answer();
    expect(message.ephemeral).toBe(true);
    expect(asked).toMatchObject({ isDeleted: true, original: undefined, followUps: [message] });
    const routes = test.discord.requests.map(({ route }) => route);
    expect(routes.slice(-3)).toEqual(['editOriginal', 'deleteOriginal', 'followUp']);
  });
});

describe('work that outlives the interaction', () => {
  it.each(['by our clock', 'by the 50027 of Discord'])(
    'is posted in its channel when it was public (%s)',
    async (how) => {
      const test = await start();
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
    const test = await start();
    const asked = await holding(test);
    test.discord.disturb('editOriginal', { failure: { status: code === 50_027 ? 401 : 404, code } });
    test.hold.release();
    expect(await outcomeOf(test, asked)).toBe('answered');
    const { memberId } = test.discord;
    expect(test.discord.posted).toMatchObject([{ userId: memberId, message: { notified: [memberId] } }]);
    expect(textOf(await test.discord.slash('echo', { text: 'the bot has kept its token' }).answer())).toContain('kept');
  });

  it('is sent to the member when the channel cannot be written to', async () => {
    const test = await start();
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
      const test = await start();
      const asked = await holding(test, { isPublic: true, ...who });
      asked.expire();
      test.hold.release();
      expect(await outcomeOf(test, asked)).toBe('answered');
      expect(test.discord.posted).toMatchObject([{ userId: test.discord.memberId }]);
    },
  );

  it('and fails is told to the member alone', async () => {
    const test = await start();
    const asked = await holding(test, { isPublic: true });
    asked.expire();
    test.hold.release(new Error('out of memory'));
    expect(await outcomeOf(test, asked)).toBe('fault');
    const [{ userId, message } = { userId: undefined, message: undefined }] = test.discord.posted;
    expect(userId).toBe(test.discord.memberId);
    expect(message && textOf(message)).toMatch(/fault [0-9a-f]{6}/);
  });

  it('is logged as lost when the member takes no direct messages', async () => {
    const test = await start();
    test.discord.closeDirectMessages(test.discord.memberId);
    const asked = await holding(test);
    test.clock.advance(AFTER_THE_TOKEN);
    test.hold.held[0]?.progress('not sent: the token is too old');
    test.hold.release();
    expect(await outcomeOf(test, asked)).toBe('untold');
    expect(test.log).toContainEqual(expect.objectContaining({ level: 40, interaction: asked.id }));
    expect(asked.edits).toEqual([]);
    const next = test.discord.slash('echo', { text: 'still here' });
    expect(textOf(await next.answer())).toContain('still here');
    const note = await next.until(({ followUps }) => followUps[0], 'the note');
    expect(textOf(note)).toContain('I could not send you a direct message');
  });

  it('is there once after an outage, and although the answer to a try is lost', async () => {
    const test = await start();
    const asked = await holding(test, { isPublic: true });
    asked.expire();
    test.discord.disturb('postMessage', { failure: { status: 502 } }, 5);
    test.discord.disturb('postMessage', { isAnswerLost: true });
    test.hold.release();
    expect(await outcomeOf(test, asked)).toBe('answered');
    expect(test.discord.posted).toHaveLength(1);
  });
});

describe('many at once', () => {
  it('are each acknowledged within a second while all of them work', async () => {
    const test = await start();
    const asked = Array.from({ length: 8 }, () => test.discord.slash('hold', { text: 'together' }));
    const acknowledged = await Promise.all(asked.map((one) => one.acknowledged()));
    for (const { type, ms } of acknowledged) {
      expect(type).toBe(5);
      expect(ms).toBeLessThan(1_000);
    }
    expect(asked.every(({ isThinking }) => isThinking)).toBe(true);
    await test.discord.until(() => test.hold.held.length === 8 || undefined, 'all eight to run');
    test.hold.release();
    const answers = await Promise.all(asked.map((one) => one.answer()));
    expect(answers.map(textOf)).toEqual(Array.from({ length: 8 }, () => expect.stringContaining('together')));
  });
});

describe('a stop', () => {
  it('lets running answers finish, tells new ones to come back, and leaves', async () => {
    const test = await start();
    const running = await holding(test);
    const stopped = test.bot.stop();
    const asked = test.discord.slash('echo', { text: 'too late' });
    expect(await asked.acknowledged()).toMatchObject({ type: 4, ephemeral: true });
    expect(textOf(await asked.answer())).toContain('I am restarting, try again in a minute.');
    expect(test.hold.held[0]?.signal.aborted).toBe(false);
    test.hold.release();
    await stopped;
    expect(running.original && textOf(running.original)).toContain('at last');
    await test.discord.disconnected();
    expect(test.log.filter(({ level }) => Number(level) > 30)).toEqual([]);
  });

  it.each([false, true])('ends what takes too long, and says so (public: %s)', async (isPublic) => {
    const test = await start({ drainMs: 50 });
    const asked = await holding(test, { isPublic });
    await test.bot.stop();
    expect(test.hold.held[0]?.signal.aborted).toBe(true);
    const message = isPublic ? asked.followUps[0] : asked.original;
    expect(message?.ephemeral).toBe(true);
    expect(message && textOf(message)).toContain('I am restarting');
    expect(await outcomeOf(test, asked)).toBe('restarting');
    expect(test.log.filter(({ fault }) => fault !== undefined)).toEqual([]);
  });

  it('is over at once when nothing runs', async () => {
    const test = await start();
    const before = performance.now();
    await test.bot.stop();
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});
