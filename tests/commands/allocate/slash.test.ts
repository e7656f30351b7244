import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allocate } from '../../../src/commands/allocate/slash.ts';
import type { Options } from '../../../src/commands/options.ts';
import { STRATEGIES } from '../../../src/engine/strategies/index.ts';
import { shortPercent } from '../../../src/format.ts';
import type { Reply } from '../../../src/reply.ts';
import { startMarket, type Market } from '../../support/market.ts';
import { createTestApp, type TestApp } from '../../support/test-bot.ts';
import { replyOf } from '../asking.ts';
import { openRequests } from '../../../src/commands/allocate/buttons.ts';
import { brokenStore } from '../../support/broken-store.ts';

const TICKERS = 'AAA, BBB, CCC';

let market: Market;
let test: TestApp;
beforeAll(async () => {
  market = await startMarket();
  market.list(['AAA', 'BBB', 'CCC']);
  test = createTestApp(market.app);
});
afterAll(() => market.close());

async function ask(options: Options): Promise<Reply> {
  const asked = await test.invocation();
  return replyOf(allocate, allocate.parse({ tickers: TICKERS, ...options }, asked), asked);
}

async function press({ buttons = [] }: Reply, label: string): Promise<Reply> {
  const { key } = buttons.find((button) => button.label.startsWith(label))!;
  const asked = await test.invocation();
  return replyOf(allocate, await allocate.press!(key, asked), asked);
}

const weightsOf = ({ table = [] }: Reply): string[] => table.slice(1).map((row) => row.split(/ +/)[1] ?? '');

const fieldsOf = ({ fields = [] }: Reply) => Object.fromEntries(fields.map(({ name, value }) => [name, value]));

describe('/allocate constraints:', () => {
  it('knows the ETFs among its tickers by their vendor', async () => {
    market.list(['EEE'], { instrumentType: 'ETF' });
    const reply = await ask({ tickers: `${TICKERS}, EEE`, loss: '90%', constraints: 'etf >= 45%; etf <= 45%' });
    expect(reply.table?.find((row) => row.startsWith('EEE'))).toMatch(/EEE +45\.0%/);
    await expect(ask({ loss: '90%', constraints: 'etf <= 20%' })).rejects.toThrow('`etf` is none of these assets');
  });
});

describe('/allocate strategy:', () => {
  it('gives the same answer by default as for the default strategy', async () => {
    const [plain, named] = [await ask({ loss: '90%' }), await ask({ loss: '90%', strategy: 'cvar-lstm' })];
    expect(plain).toMatchObject({ tone: 'answer', title: `Split within 90% · 21 trading days · ${TICKERS}` });
    expect(named).toEqual(plain);
  });

  it('splits equally', async () => {
    const reply = await ask({ loss: '90%', strategy: 'equal-weight' });
    expect(reply).toMatchObject({ tone: 'answer', title: `Equal weights · 21 trading days · ${TICKERS}` });
    expect(weightsOf(reply)).toEqual(['33.3%', '33.3%', '33.3%']);
    expect(reply.body).toContain('within the limit of 90%');
    expect(reply).not.toHaveProperty('buttons');
  });

  it('says that equal weights are above the limit, and offers buttons for splits that keep one', async () => {
    const reply = await ask({ loss: '0.01%', strategy: 'equal-weight' });
    expect(reply).toMatchObject({
      tone: 'warning',
      title: `Equal weights: above the limit of 0.01% · 21 trading days · ${TICKERS}`,
    });
    expect(weightsOf(reply)).toEqual(['33.3%', '33.3%', '33.3%']);
    expect(await press(reply, 'Show minimum risk')).toMatchObject({
      tone: 'answer',
      title: `Least risky split · 21 trading days · ${TICKERS}`,
    });
    // The limit that this strategy keeps, which is above the smallest of all splits.
    expect(await press(reply, 'Try ')).toMatchObject({
      tone: 'answer',
      title: `Equal weights · 21 trading days · ${TICKERS}`,
    });
  });

  it('splits with the least risk, whether that keeps the limit or not', async () => {
    const [kept, broken] = [
      await ask({ loss: '90%', strategy: 'minimum-cvar' }),
      await ask({ loss: '0.01%', strategy: 'minimum-cvar' }),
    ];
    expect(kept).toMatchObject({ tone: 'answer', title: `Least risky split · 21 trading days · ${TICKERS}` });
    expect(broken).toMatchObject({
      tone: 'warning',
      title: `No split keeps a limit of 0.01% · 21 trading days · ${TICKERS}`,
    });
    expect(broken.table).toEqual(kept.table);
    expect((await ask({ loss: '0.01%' })).table).toEqual(kept.table);
  });

  it('refuses an unknown strategy, and lists the known ones', async () => {
    await expect(ask({ loss: '8%', strategy: 'momentum' })).rejects.toThrow(
      expect.objectContaining({
        name: 'UserError',
        option: 'strategy',
        message: `There is no strategy "momentum": expected one of ${STRATEGIES.map(({ id }) => id).join(', ')}.`,
      }),
    );
  });
});

