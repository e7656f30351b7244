import { rmSync, symlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buttonsOf, textOf } from '../support/discord/stand-in.ts';
import { startRunningBot, stranger, type RunningBot } from '../support/stage.ts';
import { chartBody, weekdayBars } from '../support/vendor.ts';
import { PATIENCE, privateAnswer } from './private-answer.ts';

let bot: RunningBot;

/** A market of its own for a symbol: prices that move differently from the others'. */
const market = (seed: number) =>
  chartBody(
    weekdayBars('2023-01-02', 520).map(([day], t) => [day, 100 + 5 * Math.sin(seed * t) + 3 * Math.cos(t * t * seed)]),
  );

beforeAll(async () => {
  bot = await startRunningBot();
  for (const ticker of ['TSLA', 'NVDA', 'AAPL', 'MSFT', 'AMZN', 'SHOP', 'NFLX', 'NKE', 'PEP', 'JPM', 'UNH', 'BA']) {
    bot.vendor.answer(ticker, [{ body: market(ticker.charCodeAt(0) + ticker.charCodeAt(1)) }]);
  }
});
afterAll(() => bot.close());

/** By default a new member: one may use expensive commands six times a minute, which is less than these tests do. */
const ask = (options: Record<string, string | number | boolean>, who = stranger()) =>
  bot.discord.slash('allocate', options, who);
const sample = { loss: '8%', universe: 'sample' };

