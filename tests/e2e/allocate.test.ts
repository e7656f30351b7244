import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript, startBotProcess, type BotProcess } from '../support/bot-process.ts';
import { environmentOf } from '../support/discord/environment.ts';
import { buttonsOf, startDiscord, textOf, type Discord } from '../support/discord/stand-in.ts';
import { temporaryHome } from '../support/tailcap.ts';
import { chartBody, startVendor, weekdayBars, type Vendor } from '../support/vendor.ts';

/** Time for an answer that has to draw 15,000 scenarios on a busy machine. */
const PATIENCE = 60_000;

const { home, remove } = temporaryHome();
const shippedModels = fileURLToPath(new URL('../../models/sample', import.meta.url));

let discord: Discord;
let vendor: Vendor;
let bot: BotProcess;
let env: Record<string, string>;
let deployment: Awaited<ReturnType<typeof runScript>>;

/** A market of its own for a symbol: prices that move differently from the others'. */
const market = (seed: number) =>
  chartBody(
    weekdayBars('2023-01-02', 520).map(([day], t) => [day, 100 + 5 * Math.sin(seed * t) + 3 * Math.cos(t * t * seed)]),
  );

async function start(): Promise<BotProcess> {
  const started = startBotProcess(env);
  await discord.until(() => (started.log().includes('logged in') ? true : undefined), 'the bot to log in', PATIENCE);
  return started;
}

beforeAll(async () => {
  discord = await startDiscord();
  vendor = await startVendor();
  const models = `${home}/models`;
  cpSync(shippedModels, `${models}/sample`, { recursive: true });
  mkdirSync(`${home}/data`);
  env = {
    ...environmentOf(discord),
    STORE_URL: `sqlite:${home}/data/tailcap.sqlite`,
    MODELS_DIR: models,
    YAHOO_URL: vendor.url,
  };
  for (const ticker of ['TSLA', 'NVDA', 'AAPL', 'MSFT', 'AMZN', 'SHOP', 'NFLX', 'NKE', 'PEP', 'JPM', 'UNH', 'BA']) {
    vendor.answer(ticker, [{ body: market(ticker.charCodeAt(0) + ticker.charCodeAt(1)) }]);
  }
  deployment = await runScript('discord/deploy.ts', env);
  bot = await start();
}, PATIENCE);

afterAll(async () => {
  await bot.stop();
  await discord.close();
  await vendor.close();
  remove();
});

let members = 0;
/** A member may use expensive commands six times a minute, which is less than these tests do. */
const newMember = (): string => String(200000000000000000n + BigInt((members += 1)));

const ask = (options: Record<string, string | number | boolean>, userId = newMember()) =>
  discord.slash('allocate', options, { userId });
const sample = { loss: '8%', universe: 'sample' };

