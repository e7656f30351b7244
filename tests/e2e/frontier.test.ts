import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../support/discord/stand-in.ts';
import { startRunningBot, type RunningBot } from '../support/stage.ts';
import { PATIENCE, privateAnswer } from './private-answer.ts';

let bot: RunningBot;
beforeAll(async () => {
  bot = await startRunningBot();
});
afterAll(() => bot.close());

const ask = (options: Record<string, string | number | boolean>) => bot.discord.slash('frontier', options);

describe('/frontier, end to end', () => {
  it('answers in private with a table, what is marked, and a picture', async () => {
    const { text, pictures } = await privateAnswer(ask({ universe: 'sample', horizon: 5, loss: '4%' }));
    for (const part of [
      'Efficient frontier · 5 trading days · sample',
      'Under a limit of 4%',
      'lowest',
      'equal',
      'kept by the rows above',
      'highest',
      'Smallest limit that can be kept',
      'skill',
      'sample market (synthetic)',
      'Not investment advice',
    ]) {
      expect(text).toContain(part);
    }
    expect(pictures).toEqual([expect.stringMatching(/^frontier\.png: .*CVaR/)]);
  });

  it('needs no limit, and says when one cannot be kept', async () => {
    const [plain, low] = [
      ask({ universe: 'sample', horizon: 5, public: true }),
      ask({ universe: 'sample', horizon: 5, loss: '1%' }),
    ];
    expect((await plain.acknowledged()).ephemeral).toBe(false);
    expect(textOf(await plain.answer(PATIENCE))).not.toContain('limit of');
    expect(textOf(await low.answer(PATIENCE))).toContain('No split keeps a limit of 1%');
  });

  it.each([
    [{ universe: 'sample', loss: '1' }, 'a bare 1 is unclear'],
    [{ loss: '8%' }, 'Say which assets to split over'],
    [{ universe: 'sample', horizon: 5, max_weight: '5%' }, 'at most 8.34% per asset would do'],
  ])('tells bad input %j in private', async (options, sentence) => {
    const message = await ask({ ...options, public: true }).answer(PATIENCE);
    expect(message.ephemeral).toBe(true);
    expect(textOf(message)).toContain(sentence);
  });

  it('offers universes while they are typed', async () => {
    const typed = bot.discord.autocomplete('frontier', { universe: 'us1' }, 'universe');
    await typed.acknowledged();
    expect(typed.choices?.map(({ value }) => value)).toEqual(['us12']);
  });

  it('is explained by /help', async () => {
    expect(textOf(await bot.discord.slash('help').answer())).toContain('/frontier universe:us12');
  });
});
