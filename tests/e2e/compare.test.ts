import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../support/discord/stand-in.ts';
import { startRunningBot, type RunningBot } from '../support/stage.ts';
import { PATIENCE, privateAnswer } from './private-answer.ts';

let bot: RunningBot;
beforeAll(async () => {
  bot = await startRunningBot();
});
afterAll(() => bot.close());

describe('/compare, end to end', () => {
  it('answers in private with what strategies came to beside equal weights, and two pictures', async () => {
    const options = { universe: 'sample', strategies: 'minimum-cvar', from: '2025-08-01', retrain: 252, limits: '6%' };
    const { text, pictures } = await privateAnswer(bot.discord.slash('compare', options));
    for (const part of [
      'Comparison · 2 strategies · 21 trading days · sample',
      'equal weights (1/N)',
      'Asked: limit 6%, 21 trading days, alpha 95%.',
      'Tail',
      '2025-08-01 to',
      'sample market (synthetic)',
      'Nothing is tuned on this comparison. Not investment advice.',
    ]) {
      expect(text).toContain(part);
    }
    expect(pictures).toEqual([
      expect.stringMatching(/^compare-equity\.png: .*minimum-cvar .* per year, drawdown/),
      expect.stringMatching(/^compare-weights\.png: .*sample/),
    ]);
  });

  it('tells bad input in private', async () => {
    const message = await bot.discord.slash('compare', { universe: 'sample', limits: '4%, 8%' }).answer(PATIENCE);
    expect(message.ephemeral).toBe(true);
    expect(textOf(message)).toContain('limits takes one limit for all strategies');
  });

  it('is explained by /help', async () => {
    expect(textOf(await bot.discord.slash('help').answer())).toContain('/compare universe:');
  });
});
