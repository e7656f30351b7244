import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { randomPrices } from '../../support/random-prices.ts';
import { writePricesCsv } from '../../support/prices-csv.ts';
import { temporaryHome } from '../../support/tailcap.ts';
import { tailcapHere } from '../../support/tailcap-here.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

const prices = randomPrices({ assets: 4, days: 600 });
const [file, volumes] = [`${home}/prices.csv`, `${home}/volumes.csv`];
writePricesCsv(file, prices, 4, 600);
/** T3 is traded most, and in the last hundred days T0. */
const rows = prices.dates.map((date, t) => [date, t < 500 ? 1 : 9, 2, t % 2 === 0 ? '' : 3, 4].join(','));
writeFileSync(volumes, [`date,${prices.tickers.join(',')}`, ...rows, ''].join('\n'));

const select = async (...args: string[]) => {
  const { exitCode, stdout } = await tailcapHere(['select', '--prices', file, ...args, '--json'], home);
  return { exitCode, json: JSON.parse(stdout) };
};

const chosen = (json: { readonly selected: readonly { readonly ticker: string; readonly volume: number }[] }) =>
  json.selected.map(({ ticker, volume }) => `${ticker} ${volume}`);

describe('select', () => {
  it('takes what is traded most on the days that count, whatever the blanks', async () => {
    const { exitCode, json } = await select('--volumes', volumes, '--top', '3', '--days', '50');
    expect(exitCode).toBe(0);
    expect(chosen(json)).toEqual(['T0 9', 'T3 4', 'T2 3']);
    expect(json).toMatchObject({ status: 'selected', market: 'equal weights', until: prices.dates.at(-1) });
  });

  it('looks at no later day', async () => {
    const asOf = ['--as-of', prices.dates[499]!];
    const { json } = await select('--volumes', volumes, '--top', '2', '--days', '50', ...asOf);
    expect(chosen(json)).toEqual(['T3 4', 'T2 3']);
    expect(json.until).toBe(prices.dates[499]);
  });

  it('prints a table', async () => {
    const { stdout } = await tailcapHere(['select', '--prices', file, '--volumes', volumes, '--top', '1'], home);
    expect(stdout).toMatch(/Volume a day +Beta +Selected as\nT\d +\d+ +[\d.]+ +most traded of the rest/);
  });

  it.each([
    [[], 'volumes', 'These prices have no traded volumes: give them by --volumes FILE.csv'],
    [['--volumes', volumes, '--rest', 'size'], 'rest', '--rest takes volume or beta; got "size".'],
    [
      ['--volumes', volumes, '--as-of', prices.dates[19]!],
      'as-of',
      'Volume and beta need 21 days of prices or more, but',
    ],
    [['--volumes', `${home}/lacking.csv`], 'volumes', 'lacking.csv has no volume of T1'],
    [['--volumes', `${home}/negative.csv`], 'volumes', 'negative.csv, line 3: expected units traded, 0 or more'],
  ])('answers %j with one sentence', async (args, option, sentence) => {
    writeFileSync(`${home}/lacking.csv`, `date,T0\n${prices.dates.map((date) => `${date},5`).join('\n')}\n`);
    writeFileSync(`${home}/negative.csv`, 'date,T0\n2016-01-01,5\n2016-01-02,-5\n');
    const { exitCode, json } = await select(...args);
    expect(exitCode).toBe(2);
    expect(json.error).toMatchObject({ kind: 'input', option, message: expect.stringContaining(sentence) });
  });
});
