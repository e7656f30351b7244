import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPricesCsv, readSeriesCsv } from '../../../src/prices/vendors/csv.ts';
import { weekdayBars } from '../../support/vendor.ts';
import { describeShared, sharedFile } from '../../support/shared.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tailcap-csv-'));
});
afterAll(() => rm(folder, { recursive: true }));

const days = weekdayBars('2020-01-06', 600).map(([day]) => day);
const rowAt = (t: number): string => `${days[t]},${100 + Math.sin(t)},${50 + Math.cos(t)},${20 + (t % 7)}`;
const rows = days.map((_, t) => rowAt(t));
const HEADER = 'date,AAA,BBB,CCC';

/** Writes prices.csv and reads it. */
async function read(lines: readonly string[] | string, tickers?: readonly string[], until?: string) {
  const file = join(folder, 'prices.csv');
  await writeFile(file, typeof lines === 'string' ? lines : lines.join('\n'));
  return readPricesCsv(file, tickers, { until });
}

const replaced = (t: number, row: string): string[] => [HEADER, ...rows.slice(0, t), row, ...rows.slice(t + 1)];

describe('readPricesCsv', () => {
  it('reads a plain file', async () => {
    const { prices, ...rest } = await read([HEADER, ...rows, '']);
    expect(rest).toMatchObject({ source: 'prices.csv', stale: false, notes: [] });
    expect(prices.tickers).toEqual(['AAA', 'BBB', 'CCC']);
    expect(prices.dates).toEqual(days);
    expect(prices.closes[5]).toEqual([100 + Math.sin(5), 50 + Math.cos(5), 25]);
  });

  it('reads what spreadsheets write: byte order mark, CRLF, blank lines, quotes, spaces', async () => {
    const plain = await read([HEADER, ...rows]);
    const odd = rows.map((row) =>
      row
        .split(',')
        .map((cell) => ` "${cell}" `.trim())
        .join(', '),
    );
    const text = `\uFEFF${['"Date", AAA ,"BBB",CCC', '', ...odd.slice(0, 9), '', ...odd.slice(9), '', ''].join('\r\n')}`;
    expect(await read(text)).toEqual(plain);
  });

  it.each<[string, (row: string, t: number) => string]>([
    ['a delisting', (row) => row.replace(/[^,]*$/, '')],
    ['a gap', (row, t) => (t < 590 ? row.replace(/[^,]*$/, '') : row)],
    ['cells that are no prices', (row) => row.replace(/[^,]*$/, 'n/a')],
    ['too few cells', (row) => row.replace(/,[^,]*$/, '')],
    ['other prices', (row) => row.replace(/[^,]*$/, '9999')],
  ])('looks at nothing after the day at which it is cut: %s', async (_what, changed) => {
    const until = days[549]!;
    const plain = await read([HEADER, ...rows.slice(0, 550)]);
    expect(plain.prices.dates.at(-1)).toBe(until);
    const later = rows.map((row, t) => (t < 550 ? row : changed(row, t)));
    expect(await read([HEADER, ...later], undefined, until)).toEqual(plain);
  });

  it('may have few days where it is cut, which its user counts', async () => {
    expect((await read([HEADER, ...rows], undefined, days[9])).prices.dates).toHaveLength(10);
  });

  it('uses the requested columns, in that order, ignoring case', async () => {
    const { prices } = await read([HEADER, ...rows], ['ccc', 'AAA']);
    expect(prices.tickers).toEqual(['CCC', 'AAA']);
    expect(prices.closes[5]).toEqual([25, 100 + Math.sin(5)]);
  });

  it('takes blanks as separators where no column has that name', async () => {
    expect((await read([HEADER, ...rows], ['ccc  AAA', 'aaa'])).prices.tickers).toEqual(['CCC', 'AAA']);
    const named = ['date,My Fund,My,Fund', ...rows];
    expect((await read(named, ['my fund', 'My'])).prices.tickers).toEqual(['My Fund', 'My']);
    await expect(read([HEADER, ...rows], ['AAA NOPE', 'Some Fund'])).rejects.toMatchObject({
      message: 'prices.csv has no column NOPE, Some Fund; it has AAA, BBB, CCC.',
    });
  });

  it('finds a coin by its dollars, unless it has a column of its own', async () => {
    expect((await read(['date,AAA,BTC-USD,ETH', ...rows], ['btc', 'AAA'])).prices.tickers).toEqual(['BTC-USD', 'AAA']);
    expect((await read(['date,AAA,BTC-USD,BTC', ...rows], ['btc', 'AAA'])).prices.tickers).toEqual(['BTC', 'AAA']);
    expect((await read(['date,AAA,XYZ-USD,ETH', ...rows], ['XYZ', 'AAA'])).prices.tickers).toEqual(['XYZ-USD', 'AAA']);
  });

  it('takes the very name where names differ by case', async () => {
    const lines = ['date,CpA,CPA,BBB', ...rows];
    expect((await read(lines, ['CPA', 'BBB'])).prices.closes[5]?.[0]).toBe(50 + Math.cos(5));
    expect((await read(lines, ['CpA', 'bbb'])).prices.closes[5]?.[0]).toBe(100 + Math.sin(5));
    await expect(read(lines, ['cpa', 'bbb'])).rejects.toThrow('has no column cpa; it has CpA, CPA, BBB.');
  });

  it('ignores the others: neither a late listing nor a bad cell there matters', async () => {
    const late = rows.map((row, t) => (t < 300 ? row.replace(/[^,]*$/, t === 7 ? 'n/a' : '') : row));
    const { prices, notes } = await read([HEADER, ...late], ['AAA', 'BBB']);
    expect(prices.dates).toHaveLength(600);
    expect(notes).toEqual([]);
  });

  it('names the line although blank lines come before', async () => {
    const lines = [HEADER, '', '', ...rows.slice(0, 7), `${days[7]},1,-2,3`, ...rows.slice(8)];
    await expect(read(lines)).rejects.toThrow(
      `prices.csv, line 11 (${days[7]}), BBB: expected a price above zero, got -2`,
    );
  });

  it.each([
    [
      'text for a price',
      replaced(7, `${days[7]},1,closed,3`),
      `prices.csv, line 9 (${days[7]}), BBB: expected a price such as 101.25, got "closed"; leave the cell blank if there was none.`,
    ],
    [
      'a decimal comma between commas',
      replaced(7, `${days[7]},"1000,5",2,3`),
      `prices.csv writes numbers in two ways, ${100 + Math.sin(1)} (line 3) and 1000,5 (line 9): use the same decimal mark everywhere.`,
    ],
    [
      'a hexadecimal price',
      replaced(7, `${days[7]},0x10,2,3`),
      `prices.csv, line 9 (${days[7]}), AAA: expected a price such as 101.25, got "0x10"; leave the cell blank if there was none.`,
    ],
    ['a short row', replaced(7, `${days[7]},1`), 'prices.csv, line 9: expected 4 cells as in the header, got 2.'],
    ['a long row', replaced(7, `${days[7]},1,2,3,4`), 'prices.csv, line 9: expected 4 cells as in the header, got 5.'],
    [
      'a header in the middle',
      replaced(7, HEADER),
      'prices.csv, line 9 (date), AAA: expected a price such as 101.25, got "AAA"; leave the cell blank if there was none.',
    ],
    [
      'a day that does not exist',
      replaced(7, '2020-02-30,1,2,3'),
      'prices.csv, line 9: expected a day as YYYY-MM-DD, got "2020-02-30".',
    ],
    [
      'a column twice',
      ['date,AAA,BBB,AAA', ...rows],
      'prices.csv has AAA more than once; each name may come only once.',
    ],
    [
      'a column without a name',
      ['date,AAA,,CCC', ...rows],
      'prices.csv: price column 2 has no ticker; name every column.',
    ],
    ['no header', rows, `prices.csv, line 1: expected a header such as date,AAPL,MSFT, got "${days[0]}" first.`],
    ['nothing', '', 'prices.csv is empty: expected a header such as date,AAPL,MSFT.'],
    ['a header alone', [HEADER], 'prices.csv has no price at all for AAA, BBB, CCC.'],
    [
      'one asset',
      ['date,AAA', ...rows.map((row) => row.split(',').slice(0, 2).join())],
      'prices.csv: expected 2 to 500 assets, got 1.',
    ],
    [
      'too few days',
      [HEADER, ...rows.slice(0, 499)],
      'prices.csv: expected at least 500 days on which every ticker has a price, got 499.',
    ],
  ])('refuses %s', async (_what, lines, message) => {
    await expect(read(lines)).rejects.toMatchObject({ name: 'UserError', option: 'prices', message });
  });

  it('refuses an open quote', async () => {
    await expect(read(replaced(7, `${days[7]},"1,2,3`))).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/^prices\.csv is not readable as CSV: .*quot/i),
    });
  });

  it('refuses a column that is not there', async () => {
    await expect(read([HEADER, ...rows], ['AAA', 'AAPL'])).rejects.toMatchObject({
      option: 'tickers',
      message: 'prices.csv has no column AAPL; it has AAA, BBB, CCC.',
    });
  });

  it('refuses a missing file and a directory', async () => {
    const missing = join(folder, 'none.csv');
    await expect(readPricesCsv(missing)).rejects.toMatchObject({
      option: 'prices',
      message: `Cannot read ${missing}: there is no such file.`,
    });
    await expect(readPricesCsv(folder)).rejects.toMatchObject({
      option: 'prices',
      message: `Cannot read ${folder}: it is a directory.`,
    });
  });
});

