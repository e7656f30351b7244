import { Client } from 'discord.js';
import pino from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DiscordMessenger } from '../../src/discord/messenger.ts';
import { isoInstant } from '../../src/job-runs.ts';
import { UnfinishedAnswers } from '../../src/discord/unfinished-answers.ts';
import { createTestApp } from '../support/test-bot.ts';
import { textOf } from '../support/discord/stand-in.ts';
import { outcomeOf } from '../support/test-bot.ts';
import { AFTER_THE_TOKEN, holding, startForTest, startHolding, type HoldingBot } from './bots.ts';
import { createHold } from './commands.ts';

/** Asked, with progress shown, by a bot of which the next one believes that it is dead. */
async function abandoned(isPublic: boolean, awayMs = 31_000) {
  const test = await startHolding({ drainMs: 50 });
  const asked = await holding(test, { isPublic });
  test.hold.held[0]?.progress('Training: 80% done');
  await asked.until(({ edits }) => edits[0], 'the progress');
  test.clock.advance(awayMs);
  await test.restart();
  return { test, asked };
}

const keysOf = ({ app }: HoldingBot) => app.pendingAnswers.keys();

describe('an answer in progress when its process dies', () => {
  it.each([true, false])('is apologised for in its place by the next one (public: %s)', async (isPublic) => {
    const { test, asked } = await abandoned(isPublic);
    expect(textOf(await asked.answer())).toContain('I was interrupted before your `/hold` was answered');
    expect(asked.original).toMatchObject({ content: '', ephemeral: !isPublic });
    await expect.poll(() => keysOf(test)).toEqual([]);
    expect(test.discord.posted).toEqual([]);
  });

  it.each([true, false])(
    'is apologised for in a direct message when its token has expired (public: %s)',
    async (isPublic) => {
      const { test } = await abandoned(isPublic, AFTER_THE_TOKEN);
      const { memberId } = test.discord;
      const message = await test.discord.until(() => test.discord.posted[0], 'the apology');
      expect(message).toMatchObject({ userId: memberId, message: { notified: [memberId] } });
      expect(textOf(message.message)).toContain('please ask again');
      await expect.poll(() => keysOf(test)).toEqual([]);
    },
  );

  it('is left alone while its process lives, and when it is there after all', async () => {
    const test = await startHolding();
    const asked = await holding(test);
    test.hold.held[0]?.progress('Training');
    await asked.until(({ edits }) => edits[0], 'the progress');
    expect(await keysOf(test)).toHaveLength(1);
    const [key = ''] = await keysOf(test);
    const record = await test.app.pendingAnswers.get(key);
    await test.restart();
    test.hold.release();
    expect(textOf(await asked.answer())).toContain('at last');
    expect(await outcomeOf(test, asked)).toBe('answered');
    expect(await keysOf(test)).toEqual([]);
    // As if it had been killed after the answer and before it could forget the question.
    await test.app.pendingAnswers.set(key, record!);
    test.clock.advance(31_000);
    await test.restart();
    await expect.poll(() => keysOf(test)).toEqual([]);
    expect(textOf(await asked.answer())).toContain('at last');
    expect(test.discord.posted).toEqual([]);
  });

  it.each([
    ['at once, where the command is expensive', true],
    ['soon, where it is not', false],
  ])('is written down %s, and apologised for though it has shown nothing', async (_, isExpensive) => {
    const hold = createHold('hold', { isRateLimited: () => isExpensive });
    const test = Object.assign(await startForTest([hold.command]), { hold });
    let wasAcknowledged: boolean | undefined;
    const set = test.app.pendingAnswers.set.bind(test.app.pendingAnswers);
    vi.spyOn(test.app.pendingAnswers, 'set').mockImplementation((...args) => {
      wasAcknowledged = test.discord.requests.some(({ route }) => route === 'callback');
      return set(...args);
    });
    const asked = await holding(test);
    await expect.poll(() => keysOf(test), { interval: 10, timeout: isExpensive ? 150 : 1_000 }).toHaveLength(1);
    expect(wasAcknowledged).toBe(true);
    test.clock.advance(31_000);
    await test.restart();
    expect(textOf(await asked.answer())).toContain('I was interrupted before your `/hold` was answered');
    hold.release();
  });

  it('is not written down when it takes no time', async () => {
    const test = await startHolding();
    const asked = await holding(test);
    test.hold.release();
    await asked.answer();
    expect(await outcomeOf(test, asked)).toBe('answered');
    expect(await keysOf(test)).toEqual([]);
  });

  it('keeps its token out of the log', async () => {
    const { test } = await abandoned(false);
    await expect.poll(() => keysOf(test)).toEqual([]);
    const tokens = test.discord.requests.flatMap(({ path }) => /^\/webhooks\/\d+\/([^/]+)/.exec(path)?.[1] ?? []);
    expect(tokens.length).toBeGreaterThan(0);
    for (const token of tokens) expect(JSON.stringify(test.log)).not.toContain(token);
  });
});