/** The smallest limit that can be kept without bounds. */
async function leastRisky(): Promise<number> {
  const field = fieldsOf(await ask({ loss: '90%' }))['Smallest limit that can be kept'];
  return Number.parseFloat(field ?? '') / 100;
}

describe('/allocate min_weight:', () => {
  it('says without which bound a limit could be kept, and has a button that tries it', async () => {
    const minimum = await leastRisky();
    const bounds = { min_weight: '33%' };
    const limit = shortPercent(Math.ceil((minimum + 1e-4) * 1e4) / 1e4);
    const reply = await ask({ loss: limit, ...bounds });
    expect(reply.title).toMatch(/^No split within these bounds keeps a limit/);
    expect(reply.body).toMatch(/Without at least 33% per asset a limit of \d+\.\d\d% could be kept\./);
    const tried = await press(reply, `Try ${limit} without at least 33% per asset`);
    expect(tried).toMatchObject({ tone: 'answer', title: `Split within ${limit} · 21 trading days · ${TICKERS}` });
    expect(tried.body).not.toContain('33%');
  });

  it('says what binds, and what one more point is worth', async () => {
    const minimum = await leastRisky();
    const limit = shortPercent(Math.ceil((minimum + 2e-4) * 1e4) / 1e4);
    expect(fieldsOf(await ask({ loss: limit }))['What binds']).toMatch(
      /^Your limit binds: over 21 trading days one more point of limit is worth \+\d+\.\d\d%\.$/,
    );
    expect(fieldsOf(await ask({ loss: '90%', strategy: 'equal-weight' }))).not.toHaveProperty('What binds');
  });
});

describe('an answer whose buttons cannot be saved', () => {
  it('comes without them, and says so', async () => {
    const requests = openRequests(brokenStore());
    const asked = await test.invocation({ app: { ...test.app, requests } });
    const reply = await replyOf(allocate, allocate.parse({ tickers: TICKERS, loss: '0.01%' }, asked), asked);
    expect(reply).toMatchObject({ tone: 'warning', table: (await ask({ loss: '0.01%' })).table });
    expect(reply.body).toMatch(/\nThe buttons could not be saved\.$/);
    expect(reply).not.toHaveProperty('buttons');
  });
});

describe('/allocate amount:', () => {
  it('shows whole shares, the cash left over, and money beside percentages', async () => {
    const reply = await ask({ loss: '90%', amount: 10_000 });
    expect(reply.table?.[0]).toMatch(/^Asset +Weight +USD +Shares$/);
    expect(reply.table?.some((row) => /^Cash +[\d.]+$/.test(row))).toBe(true);
    expect(reply.body).toMatch(
      /With what 10,000\.00 USD buys, (even )?in the worst 5% of scenarios you (lose|gain) \*\*[\d.,]+ USD\*\* on average; the expected (profit|loss) is [\d.,]+ USD\./,
    );
    for (const name of ['Expected profit', 'CVaR 95%', 'Value-at-risk 95%', 'CVaR on fresh scenarios']) {
      expect(fieldsOf(reply)[name]).toMatch(/; as bought [+−]?[\d.]+%, −?[\d.,]+ USD$/);
    }
    expect((await ask({ loss: '90%' })).body).not.toContain('USD');
  });

  it('is in pounds where shares are quoted in pence', async () => {
    market.list(['AAA.L', 'BBB.L'], { currency: 'GBp' });
    const reply = await ask({ tickers: 'AAA.L, BBB.L', loss: '90%', amount: 5000 });
    expect(reply.table?.[0]).toMatch(/^Asset +Weight +GBP +Shares$/);
    expect(fieldsOf(reply).Amount).toBe('5,000.00 GBP at 100 GBp for 1 GBP.');
    const [row = ''] = reply.table?.filter((line) => /^(AAA|BBB)\.L .* 100\.0% /.test(line)) ?? [];
    // All at about a pound.
    expect(Number(row.split(/ +/).at(-1)?.replaceAll(',', ''))).toBeGreaterThan(4500);
  });

  it('is too small for a share', async () => {
    const reply = await ask({ loss: '90%', amount: 5 });
    expect(reply.body).toMatch(
      /\*\*5\.00 USD buys no share of anything\*\*; the cheapest here, a share of \w+, costs [\d.]+ USD\./,
    );
    expect(reply.table?.[0]).toMatch(/^Asset +Weight$/);
    expect(fieldsOf(reply)['Too small for a share']).toMatch(/^[\d.]+ USD buys no share of \w+ at [\d.]+/);
  });
});
