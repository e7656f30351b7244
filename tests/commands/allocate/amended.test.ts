import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { allocate } from '../../../src/commands/allocate/slash.ts';
import { LONGEST_BACKTEST_SECONDS } from '../../../src/engine-service/requests.ts';
import { UserError } from '../../../src/errors.ts';
import { Semaphore } from '../../../src/semaphore.ts';
import { buttonsOf, textOf } from '../../support/discord/stand-in.ts';
import { startMarket, type Market } from '../../support/market.ts';
import { outcomeOf, startTestBot, type TestBot } from '../../support/test-bot.ts';

let market: Market;
const started: TestBot[] = [];

beforeAll(async () => {
  market = await startMarket();
  // Enough decisions, of five days each, for a sentence.
  market.list(['AAA', 'BBB', 'CCC'], { days: DAYS });
});
afterEach(async () => {
  for (const test of started.splice(0)) await test.close();
  vi.restoreAllMocks();
});
afterAll(() => market.close());

const ASKED = { loss: '20%', tickers: 'AAA, BBB, CCC', horizon: 5 };
const PATIENCE = 60_000;
const DAYS = 830;
const OF_ALL = 'of up to 50 universes (this one has too few)';
const SENTENCE = /In \d+ past decisions .* losses went beyond the value-at-risk in \d+%, 5% promised/;

async function start(): Promise<TestBot> {
  const recordSemaphore = new Semaphore({ work: 'record', places: 2, usualMs: 180_000, now: () => 0 });
  const test = await startTestBot([allocate], { app: { ...market.app, recordSemaphore } });
  started.push(test);
  return test;
}

async function answered(test: TestBot, asked = test.discord.slash('allocate', ASKED)) {
  const message = await asked.answer(PATIENCE);
  await outcomeOf(test, asked, PATIENCE);
  return { asked, message };
}

const amendments = ({ log }: TestBot) => log.filter(({ msg }) => msg === 'the answer could not be amended');
const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

it('only one record is made for a member at a time, and what cannot be made is no fault', async () => {
  const gates: PromiseWithResolvers<boolean>[] = [];
  const keep = vi.spyOn(market.app.engine!, 'keepRecord').mockImplementation(() => {
    const gate = Promise.withResolvers<boolean>();
    gates.push(gate);
    return gate.promise;
  });
  const test = await start();
  const first = await answered(test);
  const second = await answered(test);
  expect(keep).toHaveBeenCalledTimes(1);
  await answered(test, test.discord.slash('allocate', ASKED, { userId: '200000000000000007' }));
  expect(keep).toHaveBeenCalledTimes(2);
  for (const { reject } of gates) reject(new UserError('There are not enough days.'));
  await later();
  await answered(test);
  expect(keep).toHaveBeenCalledTimes(3);
  gates[2]?.resolve(true);
  await later();
  expect([first, second].map(({ asked }) => asked.edits.at(-1)?.id)).toEqual([first.message.id, second.message.id]);
  for (const { message } of [first, second]) expect(textOf(message)).not.toMatch(SENTENCE);
  expect(amendments(test)).toEqual([]);
});

it('an answer comes without a record, is amended by it, and the next has it at once', async () => {
  const keep = vi.spyOn(market.app.engine!, 'keepRecord');
  const test = await start();
  const { asked, message } = await answered(test);
  expect(textOf(message)).toContain('the least certain figure here');
  expect(textOf(message)).not.toMatch(SENTENCE);
  const amended = await asked.until(
    ({ edits }) => edits.find((one) => SENTENCE.test(textOf(one))),
    'the amended answer',
    PATIENCE,
  );
  expect(textOf(amended)).toMatch(/past ones.*: predicted [+−]\d\.\d\d%, came true [+−]\d\.\d\d%/);
  expect(amended.embeds[0]?.title).toBe(message.embeds[0]?.title);
  const { message: next } = await answered(test);
  expect(amended.embeds).toEqual(next.embeds);
  // Compared in this way because a picture's difference, byte by byte, would take minutes to print.
  const base64Of = (one: typeof message) => one.files.map(({ bytes }) => Buffer.from(bytes).toString('base64'));
  expect(base64Of(amended)).toEqual(base64Of(next));
  await later();
  expect(keep).toHaveBeenCalledTimes(1);
  // Nobody has asked for it: it is no longer work than what a member may ask for.
  expect(keep.mock.calls[0]![1]?.limit).toMatchObject({ seconds: LONGEST_BACKTEST_SECONDS });
});

it('an impossible limit makes the record too, and the amended answer tells the limit that can be kept with it', async () => {
  // More is lost than was promised, so that the record changes the scenarios.
  market.list(['DDD', 'EEE', 'FFF'], { days: DAYS, falling: 35 });
  const test = await start();
  const ask = () => test.discord.slash('allocate', { ...ASKED, tickers: 'DDD, EEE, FFF', loss: '0.01%' });
  const { asked, message } = await answered(test, ask());
  const amended = await asked.until(
    ({ edits }) => edits.find((one) => SENTENCE.test(textOf(one)) && !textOf(one).includes(OF_ALL)),
    'the amended answer',
    PATIENCE,
  );
  // Until then it is told what other universes came to.
  expect(textOf(message)).toContain(OF_ALL);
  const { message: next } = await answered(test, ask());
  const labelsOf = (one: typeof message) => buttonsOf(one).map(({ label }) => label);
  expect(labelsOf(amended)).not.toEqual(labelsOf(message));
  expect(labelsOf(amended)).toEqual(labelsOf(next));
  expect(amended.embeds).toEqual(next.embeds);
});