const readSeries = async (lines: readonly string[], tickers?: readonly string[]) => {
  const file = join(folder, 'series.csv');
  await writeFile(file, lines.join('\n'));
  return readSeriesCsv(file, {}, tickers);
};

describe('readSeriesCsv', () => {
  const few = ['2024-01-02,1,10,100', '2024-01-03,2,,101', '2024-01-04,3,30,102'];

  it('uses all columns but indices, or the requested ones', async () => {
    expect((await readSeries(['date,A,B,^I', ...few])).tickers).toEqual(['A', 'B']);
    expect((await readSeries(['date,A,B,^I', ...few], ['^i'])).closes).toEqual([[100], [101], [102]]);
  });

  it('takes an index that is alone, and asks which where there are several', async () => {
    const [lone, both] = [few.map((row) => row.slice(0, 12)), few.map((row) => row.replace(',,', ',5,'))];
    expect((await readSeries(['date,^I', ...lone])).tickers).toEqual(['^I']);
    await expect(readSeries(['date,^I,^J,^K', ...both])).rejects.toMatchObject({
      option: 'tickers',
      message: 'series.csv has indices alone: choose among the columns ^I, ^J, ^K.',
    });
  });

  it('knows no other days than those of the columns taken', async () => {
    const { dates, closes, source, notes } = await readSeries(['date,A,B,^I', ...few], ['B']);
    expect({ dates, closes, source, notes }).toEqual({
      dates: ['2024-01-02', '2024-01-04'],
      closes: [[10], [30]],
      source: 'series.csv',
      notes: [],
    });
  });
});