describe('/allocate, end to end', () => {
  it('is deployed with the other commands', () => {
    expect(bot.discord.deployed('guild').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['allocate', 'frontier', 'help', 'about']),
    );
  });

  it('answers in private with weights, risk and a picture', async () => {
    const asked = ask({ ...sample, horizon: 21, alpha: '95%', amount: 10_000 });
    const { text, pictures } = await privateAnswer(asked);
    for (const part of [
      'Split within 8%',
      'CVaR 95%',
      'Value-at-risk 95%',
      'CVaR on fresh scenarios',
      'Smallest limit that can be kept',
      'skill',
      'sample market (synthetic)',
      'Cash',
      'Not investment advice',
    ]) {
      expect(text).toContain(part);
    }
    expect(pictures).toEqual([expect.stringMatching(/^allocation\.png: .*CVaR/)]);
  });

  it('shows a public answer to everyone', async () => {
    const asked = ask({ ...sample, public: true });
    expect((await asked.acknowledged()).ephemeral).toBe(false);
    expect((await asked.answer(PATIENCE)).ephemeral).toBe(false);
  });

  it(
    'answers an impossible limit with the smallest one; both buttons work after a restart, for the asker alone',
    async () => {
      const who = stranger();
      const asked = ask({ ...sample, loss: '2%' }, who);
      const message = await asked.answer(PATIENCE);
      expect(textOf(message)).toMatch(/^No split keeps a limit of 2%/);
      const [minimum, smallest] = buttonsOf(message);
      expect(minimum?.label).toBe('Show minimum risk');
      expect(smallest?.label).toMatch(/^Try \d+(\.\d{1,2})?%$/);

      expect(await bot.restart()).toBe(0);

      const least = await bot.discord.press(minimum?.customId ?? '', who).answer(PATIENCE);
      expect(textOf(least)).toMatch(/^Least risky split/);
      const kept = await bot.discord.press(smallest?.customId ?? '', who).answer(PATIENCE);
      expect(textOf(kept)).toContain(`Split within ${smallest?.label.slice(4)}`);

      const refused = bot.discord.press(minimum?.customId ?? '', { ...stranger(), isUnseen: true });
      expect((await refused.acknowledged()).ephemeral).toBe(true);
      expect(textOf(await refused.answer())).toContain('Only the person who asked');
    },
    3 * PATIENCE,
  );

  it('names the constraints that contradict each other, and what would mend each', async () => {
    const constraints = 'AURIGO <= 20%; NIMBIQ + AURIGO >= 30%; NIMBIQ <= 5%';
    const message = await ask({ ...sample, constraints }).answer(PATIENCE);
    expect(textOf(message).replaceAll('\\', '')).toContain(
      'No split keeps AURIGO <= 20%, NIMBIQ + AURIGO >= 30% and NIMBIQ <= 5% at once: AURIGO <= 25% would do, or NIMBIQ + AURIGO >= 25% or NIMBIQ <= 10%.',
    );
  });

  it('offers universes while they are typed', async () => {
    const typed = bot.discord.autocomplete('allocate', { loss: '8%', universe: 'us1' }, 'universe');
    await typed.acknowledged();
    expect(typed.choices?.map(({ value }) => value)).toEqual(['us12']);
  });

  it.each([
    [{ ...sample, loss: '1' }, 'a bare 1 is unclear'],
    [{ ...sample, alpha: '30%' }, 'alpha must lie between 50% and 99.9%'],
    [{ loss: '8%', universe: 'nikkei' }, 'universe takes one of sample, us12, gaussian; got "nikkei"'],
    [{ loss: '8%' }, 'Say which assets to split over'],
    [{ ...sample, tickers: 'AAPL, MSFT' }, 'either universe or tickers'],
    [{ loss: '8%', tickers: 'AAPL' }, '2 to 60 different symbols'],
  ])('tells bad input %j in private, although the answer was to be public', async (options, sentence) => {
    const asked = ask({ ...options, public: true });
    expect((await asked.acknowledged()).ephemeral).toBe(true);
    expect(textOf(await asked.answer())).toContain(sentence);
  });

  it('tells a ticker that does not exist, in private, and removes the public deferral', async () => {
    const asked = ask({ loss: '8%', tickers: 'AAPL, NOSUCH', public: true });
    expect((await asked.acknowledged()).ephemeral).toBe(false);
    const message = await asked.answer(PATIENCE);
    expect(message.ephemeral).toBe(true);
    expect(asked.isDeleted).toBe(true);
    expect(textOf(message)).toContain('NOSUCH');
  });

  it('tells a fault by an id that the log has, and keeps what was asked out of the log', async () => {
    // A directory of models that cannot be read, as it leads to itself: whatever the member asks, a fault of ours.
    const models = `${bot.home}/models/us12`;
    symlinkSync('us12', models);
    const asked = ask({ loss: '7.77%', universe: 'us12', amount: 424_242, public: true });
    const message = await asked.answer(PATIENCE);
    rmSync(models);
    expect(message.ephemeral).toBe(true);
    expect(asked.isDeleted).toBe(true);
    const [, id = 'none'] = /fault ([0-9a-f]{6})/.exec(textOf(message)) ?? [];
    await bot.discord.until(() => bot.log().includes(id) || undefined, 'the fault in the log');
    for (const secret of [bot.discord.token, '424242', '0.0777', '7.77']) expect(bot.log()).not.toContain(secret);
  });

  it('says when the vendor is down and nothing is stored', async () => {
    // For so long that nobody waits for it, as the test need not either.
    const down = { status: 503, body: 'no', headers: { 'retry-after': '600' } };
    bot.vendor.answer('DOWN1', [down]);
    bot.vendor.answer('DOWN2', [down]);
    const message = await ask({ loss: '8%', tickers: 'DOWN1, DOWN2' }).answer(PATIENCE);
    expect(textOf(message)).toContain('Yahoo Finance did not give prices');
  });

  it('trains a model when there is none yet, saying how far it is', async () => {
    const asked = ask({ loss: '30%', tickers: 'AAPL, MSFT', horizon: 5 });
    const message = await asked.answer(180_000);
    expect(asked.edits[0]?.content).toMatch(/^(Fetching prices|Training a model|Drawing scenarios): .*\d+% done/);
    expect(textOf(message)).toMatch(/AAPL[^]*trained until 2024-12-27 \(filtered\)/);
  }, 200_000);

  it(
    'acknowledges eight at once within a second each, and answers them all',
    async () => {
      const asked = Array.from({ length: 8 }, (_, k) => ask({ ...sample, loss: `${k + 5}%`, horizon: 10 + (k % 2) }));
      for (const one of asked) expect((await one.acknowledged()).ms).toBeLessThan(1000);
      for (const one of asked) expect(textOf(await one.answer(2 * PATIENCE))).toContain('Split within');
    },
    3 * PATIENCE,
  );

  it('shows the trades from what a member has saved, in private', async () => {
    const who = stranger();
    const held = { holdings: 'NIMBIQ 10, GROCEM 5.5, KO 3, cash 500 USD' };
    const set = bot.discord.slash('holdings set', held, who);
    expect((await set.acknowledged()).ephemeral).toBe(true);
    expect(textOf(await set.answer())).toMatch(/NIMBIQ +10\nGROCEM +5.5/);
    const text = textOf(await ask({ ...sample, holdings: 'saved' }, who).answer(PATIENCE));
    for (const part of [
      'What you hold today of these assets has a CVaR of',
      'Held today',
      'sell 10 NIMBIQ for 960.25 USD',
      '3 KO (value not known) is not',
    ]) {
      expect(text).toContain(part);
    }
    expect(bot.log()).not.toMatch(/NIMBIQ|GROCEM/);
  });

  it('explains itself', async () => {
    expect(textOf(await bot.discord.slash('help').answer())).toContain('/allocate loss:8%');
    expect(textOf(await bot.discord.slash('about').answer())).toContain('sample (filtered): until 2025-12-31');
  });
});