describe('/allocate, end to end', () => {
  it('is deployed with the other commands', () => {
    expect(deployment).toMatchObject({ code: 0, output: expect.stringContaining('/allocate') });
    expect(discord.deployed('guild').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['allocate', 'frontier', 'help', 'about']),
    );
  });

  it(
    'answers in private with weights, risk and a picture',
    async () => {
      const asked = ask({ ...sample, horizon: 21, alpha: '95%', amount: 10_000 });
      const { ms, ephemeral } = await asked.acknowledged();
      expect(ms).toBeLessThan(1000);
      expect(ephemeral).toBe(true);
      const message = await asked.answer(PATIENCE);
      const text = textOf(message);
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
      expect(message.files[0]).toMatchObject({ name: 'allocation.png', description: expect.stringContaining('CVaR') });
      expect(
        Buffer.from(message.files[0]?.bytes ?? [])
          .subarray(1, 4)
          .toString(),
      ).toBe('PNG');
    },
    PATIENCE,
  );

  it(
    'shows a public answer to everyone',
    async () => {
      const asked = ask({ ...sample, public: true });
      expect((await asked.acknowledged()).ephemeral).toBe(false);
      expect((await asked.answer(PATIENCE)).ephemeral).toBe(false);
    },
    PATIENCE,
  );

  it(
    'answers an impossible limit with the smallest one; both buttons work after a restart, for the asker alone',
    async () => {
      const userId = newMember();
      const asked = ask({ ...sample, loss: '2%' }, userId);
      const message = await asked.answer(PATIENCE);
      expect(textOf(message)).toMatch(/^No split keeps a limit of 2%/);
      const [minimum, smallest] = buttonsOf(message);
      expect(minimum?.label).toBe('Show minimum risk');
      expect(smallest?.label).toMatch(/^Try \d+(\.\d{1,2})?%$/);

      expect(await bot.stop()).toBe(0);
      bot = await start();

      const least = await discord.press(minimum?.customId ?? '', { userId }).answer(PATIENCE);
      expect(textOf(least)).toMatch(/^Least risky split/);
      const kept = await discord.press(smallest?.customId ?? '', { userId }).answer(PATIENCE);
      expect(textOf(kept)).toContain(`Split within ${smallest?.label.slice(4)}`);

      const stranger = { userId: '111111111111111111', isUnseen: true };
      const refused = discord.press(minimum?.customId ?? '', stranger);
      expect((await refused.acknowledged()).ephemeral).toBe(true);
      expect(textOf(await refused.answer())).toContain('Only the person who asked');
    },
    3 * PATIENCE,
  );

  it(
    'says which bound holds the smallest limit up, and a button tries it without',
    async () => {
      const userId = newMember();
      const message = await ask({ ...sample, loss: '7%', min_weight: '7%' }, userId).answer(PATIENCE);
      expect(textOf(message)).toMatch(/^No split within these bounds keeps a limit of 7%/);
      expect(textOf(message)).toMatch(/Without at least 7% per asset a limit of \d\.\d\d% could be kept\./);
      const without = buttonsOf(message).find(({ label }) => label.includes('without'));
      expect(without?.label).toMatch(/^Try \d(\.\d+)?% without at least 7% per asset$/);
      const tried = textOf(await discord.press(without?.customId ?? '', { userId }).answer(PATIENCE));
      expect(tried).toMatch(/^Split within \d/);
      expect(tried).toContain('Your limit binds: over 21 trading days one more point of limit is worth +');
    },
    2 * PATIENCE,
  );

  it(
    'names the constraints that contradict each other, and what would mend each',
    async () => {
      const constraints = 'AURIGO <= 20%; NIMBIQ + AURIGO >= 30%; NIMBIQ <= 5%';
      const message = await ask({ ...sample, constraints }).answer(PATIENCE);
      expect(textOf(message).replaceAll('\\', '')).toContain(
        'No split keeps AURIGO <= 20%, NIMBIQ + AURIGO >= 30% and NIMBIQ <= 5% at once: AURIGO <= 25% would do, or NIMBIQ + AURIGO >= 25% or NIMBIQ <= 10%.',
      );
    },
    PATIENCE,
  );

  it('offers universes while they are typed', async () => {
    const typed = discord.autocomplete('allocate', { loss: '8%', universe: 'us' }, 'universe');
    await typed.acknowledged();
    expect(typed.choices?.map(({ value }) => value)).toEqual(['us12']);
  });

  it.each([
    [{ ...sample, loss: '1' }, 'a bare 1 is unclear'],
    [{ ...sample, alpha: '30%' }, 'alpha must lie between 50% and 99.9%'],
    [{ loss: '8%', universe: 'nikkei' }, 'universe takes one of sample, us12; got "nikkei"'],
    [{ loss: '8%' }, 'Say which assets to split over'],
    [{ ...sample, tickers: 'AAPL, MSFT' }, 'either universe or tickers'],
    [{ loss: '8%', tickers: 'AAPL' }, '2 to 60 different symbols'],
  ])('tells bad input %j in private, although the answer was to be public', async (options, sentence) => {
    const asked = ask({ ...options, public: true });
    expect((await asked.acknowledged()).ephemeral).toBe(true);
    expect(textOf(await asked.answer())).toContain(sentence);
  });

  it(
    'tells a ticker that does not exist, in private, and removes the public deferral',
    async () => {
      const asked = ask({ loss: '8%', tickers: 'AAPL, NOSUCH', public: true });
      expect((await asked.acknowledged()).ephemeral).toBe(false);
      const message = await asked.answer(PATIENCE);
      expect(message.ephemeral).toBe(true);
      expect(asked.isDeleted).toBe(true);
      expect(textOf(message)).toContain('NOSUCH');
    },
    PATIENCE,
  );

  it(
    'tells a fault by an id that the log has, and keeps what was asked out of the log',
    async () => {
      // A directory of models that cannot be read, as it leads to itself: whatever the member asks, a fault of ours.
      const models = `${home}/models/us12`;
      symlinkSync('us12', models);
      const asked = ask({ loss: '7.77%', universe: 'us12', amount: 424_242, public: true });
      const message = await asked.answer(PATIENCE);
      rmSync(models);
      expect(message.ephemeral).toBe(true);
      expect(asked.isDeleted).toBe(true);
      const [, id = 'none'] = /fault ([0-9a-f]{6})/.exec(textOf(message)) ?? [];
      await discord.until(() => bot.log().includes(id) || undefined, 'the fault in the log');
      for (const secret of [discord.token, '424242', '0.0777', '7.77']) expect(bot.log()).not.toContain(secret);
    },
    PATIENCE,
  );

  it(
    'says when the vendor is down and nothing is stored',
    async () => {
      // For so long that nobody waits for it, as the test need not either.
      const down = { status: 503, body: 'no', headers: { 'retry-after': '600' } };
      vendor.answer('DOWN1', [down]);
      vendor.answer('DOWN2', [down]);
      const message = await ask({ loss: '8%', tickers: 'DOWN1, DOWN2' }).answer(PATIENCE);
      expect(textOf(message)).toContain('Yahoo Finance did not give prices');
    },
    PATIENCE,
  );

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

  it(
    'shows the trades from what a member has saved, in private',
    async () => {
      const userId = newMember();
      const held = { holdings: 'NIMBIQ 10, GROCEM 5.5, KO 3, cash 500 USD' };
      const set = discord.slash('holdings set', held, { userId });
      expect((await set.acknowledged()).ephemeral).toBe(true);
      expect(textOf(await set.answer())).toMatch(/NIMBIQ +10\nGROCEM +5.5/);
      const text = textOf(await ask({ ...sample, holdings: 'saved' }, userId).answer(PATIENCE));
      for (const part of [
        'What you hold today of these assets has a CVaR of',
        'Held today',
        'sell 10 NIMBIQ for 960.25 USD',
        'KO is not',
      ]) {
        expect(text).toContain(part);
      }
      expect(bot.log()).not.toMatch(/NIMBIQ|GROCEM/);
    },
    PATIENCE,
  );

  it('explains itself', async () => {
    expect(textOf(await discord.slash('help').answer())).toContain('/allocate loss:8%');
    expect(textOf(await discord.slash('about').answer())).toContain('sample (filtered): until 2025-12-31');
  });

  it('sent nothing that Discord would refuse, and asked for nothing that the stand-in does not know', () => {
    expect(discord.violations).toEqual([]);
    expect(discord.unknownRequests()).toEqual([]);
  });
});