describeShared('real prices', () => {
  const study = sharedFile('data/prices/study12_ixic_2010_2024.csv');

  it('start where SHOP is listed', async () => {
    const { prices, notes } = await readPricesCsv(study);
    expect(notes).toEqual(['SHOP is listed from 2015-05-21, so the history starts there.']);
    expect([prices.tickers.length, prices.dates.length, prices.dates[0], prices.dates.at(-1)]).toEqual([
      13,
      2215,
      '2015-05-21',
      '2024-03-08',
    ]);
  });

  it('start earlier without SHOP and TSLA', async () => {
    const { prices, notes } = await readPricesCsv(study, ['AAPL', 'MSFT', 'JPM']);
    expect(notes).toEqual([]);
    expect([prices.dates.length, prices.dates[0]]).toEqual([3569, '2010-01-04']);
    expect(prices.closes[0]).toEqual([6.470741, 23.431585, 29.66983]);
  });

  it('of 33 years are read whole', async () => {
    const { prices } = await readPricesCsv(sharedFile('data/prices/us20_skfolio_1990_2022.csv'));
    expect([prices.tickers.length, prices.dates.length]).toEqual([20, 8313]);
  });

  it('of 20 coins start with the last one listed', async () => {
    const { prices, notes } = await readPricesCsv(sharedFile('data/prices/crypto_bybit_majors20_close_2020_2025.csv'));
    expect(notes).toEqual(['UNIUSDT is listed from 2021-11-30, so the history starts there.']);
    expect(prices.dates).toHaveLength(1445);
  });
});
