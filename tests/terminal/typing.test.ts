// What people type, through the terminal. The readers themselves are tested in tests/parse-*.test.ts.
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryHome } from '../support/tailcap.ts';
import { tailcapHere } from '../support/tailcap-here.ts';
import { chartBody, searchBody, startVendor, weekdayBars, type Vendor } from '../support/vendor.ts';

const { home, remove } = temporaryHome();
const file = `${home}/prices.csv`;
let vendor: Vendor;
beforeAll(async () => {
  vendor = await startVendor();
  const bars = weekdayBars('2022-01-03', 600);
  for (const ticker of ['AAPL', 'BRK-B', 'BTC-USD']) vendor.answer(ticker, [{ body: chartBody(bars) }]);
  writeFileSync(file, ['date,AAPL,BRK-B', ...bars.map(([day, close]) => `${day},${close},${close}`)].join('\n'));
});
afterAll(async () => {
  await vendor.close();
  remove();
});

async function ask(...args: string[]) {
  const { exitCode, stdout } = await tailcapHere([...args, '--json'], home, { YAHOO_URL: vendor.url });
  return { exitCode, json: JSON.parse(stdout) };
}

const sharpe = async (rate: string) => (await ask('metrics', '--prices', file, '--risk-free', rate)).json.sharpe;
const backtest = (limits: string) =>
  ask('backtest', '--universe', 'sample', '--from', '2030-01-01', '--limits', limits);

const SOLVE = ['allocate', '--universe', 'sample', '--scenarios', '400', '--horizon', '5'];

describe('rates', () => {
  it.each([
    [['--loss', '8 %'], { lossLimit: 0.08 }],
    [['--loss', '8,5%'], { lossLimit: 0.085 }],
    [['--loss', '.08', '--alpha', '95,5%'], { lossLimit: 0.08, alpha: 0.955 }],
    [['--loss', '8 percent', '--alpha', '0.95', '--max-weight', '40,5%'], { lossLimit: 0.08, alpha: 0.95 }],
  ])('are read: %j', async (args, figures) => {
    const { exitCode, json } = await ask(...SOLVE, ...args);
    expect([0, 3]).toContain(exitCode);
    expect(json).toMatchObject(figures);
  });

  it.each([
    [['--loss', '8'], 'loss', 'a bare 8 is unclear: write 8% or 0.08.'],
    [['--loss', '1'], 'loss', 'a bare 1 is unclear: write 1% or 100%.'],
    [['--loss', '-8%'], 'loss', 'loss takes no minus sign: write 8%; got "-8%".'],
    [['--loss', '8%', '--alpha', '95'], 'alpha', 'a bare 95 is unclear: write 95% or 0.95.'],
    [['--loss', '8%', '--max-weight', '40'], 'max-weight', 'a bare 40 is unclear: write 40% or 0.4.'],
  ])('are refused with advice: %j', async (args, option, sentence) => {
    const { exitCode, json } = await ask(...SOLVE, ...args);
    expect(exitCode).toBe(2);
    expect(json.error).toMatchObject({ option, message: expect.stringContaining(sentence) });
  });

  it.each([
    [['--risk-free', '-0.5%'], -0.005],
    [['--risk-free=-0,5%'], -0.005],
    [['--risk-free', '-.005'], -0.005],
    [['--risk-free', '4,08%'], 0.0408],
  ])('may be negative where they are risk-free: %j', async (args, riskFree) => {
    const { exitCode, json } = await ask('metrics', '--prices', file, ...args);
    expect([exitCode, json.riskFree]).toEqual([0, riskFree]);
  });

  it('are refused where they are risk-free and more likely percent', async () => {
    const { exitCode, json } = await ask('metrics', '--prices', file, '--risk-free', '-0.5');
    expect([exitCode, json.error.option]).toEqual([2, 'risk-free']);
    expect(json.error.message).toContain('a bare -0.5 is unclear: write -0.5% or -50%.');
  });

  it('raise the Sharpe ratio when they are negative', async () => {
    expect(await sharpe('-1%')).toBeGreaterThan(await sharpe('0%'));
  });
});

describe('tickers', () => {
  it('are taken in the spelling that the vendor knows', async () => {
    const { exitCode, json } = await ask('prices', '--tickers', '$aapl, BRK.B; btc');
    expect(exitCode).toBe(0);
    expect(json.assets.map(({ ticker }: { ticker: string }) => ticker)).toEqual(['AAPL', 'BRK-B', 'BTC-USD']);
    expect(json.notes).toEqual(expect.arrayContaining(['BRK.B was read as BRK-B.', 'BTC was read as BTC-USD.']));
  });

  it('that are unknown are all named, with what the search offers', async () => {
    vendor.finds('apple', { body: searchBody([{ symbol: 'AAPL', longname: 'Apple Inc.' }]) });
    const { exitCode, json } = await ask('prices', '--tickers', 'Apple, NOPE, BRK-B');
    expect(exitCode).toBe(2);
    expect(json.error).toEqual({
      kind: 'input',
      message: 'Yahoo Finance has no prices of APPLE, NOPE: did you mean AAPL (Apple Inc.) for APPLE? Check NOPE.',
      option: 'tickers',
      code: 'vendor.unknown-ticker',
    });
  });

  it('of a file are found in another spelling too, and the unknown ones are all named', async () => {
    const { json } = await ask('metrics', '--prices', file, '--tickers', '$brk.b');
    expect(json.tickers).toEqual(['BRK-B']);
    for (const text of ['aapl;BRK.B', 'AAPL BRK-B', 'aapl, brk.b']) {
      const { json: prices } = await ask('prices', '--prices', file, '--tickers', text);
      expect(prices.assets.map(({ ticker }: { ticker: string }) => ticker)).toEqual(['AAPL', 'BRK-B']);
    }
    const { json: alone } = await ask('prices', '--prices', file, '--tickers', 'AAPL;AAPL');
    expect(alone.error.message).toBe(
      '--tickers takes at least 2 different names separated by commas; got "AAPL;AAPL".',
    );
    const { json: refused } = await ask('metrics', '--prices', file, '--tickers', 'A,B,C,D,E');
    expect(refused.error.message).toContain('has no column A, B, C, D, E; it has AAPL, BRK-B.');
  });
});

describe('limits', () => {
  it.each(['1%-12%', '1%:12%', '4%; 8%', '4,5%', '0.04,0.08'])(
    'are read before the day is refused: %s',
    async (text) => {
      expect((await backtest(text)).json.error).toMatchObject({ option: 'from' });
    },
  );

  it.each(['1-12', '4, 8', '4,5'])('need their % sign: %s', async (text) => {
    expect((await backtest(text)).json.error).toMatchObject({ option: 'limits' });
  });
});
