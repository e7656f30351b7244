import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { risk } from '../../../src/commands/risk/slash.ts';
import { parseHoldings } from '../../../src/parse-holdings.ts';
import { startMarket, type Market } from '../../support/market.ts';
import { createTestApp, type TestApp } from '../../support/test-bot.ts';
import { answerOf } from '../asking.ts';

const GUILD = '300000000000000001';
const tickers = ['AAA', 'BBB', 'CCC'];

let market: Market;
let test: TestApp;

beforeAll(async () => {
  market = await startMarket();
  // From 2021 on, so that the months of 2022 are whole.
  market.list(tickers, { days: 680 });
  test = createTestApp({ ...market.app, clock: { now: () => Date.UTC(2024, 3, 20) } });
  await test.app.guilds.update(GUILD, (record) => ({
    ...record,
    universes: [{ name: 'three', tickers, createdAt: '2024-01-01T00:00:00Z' }],
    settings: { universe: 'three', constraints: [{ kind: 'max-weight', weight: 0.4 }] },
  }));
});
afterAll(() => market.close());

async function parsed(options: Record<string, string>) {
  const asked = await test.invocation();
  return risk.parse(options, asked).read(asked);
}

describe('/risk', () => {
  it('replays the named months that the prices have, and only those', async () => {
    const text = await answerOf(risk, test, { weights: 'AAA 30%, BBB 60%', horizon: 5 });
    expect(text).toMatch(/2022-01 to 2022-09, inflation +[−+]\d+\.\d+%, deepest fall \d+\.\d%; BBB .*AAA /);
    expect(text).not.toContain('the pandemic');
    expect(text).toContain('Worst 5 trading days');
  });

  it("takes the server's universe where it has all that is held, and none of its bounds", async () => {
    const usual = await parsed({ weights: 'AAA 90%' });
    expect(usual.universe).toMatchObject({ kind: 'tickers', name: 'three' });
    expect(usual.mandate.constraints).toEqual([]);
    const own = await parsed({ weights: 'AAA 50%, DDD 50%' });
    expect(own.universe).toEqual({ kind: 'tickers', tickers: ['AAA', 'DDD'] });
    const chosen = await parsed({ weights: 'AAA 50%', universe: 'us12' });
    expect(chosen.universe).toEqual({ kind: 'named', name: 'us12' });
    await expect(parsed({ weights: 'DDD 50%' })).rejects.toThrow('weights names DDD alone');
  });

  it('takes what is held by units, or what the member has saved', async () => {
    const typed = await answerOf(risk, test, { holdings: 'AAA 10, BBB 5, cash 100', horizon: 5 });
    await expect(answerOf(risk, test, { holdings: 'saved', horizon: 5 })).rejects.toThrow('You have no holdings saved');
    const { memberId } = await test.invocation();
    const held = parseHoldings('AAA 10, BBB 5, cash 100', 'holdings');
    await test.app.savedHoldings.set(memberId, { held, savedAt: '2024-04-20T00:00:00Z' });
    expect(await answerOf(risk, test, { holdings: 'saved', horizon: 5 })).toBe(typed);
    expect(typed).toContain('Asked: what is held; 5 trading days');
  });
});
