import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../support/discord/stand-in.ts';
import { startRunningBot, type RunningBot } from '../support/stage.ts';
import { PATIENCE, privateAnswer } from './private-answer.ts';

let bot: RunningBot;
beforeAll(async () => {
  bot = await startRunningBot();
});
afterAll(() => bot.close());

const weights = 'NIMBIQ 30%, GROCEM 60%';

describe('/risk, end to end', () => {
  it('answers in private with each share of the tail, stress, and a picture', async () => {
    const asked = bot.discord.slash('risk', { weights, universe: 'sample', horizon: 5, shock: 'NIMBIQ -8%' });
    const { text, pictures } = await privateAnswer(asked);
    for (const part of [
      'Risk of a split · 5 trading days · sample',
      'NIMBIQ is 30.0% of the money and',
      'Asked: NIMBIQ 30%, GROCEM 60%; 5 trading days, alpha 95%.',
      'cash',
      'If NIMBIQ -8%',
      'Fall together',
      'Worst 5 trading days',
      'Worst scenarios',
      'In the past',
      'Not investment advice',
    ]) {
      expect(text).toContain(part);
    }
    expect(pictures).toEqual([expect.stringMatching(/^risk\.png: .*NIMBIQ 30\.0% and/)]);
    // What somebody holds is nobody's business.
    expect(bot.log()).not.toContain('GROCEM 60%');
  });

  it.each([
    [{ universe: 'sample' }, 'Say what is held'],
    [{ weights: 'NIMBIQ 80%, GROCEM 60%', universe: 'sample' }, 'must sum to 100% at most'],
    [{ weights: 'NIMBIQ 100%' }, 'weights names NIMBIQ alone'],
    [
      { weights, universe: 'sample', horizon: 5, shock: 'GROCEM -90%' },
      'the largest such move that happens often enough',
    ],
  ])('tells bad input %j in private', async (options, sentence) => {
    const message = await bot.discord.slash('risk', options).answer(PATIENCE);
    expect(message.ephemeral).toBe(true);
    expect(textOf(message)).toContain(sentence);
  });

  it('is explained by /help', async () => {
    expect(textOf(await bot.discord.slash('help').answer())).toContain('/risk weights:');
  });
});

describe('/allocate with views, end to end', () => {
  it('says what the views leave, and that the record does not cover it', async () => {
    const asked = bot.discord.slash('allocate', {
      loss: '6%',
      universe: 'sample',
      horizon: 5,
      views: 'GROCEM +2%, AURIGO < GROCEM',
    });
    const text = textOf(await asked.answer(PATIENCE));
    expect(text).toContain('views GROCEM +2%, AURIGO < GROCEM');
    expect(text).toContain('errors of simulation are');
    expect(text).toContain('It does not cover answers with views.');
  });
});
