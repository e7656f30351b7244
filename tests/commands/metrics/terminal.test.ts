import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeShared, sharedFile } from '../../support/shared.ts';
import { temporaryHome } from '../../support/tailcap.ts';
import { tailcapHere } from '../../support/tailcap-here.ts';
import { weekdayBars } from '../../support/vendor.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

const file = `${home}/prices.csv`;
const days = weekdayBars('2023-01-02', 30).map(([day]) => day);

/** A gains 1 % and loses 1 % in turn, B does nothing before it is listed, ^I gains 0.1 % a day. */
const write = (): void => {
  let [a, index] = [100, 1000];
  const rows = days.map((day, t) => {
    a *= t === 0 ? 1 : t % 2 === 1 ? 1.01 : 0.99;
    index *= 1.001;
    return `${day},${a},${t < 10 ? '' : 200},${index}`;
  });
  writeFileSync(file, ['date,A,B,^I', ...rows, ''].join('\n'));
};
beforeAll(write);

const metrics = async (...args: string[]) => {
  const { exitCode, stdout } = await tailcapHere(['metrics', ...args, '--json'], home);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  return { exitCode, json: JSON.parse(stdout) };
};

describe('metrics', () => {
  it('answers with the whole contract for one column, whatever is blank in the others', async () => {
    const { exitCode, json } = await metrics('--prices', file, '--tickers', 'a', '--risk-free', '1%');
    expect(exitCode).toBe(0);
    expect(Object.keys(json)).toEqual(
      'status periods totalReturn annualReturn volatility sharpe sortino maxDrawdown calmar valueAtRisk cvar tickers frequency riskFree prices'.split(
        ' ',
      ),
    );
    const [up, down] = [15, 14];
    const mean = 0.01 / 29;
    const volatility = Math.sqrt(((29 * 0.01 ** 2 - 29 * mean ** 2) / 28) * 252);
    expect(json).toMatchObject({
      status: 'measured',
      periods: up + down,
      totalReturn: expect.closeTo(1.01 ** up * 0.99 ** down - 1, 10),
      volatility: expect.closeTo(volatility, 10),
      sharpe: expect.closeTo((mean * 252 - 0.01) / volatility, 8),
      sortino: expect.closeTo((mean * Math.sqrt(252)) / Math.sqrt((14 * 0.01 ** 2) / 29), 8),
      maxDrawdown: expect.closeTo(1 - 0.99 * (0.99 * 1.01) ** 13, 10),
      valueAtRisk: expect.closeTo(0.01, 10),
      cvar: expect.closeTo(0.01, 10),
      tickers: ['A'],
      frequency: 'daily',
      riskFree: 0.01,
      prices: { source: 'prices.csv', from: days[0], until: days[29], stale: false },
    });
  });

  it('makes an equally weighted basket of all but indices, from the day on which all are listed', async () => {
    const { json } = await metrics('--prices', file);
    expect(json).toMatchObject({
      tickers: ['A', 'B'],
      periods: 19,
      totalReturn: expect.closeTo(1.005 ** 10 * 0.995 ** 9 - 1, 10),
      prices: { from: days[10] },
    });
  });

  it('leaves out undefined ratios: without a loss, no Sortino or Calmar ratio', async () => {
    const { json } = await metrics('--prices', file, '--tickers', '^I', '--frequency', 'weekly');
    expect(json).toMatchObject({ periods: 5, maxDrawdown: 0, totalReturn: expect.closeTo(1.001 ** 25 - 1, 10) });
    expect(json).not.toHaveProperty('sortino');
    expect(json).not.toHaveProperty('calmar');
    expect(json.cvar).toBeCloseTo(1 - 1.001 ** 5, 10);
  });

  it('prints the same as text', async () => {
    const { exitCode, stdout } = await tailcapHere(['metrics', '--prices', file, '--frequency', 'weekly'], home);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Assets +A, B, equally weighted, rebalanced every week$/m);
    expect(stdout).toMatch(/^Prices +prices.csv, 2023-01-20 to 2023-02-10, 3 weeks$/m);
    expect(stdout).toMatch(/^Sharpe ratio +−?\d+\.\d{3} \(risk-free rate 0.00%\)$/m);
    expect(stdout).toContain('B is listed from 2023-01-16');
  });

  it.each<[string[], string, string, string?]>([
    [[], 'prices', '--prices is needed'],
    [['--prices', file, '--tickers', ','], 'tickers', 'takes names'],
    [['--prices', file, '--tickers', 'X'], 'tickers', 'has no column X; it has A, B, ^I.', 'csv.no-column'],
    [['--prices', file, '--frequency', 'yearly'], 'frequency', 'daily, weekly or monthly; got "yearly"'],
    [['--prices', file, '--risk-free', '4'], 'risk-free', 'a bare 4 is unclear'],
    [['--prices', file, '--from', '2023'], 'from', 'a day as YYYY-MM-DD'],
    [['--prices', file, '--from', '2024-01-01'], 'from', 'no day of it lies in the span', 'prices.none-in-span'],
    [['--prices', file, '--tickers', 'A', '--frequency', 'monthly'], 'frequency', 'a return needs two'],
  ])('answers bad input %j with one sentence and exit code 2', async (args, option, sentence, code) => {
    const { exitCode, json } = await metrics(...args);
    expect(exitCode).toBe(2);
    expect(json).toEqual({
      status: 'error',
      error: { kind: 'input', message: expect.stringContaining(sentence), option, code },
    });
  });
});

const STUDY = 'data/prices/study12_ixic_2010_2024.csv';

describeShared('the NASDAQ row of Table 2 in "Portfolio Management Strategy Based on LSTM"', () => {
  it('is reproduced to the digit', async () => {
    const options = '--tickers ^IXIC --from 2022-07-01 --until 2023-06-23 --frequency weekly --risk-free 4.08%'.split(
      ' ',
    );
    const { exitCode, json } = await metrics('--prices', sharedFile(STUDY), ...options);
    expect(exitCode).toBe(0);
    const rounded = { totalReturn: '0.2125', volatility: '0.2346', sharpe: '0.780', maxDrawdown: '0.209' };
    for (const [name, digits] of Object.entries(rounded)) {
      expect([name, json[name].toFixed(digits.length - 2)]).toEqual([name, digits]);
    }
    expect(json).toMatchObject({ periods: 51, prices: { from: '2022-07-01', until: '2023-06-23' } });
    expect(json.annualReturn).toBeCloseTo(0.2171, 4);
  });
});