/** Answered in a message by a process that was killed, as it seems, before it could forget the question. @param isMarked whether it knew that it was sent */
async function answeredElsewhere(isPublic: boolean, isMarked: boolean, awayMs: number) {
  const test = await startHolding({ nonceLifeMs: 0 });
  const asked = await holding(test, { isPublic });
  test.hold.held[0]?.progress('Training');
  await asked.until(({ edits }) => edits[0], 'the progress');
  const [key = ''] = await keysOf(test);
  const record = await test.app.pendingAnswers.get(key);
  test.discord.disturb('editOriginal', { failure: { status: 502 } }, 8);
  test.hold.release();
  expect(await outcomeOf(test, asked)).toBe('answered');
  await expect.poll(() => asked.original?.content).toBe('The answer was sent as a message.');
  await test.app.pendingAnswers.set(key, record!);
  const at = isoInstant(test.clock.now());
  if (!isMarked) await test.app.jobRuns.set(`sent/${asked.id}`, { due: at, at, outcome: 'begun' });
  test.clock.advance(awayMs);
  await test.restart();
  await expect.poll(() => keysOf(test)).toEqual([]);
  return { test, asked };
}

describe('an answer that came as a message before its process died', () => {
  it.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])('is not apologised for (public: %s, known to be sent: %s)', async (isPublic, isMarked) => {
    const { test, asked } = await answeredElsewhere(isPublic, isMarked, 31_000);
    expect(asked.original).toMatchObject({ content: 'The answer was sent as a message.', embeds: [] });
    expect(test.discord.posted).toMatchObject([{ message: { embeds: [{ title: 'Said' }] } }]);
  });

  it('is not apologised for in a message, either', async () => {
    const { test } = await answeredElsewhere(false, true, AFTER_THE_TOKEN);
    expect(test.discord.posted).toHaveLength(1);
  });
});

describe('an answer that cannot be put in its place', () => {
  it.each([true, false])('comes as a message after eight edits, and progress goes (public: %s)', async (isPublic) => {
    const test = await startHolding();
    const asked = await holding(test, { isPublic });
    test.hold.held[0]?.progress('Training');
    await asked.until(({ edits }) => edits[0], 'the progress');
    test.discord.disturb('editOriginal', { failure: { status: 502 } }, 8);
    test.hold.release();
    expect(await outcomeOf(test, asked)).toBe('answered');
    expect(test.discord.posted).toMatchObject([
      { userId: isPublic ? undefined : test.discord.memberId, message: { embeds: [{ title: 'Said' }] } },
    ]);
    await expect.poll(() => asked.original?.content).toBe('The answer was sent as a message.');
  });

  it('is apologised for later when a message does not reach the member either', async () => {
    const test = await startHolding();
    test.discord.closeDirectMessages(test.discord.memberId);
    const asked = await holding(test);
    test.discord.disturb('editOriginal', { failure: { status: 502 } }, 8);
    test.hold.release();
    expect(await outcomeOf(test, asked)).toBe('undelivered');
    expect(await keysOf(test)).toHaveLength(1);
    await test.restart();
    expect(textOf(await asked.answer())).toContain('please ask again');
  });
});

it('what dead processes have left is looked for every five minutes, also after a clock was far ahead', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { app } = createTestApp({ log: pino({ level: 'silent' }) });
  const looks = vi.spyOn(app.pendingAnswers, 'keys');
  const client = new Client({ intents: [] });
  const unfinished = new UnfinishedAnswers({ client, messenger: new DiscordMessenger({ client, app }), app });
  const now = Date.now();
  vi.setSystemTime(now + 400 * 86_400_000);
  unfinished.start();
  vi.setSystemTime(now);
  expect(looks).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(310_000);
  unfinished.stop();
  expect(looks).toHaveBeenCalledTimes(2);
});
