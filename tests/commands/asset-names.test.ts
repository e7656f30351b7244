// Every option reads the name of an asset alike. tests/terminal/asset-names.test.ts is the same in the terminal.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allocate } from '../../src/commands/allocate/slash.ts';
import { risk } from '../../src/commands/risk/slash.ts';
import { readRiskRequest } from '../../src/commands/risk/read-request.ts';
import { startMarket, type Market } from '../support/market.ts';
import { createTestApp, type TestApp } from '../support/test-bot.ts';
import { answerOf } from './asking.ts';

const GUILD = '300000000000000001';
const tickers = ['BRK-B', 'BTC-USD', 'AAA'];

let market: Market;
let test: TestApp;

beforeAll(async () => {
  market = await startMarket();
  market.list(tickers);
  test = createTestApp(market.app);
  await test.app.guilds.update(GUILD, (record) => ({
    ...record,
    universes: [{ name: 'mine', tickers, createdAt: '2024-01-01T00:00:00Z' }],
    settings: { universe: 'mine' },
  }));
});
afterAll(() => market.close());

const askRisk = (weights: string) => answerOf(risk, test, { weights, shock: 'BTC -1%', horizon: 5 });
const split = (options: Record<string, string>) =>
  answerOf(allocate, test, { universe: 'mine', loss: '50%', horizon: 5, ...options });

describe('the name of an asset', () => {
  it("is known in the server's universe by another spelling, and so are weights and a shock; cash is no asset", async () => {
    const text = await askRisk('BRK.B 40%, $btc 30%, cash 10%');
    expect(text).toMatch(/mine/);
    expect(text).toMatch(/BTC-USD +30\.0%/);
    expect(text).toMatch(/BRK-B +40\.0%/);
    expect(text).toMatch(/cash +30\.0%/);
    expect(text).toContain('If BTC-USD -1%');
    expect(text).not.toContain('CASH is');
  });

  it('is in the universe that is asked about, and cash is not bought', async () => {
    const place = { universes: test.app.universes, settings: {} };
    const { universe } = readRiskRequest({ weights: 'KO 40%, PEP 30%, cash 30%' }, place);
    expect(universe).toEqual({ kind: 'tickers', tickers: ['KO', 'PEP'] });
    expect(() => readRiskRequest({ weights: 'AAA 40%, cash 30%' }, place)).toThrow('weights names AAA alone');
  });

  it('is refused where it comes twice, or is not there', async () => {
    await expect(askRisk('BRK.B 40%, BRK-B 30%')).rejects.toThrow('weights names BRK-B twice');
    await expect(answerOf(risk, test, { weights: 'KO 40%', universe: 'mine' })).rejects.toThrow(
      'weights names KO, which is none of these assets: BRK-B, BTC-USD, AAA.',
    );
    await expect(split({ views: 'KO > AAA' })).rejects.toThrow('views names KO, which is none of these assets');
  });

  it('is read alike in constraints, views and holdings', async () => {
    const text = await split({
      constraints: 'BRK.B = 50%; btc <= 10%',
      views: '$BTC > -50%',
      holdings: '$BRK.B 3, BTC 0.1, cash 100',
    });
    expect(text).toMatch(/BRK-B +50\.0/);
    expect(text).toContain('BRK.B = 50%');
    expect(text).not.toContain('not among these assets');
  });
});
