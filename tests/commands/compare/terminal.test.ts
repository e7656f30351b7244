import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePricesCsv } from '../../support/prices-csv.ts';
import { randomPrices } from '../../support/random-prices.ts';
import { tailcapHere } from '../../support/tailcap-here.ts';
import { temporaryHome } from '../../support/tailcap.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

const market = { ...randomPrices({ days: 600, assets: 4 }), tickers: ['A', 'B', 'C', '^I'] };
const file = join(home, 'prices.csv');
beforeAll(() => writePricesCsv(file, market, 4, 600));

/** Four decisions: of rows 510, 530, 550 and 570. */
const FAST = [
  '--prices',
  file,
  '--from',
  market.dates[510]!,
  '--horizon',
  '20',
  '--scenarios',
  '200',
  '--retrain',
  '40',
];
const SOME = ['--strategies', 'cvar-lstm,minimum-cvar'];

const run = (args: readonly string[]) => tailcapHere(['compare', ...FAST, ...args], home);

describe('compare', () => {
  it('answers with the whole contract', async () => {
    const { exitCode, stdout } = await run([...SOME, '--json', '--cost-bps', '5', '--risk-free', '2%']);
    expect(exitCode).toBe(0);
    const json = JSON.parse(stdout);
    expect(json).toMatchObject({
      status: 'compared',
      tried: 3,
      from: market.dates[510],
      until: market.dates[590],
      limit: 0.08,
      costBps: 5,
      riskFree: 0.02,
      tickers: ['A', 'B', 'C'],
      seconds: expect.any(Number),
    });
    expect(Object.keys(json.strategies)).toEqual(['cvar-lstm', 'minimum-cvar', 'equal-weight']);
    expect(json.strategies['cvar-lstm']).toMatchObject({ decisions: 4, against: { p: expect.any(Number) } });
    expect(json.index.ticker).toBe('^I');
  });

  it('prints the same as text, and draws two pictures', async () => {
    const chart = join(home, 'out', 'compare.png');
    const { exitCode, stdout, stderr } = await run([
      ...SOME,
      '--limits',
      'none',
      '--horizon',
      '5',
      '--cpcv',
      '4,3',
      '--chart',
      chart,
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Comparison · 3 strategies · 5 trading days · prices.csv');
    expect(stdout).toContain('Decisions stay as they were made: only the choice is made anew.');
    expect(stdout).toContain('Sharpe on test days: the median of all splits');
    // Words for Discord's short columns.
    for (const part of ['Drop', 'Kept, broken, turnover']) expect(stdout).not.toContain(part);
    expect(stderr).toContain(`chart written to ${chart}`);
    const weights = join(home, 'out', 'compare-weights.png');
    for (const one of [chart, weights]) {
      expect(existsSync(one)).toBe(true);
      expect(readFileSync(one).subarray(1, 4).toString()).toBe('PNG');
    }
  });

  it.each([
    [['--strategies', 'nothing'], 'strategies', 'There is no strategy "nothing"'],
    [['--limits', '4%,8%'], 'limits', 'limits takes one limit for all strategies, such as 8%, or none'],
    [['--cpcv', '3,2'], 'cpcv', 'cpcv takes the number of groups of days'],
    [['--cost', '0.1%', '--cost-bps', '5'], 'cost-bps', 'Give either --cost'],
    [['--until', market.dates[500]!], 'until', 'must not lie before the first day'],
    [['--cpcv', '10,8'], 'cpcv', 'of 4 decisions at most 2 groups can be made; got 10. Begin earlier.'],
  ])('refuses %j with one sentence', async (args, option, sentence) => {
    const { exitCode, stdout } = await run([...args, '--json']);
    const { error } = JSON.parse(stdout);
    expect([exitCode, error.option]).toEqual([2, option]);
    expect(error.message).toContain(sentence);
  });
});
