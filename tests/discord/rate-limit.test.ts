import { describe, expect, it } from 'vitest';
import { RateLimiter } from '../../src/discord/rate-limit.ts';
import { textOf, type SentInteraction } from '../support/discord/stand-in.ts';
import { outcomeOf, type TestBot } from '../support/test-bot.ts';
import { startForTest } from './bots.ts';
import { echo } from './commands.ts';

/** A bot whose command is rate-limited, unless it is to say "free". */
function start(): Promise<TestBot> {
  return startForTest([{ ...echo, isRateLimited: ({ text }) => text !== 'free' }]);
}

function say({ discord }: TestBot, text: string, userId = discord.memberId): SentInteraction {
  return discord.slash('echo', { text }, { userId });
}

function answers(asked: readonly SentInteraction[]): Promise<string[]> {
  return Promise.all(asked.map(async (one) => textOf(await one.answer())));
}

/** One after the other. */
async function answersInTurn(test: TestBot, count: number, ask: () => SentInteraction): Promise<string[]> {
  const texts: string[] = [];
  for (let k = 0; k < count; k++) {
    const asked = ask();
    texts.push(textOf(await asked.answer()));
    await outcomeOf(test, asked);
  }
  return texts;
}

const limitedSix = (test: TestBot): Promise<string[]> => answersInTurn(test, 6, () => say(test, 'limited'));

describe('rate-limited requests', () => {
  it('are answered six times a minute, and the seventh is put off politely, in private', async () => {
    const test = await start();
    expect(await limitedSix(test)).toEqual(Array.from({ length: 6 }, () => expect.stringContaining('Said')));
    const seventh = test.discord.slash('echo', { text: 'limited', public: true });
    expect(await seventh.acknowledged()).toMatchObject({ type: 4, ephemeral: true });
    expect(textOf(await seventh.answer())).toMatch(
      /You have made 6 expensive requests in the last minute: please wait (5\d|60) s\.$/,
    );
    expect(await outcomeOf(test, seventh)).toBe('refused');
  });

  it('of others, and all other requests, are answered all the same', async () => {
    const test = await start();
    await limitedSix(test);
    expect(await answers([say(test, 'free'), say(test, 'limited', '200000000000000001')])).toEqual([
      expect.stringContaining('free'),
      expect.stringContaining('limited'),
    ]);
  });

  it('count when they come from buttons too', async () => {
    const test = await start();
    const button = `echo:${test.discord.memberId}.again`;
    await answers([say(test, 'again')]);
    await answersInTurn(test, 5, () => test.discord.press(button));
    expect(await answers([test.discord.press(button)])).toEqual([expect.stringContaining('please wait')]);
  });

  it('are answered again when a minute has passed', async () => {
    const test = await start();
    await limitedSix(test);
    test.clock.advance(60_000);
    expect(await answers([say(test, 'limited')])).toEqual([expect.stringContaining('Said')]);
  });
});

describe('the limit', () => {
  it('does not last longer when the clock is set back', () => {
    let now = 400 * 86_400_000;
    const limiter = new RateLimiter(() => now);
    for (let k = 0; k < 6; k += 1) limiter.take('1');
    expect(limiter.take('1')).toBe(60);
    now = 0;
    expect(limiter.take('1')).toBeUndefined();
  });

  it('slides, and does not count what it refuses', () => {
    let now = 0;
    const limit = new RateLimiter(() => now);
    for (const at of [0, 10_000, 20_000, 30_000, 40_000, 50_000]) {
      now = at;
      expect(limit.take('a')).toBeUndefined();
    }
    now = 50_500;
    expect([limit.take('a'), limit.take('a'), limit.take('b')]).toEqual([10, 10, undefined]);
    now = 59_999;
    expect(limit.take('a')).toBe(1);
    now = 60_000;
    expect([limit.take('a'), limit.take('a')]).toEqual([undefined, 10]);
    now = 70_000;
    expect(limit.take('a')).toBeUndefined();
  });
});
