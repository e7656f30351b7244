import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript, startBotProcess, type BotProcess } from '../support/bot-process.ts';
import { environmentOf } from '../support/discord/environment.ts';
import { startDiscord, textOf, type Discord } from '../support/discord/stand-in.ts';
import { temporaryHome } from '../support/tailcap.ts';

/** Time for an answer that has to draw 15,000 scenarios on a busy machine. */
const PATIENCE = 60_000;

const { home, remove } = temporaryHome();
let discord: Discord;
let bot: BotProcess;

beforeAll(async () => {
  discord = await startDiscord();
  const env = {
    ...environmentOf(discord),
    STORE_URL: `sqlite:${home}/tailcap.sqlite`,
  };
  await runScript('discord/deploy.ts', env);
  bot = startBotProcess(env);
  await discord.until(() => (bot.log().includes('logged in') ? true : undefined), 'the bot to log in', PATIENCE);
}, PATIENCE);

afterAll(async () => {
  await bot.stop();
  await discord.close();
  remove();
});

const ask = (options: Record<string, string | number | boolean>) => discord.slash('frontier', options);

describe('/frontier, end to end', () => {
  it(
    'answers in private with a table, what is marked, and a picture',
    async () => {
      const asked = ask({ universe: 'sample', horizon: 5, loss: '4%' });
      const { ms, ephemeral } = await asked.acknowledged();
      expect(ms).toBeLessThan(1000);
      expect(ephemeral).toBe(true);
      const message = await asked.answer(PATIENCE);
      const text = textOf(message);
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
      const [picture] = message.files;
      expect(picture).toMatchObject({ name: 'frontier.png', description: expect.stringContaining('CVaR') });
      const signature = Buffer.from(picture?.bytes ?? []).subarray(1, 4);
      expect(signature.toString()).toBe('PNG');
    },
    PATIENCE,
  );

  it(
    'needs no limit, and says when one cannot be kept',
    async () => {
      const [plain, low] = [
        ask({ universe: 'sample', horizon: 5, public: true }),
        ask({ universe: 'sample', horizon: 5, loss: '1%' }),
      ];
      expect((await plain.acknowledged()).ephemeral).toBe(false);
      expect(textOf(await plain.answer(PATIENCE))).not.toContain('limit of');
      expect(textOf(await low.answer(PATIENCE))).toContain('No split keeps a limit of 1%');
    },
    PATIENCE,
  );

  it.each([
    [{ universe: 'sample', loss: '1' }, 'a bare 1 is unclear'],
    [{ loss: '8%' }, 'Say which assets to split over'],
    [{ universe: 'sample', horizon: 5, max_weight: '5%' }, 'raise max_weight'],
  ])('tells bad input %j in private', async (options, sentence) => {
    const message = await ask({ ...options, public: true }).answer(PATIENCE);
    expect(message.ephemeral).toBe(true);
    expect(textOf(message)).toContain(sentence);
  });

  it('offers universes while they are typed', async () => {
    const typed = discord.autocomplete('frontier', { universe: 'us' }, 'universe');
    await typed.acknowledged();
    expect(typed.choices?.map(({ value }) => value)).toEqual(['us12']);
  });

  it('is explained by /help', async () => {
    expect(textOf(await discord.slash('help').answer())).toContain('/frontier universe:us12');
  });

  it('sent nothing that Discord would refuse, and asked for nothing that the stand-in does not know', () => {
    expect(discord.violations).toEqual([]);
    expect(discord.unknownRequests()).toEqual([]);
  });
});
