import { describe, expect, it } from 'vitest';
import { textOf } from '../support/discord/stand-in.ts';
import { outcomeOf } from '../support/test-bot.ts';
import { holding, startHolding } from './bots.ts';

describe('progress', () => {
  it('is shown in the waiting answer, and gone when the answer is there', async () => {
    const test = await startHolding();
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
    const test = await startHolding();
    const asked = await holding(test);
    test.clock.advance(13 * 60_000);
    test.hold.held[0]?.progress('Training: 80% done');
    const { content } = await asked.until(({ edits }) => edits[0], 'the progress');
    expect(content).toBe(
      'This is taking a while. If the answer does not appear here, it will arrive as a message.\nTraining: 80% done',
    );
    test.hold.release();
    expect((await asked.answer()).content).toBe('');
  });

  it('notifies nobody whom it mentions', async () => {
    const test = await startHolding();
    const asked = await holding(test, { isPublic: true });
    test.hold.held[0]?.progress(`Asked by <@${test.discord.memberId}> @everyone`);
    expect(await asked.until(({ edits }) => edits[0], 'the progress')).toMatchObject({ notified: [] });
    test.hold.release();
    await asked.answer();
  });

  it('that Discord does not take is logged, and the answer comes', async () => {
    const test = await startHolding();
    const asked = await holding(test);
    test.discord.disturb('editOriginal', { failure: { status: 400, code: 50035 } });
    test.hold.held[0]?.progress('lost');
    test.hold.release();
    expect(textOf(await asked.answer())).toContain('at last');
    expect(asked.edits).toHaveLength(1);
    expect(test.log).toContainEqual(expect.objectContaining({ level: 40, msg: 'progress could not be shown' }));
  });

  it('still on its way does not survive a public answer that is taken back', async () => {
    const test = await startHolding();
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
