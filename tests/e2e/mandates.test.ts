import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buttonsOf, textOf, type SentInteraction } from '../support/discord/stand-in.ts';
import { inOneLine, mandateLines } from '../support/readme.ts';
import { startRunningBot, stranger, type RunningBot } from '../support/stage.ts';
import { chartBody, weekdayBars } from '../support/vendor.ts';
import { PATIENCE, privateAnswer } from './private-answer.ts';

/** What the README quotes of the answer to each of its lines; the same is asked here. */
const [few, contradiction, impossible, trades, risk] = mandateLines().map(({ quotes }) => quotes);

const TICKERS = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE'];

let bot: RunningBot;
beforeAll(async () => {
  bot = await startRunningBot();
  for (const [seed, ticker] of TICKERS.entries()) {
    const bars = weekdayBars('2023-01-02', 520).map(
      ([day], t) => [day, 100 + 5 * Math.sin((seed + 2) * t) + 3 * Math.cos(t * t * (seed + 1))] as const,
    );
    bot.vendor.answer(ticker, [{ body: chartBody(bars) }]);
  }
});
afterAll(() => bot.close());

const sample = { loss: '8%', universe: 'sample' };
type Options = Parameters<RunningBot['discord']['slash']>[1];
const slash = (name: string, options: Options, who = stranger()): SentInteraction =>
  bot.discord.slash(name, options, who);
/** As people read it, in one line. */
const read = async (asked: SentInteraction): Promise<string> => inOneLine((await privateAnswer(asked)).text);

describe("the README's mandates, end to end", () => {
  it('keep a group and a number of assets within the limit', async () => {
    const constraints = 'NIMBIQ + PIXELO + VOLTEQ <= 20%';
    const text = await read(slash('allocate', { ...sample, constraints, max_assets: '4' }));
    for (const quote of few ?? []) expect(text).toContain(quote);
    expect(text).toContain('Asked: limit 8%, 21 trading days, alpha 95%, NIMBIQ + PIXELO + VOLTEQ <= 20%, at most 4');
  });

  it("keep a group of the server's own universe", async () => {
    const { discord } = bot;
    expect(await read(discord.slash('universe create', { name: 'own', tickers: TICKERS.join(', ') }))).toContain('own');
    const group = { name: 'own', group: 'first: AAA BBB CCC' };
    expect(await read(discord.slash('universe group', group))).toContain('first');
    const own = { universe: 'own', horizon: 5, loss: '50%' };
    const typed = discord.autocomplete('allocate', { ...own, constraints: 'fir' }, 'constraints');
    await typed.acknowledged();
    expect(typed.choices?.map(({ value }) => value)).toContain('first');

    const kept = await read(slash('allocate', { ...own, constraints: 'first <= 20%', max_assets: '3' }));
    expect(kept).toContain('first <= 20%, at most 3 assets');
    const weights = [...kept.matchAll(/\b(AAA|BBB|CCC|DDD|EEE) (\d+\.\d)%/g)].map(([, ticker = '', weight]) => ({
      isFirst: TICKERS.indexOf(ticker) < 3,
      weight: Number(weight),
    }));
    expect([1, 2, 3]).toContain(weights.length);
    const inFirst = weights.filter(({ isFirst }) => isFirst);
    expect(inFirst.reduce((sum, { weight }) => sum + weight, 0)).toBeLessThan(20.2);

    const against = await read(slash('allocate', { ...own, constraints: 'first <= 10%', min_weight: '5%' }));
    expect(against).toContain(contradiction?.join(' ').replaceAll('tech', 'first'));
  });

  it('say what would mend constraints that contradict each other', async () => {
    const constraints = 'NIMBIQ + PIXELO + VOLTEQ <= 10%';
    const text = await read(slash('allocate', { ...sample, constraints, min_weight: '5%' }));
    expect(text).toContain(contradiction?.join(' ').replaceAll('tech', 'NIMBIQ + PIXELO + VOLTEQ'));
  });

  it('name what holds up the smallest limit, and buttons try each', async () => {
    const who = stranger();
    const asked = slash('allocate', { ...sample, loss: '2%', constraints: 'NIMBIQ >= 10%' }, who);
    const text = await read(asked);
    for (const quote of impossible ?? []) expect(text).toContain(quote);
    const [, smallest, without] = /can be kept is ([\d.]+%).* a limit of ([\d.]+%) could be kept/.exec(text) ?? [];
    const buttons = buttonsOf(await asked.answer());
    expect(buttons.map(({ label }) => label)).toEqual([
      'Show minimum risk',
      `Try ${smallest}`,
      `Try ${without} without NIMBIQ >= 10%`,
    ]);
    const pressed: string[] = [];
    for (const { customId } of buttons) pressed.push(await read(bot.discord.press(customId, who)));
    expect(pressed).toEqual([
      expect.stringMatching(/^Least risky split .*, NIMBIQ >= 10%, strategy minimum-cvar\. .* NIMBIQ 10\.0%/),
      expect.stringMatching(`^Split within ${smallest} .*, NIMBIQ >= 10%\\. .* NIMBIQ 10\\.0%`),
      expect.stringMatching(`^Split within ${without} (?!.*NIMBIQ >= 10%).* one more point of limit is worth \\+`),
    ]);
  });

  it('trade no more than they may from what is held, which is saved, shown and forgotten', async () => {
    const who = stranger();
    const held = 'AURIGO 100, NIMBIQ 50, cash 5000 USD';
    const bounded = { ...sample, max_turnover: '30%', cost: '0.1%' };
    const typed = await read(slash('allocate', { ...bounded, holdings: held }, who));
    for (const quote of trades ?? []) expect(typed).toContain(quote);
    expect(typed).toContain('at most 30% traded, costs of 0.1%');

    expect(await read(slash('holdings set', { holdings: held }, who))).toContain('AURIGO 100 NIMBIQ 50 Cash USD 5,000');
    expect(await read(slash('holdings show', {}, who))).toContain('NIMBIQ 50');
    const saved = await read(slash('allocate', { ...bounded, holdings: 'saved' }, who));
    for (const quote of trades ?? []) expect(saved).toContain(quote);
    expect(await read(slash('holdings forget', {}, who))).toContain('Your holdings are deleted');
    const none = textOf(await slash('allocate', { ...bounded, holdings: 'saved' }, who).answer(PATIENCE));
    expect(none).toContain('You have no holdings saved');
    expect(bot.log()).not.toMatch(/AURIGO|\b5000\b/);
  });

  it('show where the risk of a split comes from, and a shock, in words and in a picture', async () => {
    const weights = 'NIMBIQ 30%, GROCEM 60%';
    const { text, pictures } = await privateAnswer(
      slash('risk', { universe: 'sample', weights, shock: 'NIMBIQ -20%' }),
    );
    for (const quote of risk ?? []) expect(inOneLine(text)).toContain(quote);
    expect(text).toContain('If NIMBIQ -20%');
    expect(pictures).toEqual([expect.stringMatching(/^risk\.png: .*NIMBIQ 30\.0% and 55\.5%/)]);
  });
});
