import { expect, it } from 'vitest';
import type { SlashCommand } from '../../src/commands/slash-command.ts';
import type { Reply } from '../../src/reply.ts';
import { buttonsOf, textOf } from '../support/discord/stand-in.ts';
import { outcomeOf } from '../support/test-bot.ts';
import { AFTER_THE_TOKEN, startForTest } from './bots.ts';
import { echo } from './commands.ts';

/** Echoes, and amends its answer, a press of its button too, with what the test says later. */
async function startAmending() {
  const works: (PromiseWithResolvers<Reply | undefined> & { signal: AbortSignal })[] = [];
  const command: SlashCommand<Awaited<ReturnType<typeof echo.parse>>> = {
    ...echo,
    async run(request, context) {
      context.amend(() => {
        const work = { ...Promise.withResolvers<Reply | undefined>(), signal: context.signal };
        works.push(work);
        return work.promise;
      });
      return echo.run(request, context);
    },
  };
  const test = await startForTest([command]);
  const answered = async (asked = test.discord.slash('echo', { text: 'hello' })) => {
    await asked.answer();
    await outcomeOf(test, asked);
    return asked;
  };
  return { ...test, works, answered };
}

type Amending = Awaited<ReturnType<typeof startAmending>>;

/** What the command itself would say now. */
const amended = (text: string): Reply => ({
  tone: 'answer',
  title: 'Said',
  body: `${text}, and more`,
  images: [{ name: 'said-more.png', png: new Uint8Array([1]), description: 'A picture' }],
  buttons: [{ label: 'Once more', style: 'primary', command: 'echo', key: `1.${text}` }],
});

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

const warnings = ({ log }: Amending) => log.filter(({ msg }) => msg === 'the answer could not be amended');

it('an answer comes at once, and is replaced later, with its picture and its buttons', async () => {
  const test = await startAmending();
  const asked = await test.answered();
  expect(asked.edits).toHaveLength(1);
  test.works[0]?.resolve(amended('hello'));
  const after = await asked.until(({ edits }) => edits[1], 'the amended answer');
  expect(textOf(after)).toContain('hello, and more');
  expect(after.files.map(({ name }) => name)).toEqual(['said-more.png']);
  expect(after.embeds[0]?.image?.url).toBe('attachment://said-more.png');
  expect(buttonsOf(after).map(({ label }) => label)).toEqual(['Once more']);
});

it('the answer to a press is amended like any other', async () => {
  const test = await startAmending();
  const first = await test.answered();
  const pressed = test.discord.press(buttonsOf(await first.answer())[0]!.customId);
  await test.answered(pressed);
  test.works[1]?.resolve(amended('hello again'));
  const after = await pressed.until(({ edits }) => edits[1], 'the amended answer');
  expect(textOf(after)).toContain('hello again, and more');
  expect(first.edits).toHaveLength(1);
});

it('nothing is edited when there is nothing to add, or the token has expired', async () => {
  const test = await startAmending();
  const [one, two] = [await test.answered(), await test.answered()];
  test.works[0]?.resolve(undefined);
  test.clock.advance(AFTER_THE_TOKEN);
  test.works[1]?.resolve(amended('hello'));
  await later();
  expect([one, two].map(({ edits }) => edits.length)).toEqual([1, 1]);
  expect(warnings(test)).toEqual([]);
});

it('a failure is logged and leaves the answer as it is', async () => {
  const test = await startAmending();
  const [one, two] = [await test.answered(), await test.answered()];
  test.works[0]?.reject(new Error('the pool is gone'));
  await test.discord.until(() => warnings(test)[0], 'the warning');
  test.discord.disturb('editOriginal', { failure: { status: 400, code: 50035 } });
  test.works[1]?.resolve(amended('hello'));
  await test.discord.until(() => warnings(test)[1], 'the second warning');
  for (const asked of [one, two]) expect(textOf(await asked.answer())).not.toContain('and more');
});

it('ends when the bot stops, which it does not delay', async () => {
  const test = await startAmending();
  const asked = await test.answered();
  const began = Date.now();
  await test.bot.stop();
  expect(Date.now() - began).toBeLessThan(2_000);
  expect(test.works[0]?.signal.aborted).toBe(true);
  test.works[0]?.resolve(amended('hello'));
  await later();
  expect(asked.edits).toHaveLength(1);
  expect(warnings(test)).toEqual([]);
});
