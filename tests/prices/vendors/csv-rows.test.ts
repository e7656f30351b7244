import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPricesCsv, readSeriesCsv } from '../../../src/prices/vendors/csv.ts';
import { readPriceRows } from '../../../src/prices/vendors/csv-rows.ts';

let file: string;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tailcap-rows-'));
  file = join(folder, 'KO.csv');
});
afterAll(() => rm(folder, { recursive: true }));

const PLAIN = [
  ['date', 'AAA', 'BBB'],
  ['2024-01-02', '1100.5', '50'],
  ['2024-01-03', '', '51'],
];

async function rowsOf(text: string | Uint8Array): Promise<(readonly string[])[]> {
  await writeFile(file, text);
  return (await readPriceRows(file, 'KO.csv')).map(({ cells }) => cells);
}

const utf16 = (text: string, isBigEndian: boolean): Uint8Array => {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return isBigEndian ? bytes.swap16() : bytes;
};
const CSV = 'date,AAA,BBB\n2024-01-02,1100.5,50\n2024-01-03,,51\n';

describe('a file of prices as people export it', () => {
  it.each<[string, string | Uint8Array]>([
    ['plain', CSV],
    ['UTF-16', utf16(CSV, false)],
    ['UTF-16, big end first', utf16(CSV, true)],
    ['semicolons and decimal commas', 'date;AAA;BBB\r\n2024-01-02;1.100,5;50\r\n2024-01-03;;51\r\n'],
    ['tabs', CSV.replaceAll(',', '\t')],
    ['thousands', CSV.replace('1100.5', '"1,100.5"')],
    ...['null', 'NaN', 'N/A', '#N/A', '.', 'None'].map((word): [string, string] => [
      word,
      CSV.replace('-03,,', `-03,${word},`),
    ]),
    ['times with zones', CSV.replaceAll(/(-0\d),/g, '$1 00:00:00-05:00,')],
    ['ISO times', CSV.replaceAll(/(-0\d),/g, '$1T21:00:00Z,')],
    ['the three header rows of yfinance', CSV.replace('date,AAA,BBB', 'Price,Close,Close\nTicker,AAA,BBB\nDate,,')],
    [
      'fields beside the closes',
      ',Close,Close,Adj Close,Adj Close,Volume,Volume\n,AAA,BBB,AAA,BBB,AAA,BBB\nDate,,,,,,\n2024-01-02,9,9,1100.5,50,7,7\n2024-01-03,9,9,,51,7,7\n',
    ],
    ['a third header row for times', CSV.replace('date,AAA,BBB', 'Price,Close,Close\nTicker,AAA,BBB\nDatetime,,')],
    ['fields above', ',Close,Close,Volume\nDate,AAA,BBB,AAA\n2024-01-02,1100.5,50,7\n2024-01-03,,51,7\n'],
    ['two header rows', CSV.replace('date,AAA,BBB', 'Ticker,AAA,BBB\nDate,,')],
    ['a row for each close', 'Date,Ticker,Close\n2024-01-02,AAA,1100.5\n2024-01-03,BBB,51\n2024-01-02,BBB,50\n'],
    [
      'a row for each bar',
      'date,symbol,open,close\n2024-01-02,AAA,9,1100.5\n2024-01-02,BBB,9,50\n2024-01-03,BBB,9,51\n',
    ],
    ['a ticker before each day', 'Ticker,Date,Close\nAAA,2024-01-02,1100.5\nBBB,2024-01-02,50\nBBB,2024-01-03,51\n'],
    ['an asset and its price', 'date,asset,price\n2024-01-02,AAA,1100.5\n2024-01-02,BBB,50\n2024-01-03,BBB,51\n'],
    [
      'zones that differ by ticker',
      'date,ticker,close\n2024-01-02 00:00:00-05:00,AAA,1100.5\n2024-01-02 00:00:00+09:00,BBB,50\n2024-01-03 00:00:00+09:00,BBB,51\n',
    ],
    ...['Timestamp', 'TIME', 'datetime', 'Day', 'open_time', 'Open time'].map((name): [string, string] => [
      `days called ${name}`,
      CSV.replace('date', name),
    ]),
    ['seconds', CSV.replace('2024-01-02', '1704153600').replace('2024-01-03', '1704240000.0')],
    ['milliseconds', CSV.replace('2024-01-02', '1704153600000').replace('2024-01-03', '1704326399999')],
    ['microseconds', CSV.replace('2024-01-02', '1704153600000000').replace('2024-01-03', '1704240000000000')],
    ['the newest day first', 'date,AAA,BBB\n2024-01-03,,51\n2024-01-02,1100.5,50\n'],
  ])('is read: %s', async (_what, text) => {
    expect(await rowsOf(text)).toEqual(PLAIN);
  });

  it('does not take a title above the header for tickers', async () => {
    expect((await rowsOf(`Prices,in,dollars\n${CSV}`)).slice(0, 2)).toEqual([['Prices', 'in', 'dollars'], PLAIN[0]]);
  });

  it('keeps the order of days that neither rise nor fall', async () => {
    const days = ['2024-01-04', '2024-01-02', '2024-01-03'];
    const rows = await rowsOf(`date,AAA\n${days.map((day) => `${day},1\n`).join('')}`);
    expect(rows.slice(1).map(([day]) => day)).toEqual(days);
  });

  it('refuses a second close of a ticker on one day', async () => {
    await expect(rowsOf('date,ticker,close\n2024-01-02,AAA,1\n2024-01-02,AAA,2\n')).rejects.toMatchObject({
      code: 'csv.quoted-twice',
      message: 'KO.csv has more than one close of a ticker on 2024-01-02; each may come only once.',
    });
  });
});

describe("one ticker's table", () => {
  it.each([
    ['Yahoo', 'Date,Open,High,Low,Close,Adj Close,Volume', '9,9,9,8,100,7'],
    ['stooq', 'Date,Open,High,Low,Close,Volume', '9,9,9,100,7'],
    ['Tiingo', 'date,close,high,low,open,volume,adjClose,divCash,splitFactor', '8,9,9,9,7,100,0.0,1.0'],
    ['Alpha Vantage', 'date,1. open,2. high,3. low,4. close,5. adjusted close,6. volume', '9,9,9,8,100,7'],
    ['Binance', 'DATE,OPEN,HIGH,LOW,CLOSE,VOLUME', '9,9,9,100,7'],
    ['closes, adjusted or not', 'Date,Close,Adj Close', '8,100'],
    ['a close and its volume', 'Date,Close,Volume', '100,7'],
    ['a close alone', 'Date,Adj Close', '100'],
    ['Nasdaq', 'Date,Close/Last,Volume,Open,High,Low', '100,7,9,9,9'],
    ['quantmod', 'Date,AAPL.Open,AAPL.High,AAPL.Low,AAPL.Close,AAPL.Volume,AAPL.Adjusted', '9,9,9,8,7,100'],
    ['quantmod, a class of shares', 'Date,BRK.B.Close,BRK.B.Volume', '100,7'],
    ["Alpha Vantage's own", 'timestamp,open,high,low,close,volume', '9,9,9,100,7'],
    [
      "Binance's own",
      'Open time,Open,High,Low,Close,Volume,Close time,Number of trades',
      '9,9,9,100,7,1704239999999,5',
    ],
  ])('gives its adjusted closes as one asset, and is no universe: %s', async (_vendor, header, row) => {
    await writeFile(file, `${header}\n2024-01-02,${row}\n2024-01-03,${row}\n`);
    expect(await readSeriesCsv(file, {})).toMatchObject({ tickers: ['KO'], closes: [[100], [100]] });
    await expect(readPricesCsv(file)).rejects.toMatchObject({
      code: 'csv.one-ticker',
      option: 'prices',
      message: expect.stringContaining(`is the table of one ticker (${header.split(',').slice(1).join(', ')})`),
    });
    await expect(readPricesCsv(file, ['Open', 'Volume'])).rejects.toMatchObject({ code: 'csv.one-ticker' });
  });

  it('is read from the newest day, in milliseconds', async () => {
    await writeFile(file, 'open_time,open,close\n1704240000000,9,101\n1704153600000,9,100\n');
    expect(await readSeriesCsv(file, {})).toMatchObject({
      dates: ['2024-01-02', '2024-01-03'],
      closes: [[100], [101]],
    });
  });

  it.each(['BRK.A,BRK.B', 'AAPL.Close,MSFT.Close'])('is not seen in tickers with points: %s', async (names) => {
    expect(await rowsOf(`date,${names}\n2024-01-02,1,2\n`)).toHaveLength(2);
    await expect(readPricesCsv(file)).rejects.not.toMatchObject({ code: 'csv.one-ticker' });
  });

  it('is not seen in tickers that are called like fields', async () => {
    expect(await rowsOf('date,OPEN,LOW\n2024-01-02,1,2\n')).toEqual([
      ['date', 'OPEN', 'LOW'],
      ['2024-01-02', '1', '2'],
    ]);
    await expect(readPricesCsv(file)).rejects.not.toMatchObject({ code: 'csv.one-ticker' });
  });
});

describe('the decimal mark', () => {
  it.each<[string, string, string[], string[]]>([
    ['German, between semicolons', ';', ['1.234,50', '1.240,00', '1.250'], ['1234.50', '1240.00', '1250']],
    ['German, by another price', ';', ['1.250', '99,5', '980'], ['1250', '99.5', '980']],
    ['German, by millions', ';', ['1.250', '1.250.000', '980'], ['1250', '1250000', '980']],
    ['German, in quotes between commas', ',', ['"1.234,5"', '"99,10"', '1.250'], ['1234.5', '99.10', '1250']],
    ['American, between tabs', '\t', ['1,234.5', '1,240', '1.250'], ['1234.5', '1240', '1.250']],
    ['American, by another price', '\t', ['1,240', '0.125', '980'], ['1240', '0.125', '980']],
    ['American, in quotes between commas', ',', ['"1,240"', '"1,250"', '980'], ['1240', '1250', '980']],
    ['three decimals between semicolons', ';', ['1,234', '99,500', '100,000'], ['1.234', '99.500', '100.000']],
    ['three decimals between commas', ',', ['1.234', '99.500', '100.000'], ['1.234', '99.500', '100.000']],
  ])('is that of the whole file: %s', async (_what, delimiter, cells, numbers) => {
    const lines = [['date', 'AAA'], ...cells.map((cell, t) => [`2024-01-0${t + 1}`, cell])];
    const rows = await rowsOf(lines.map((line) => `${line.join(delimiter)}\n`).join(''));
    expect(rows.slice(1).map(([, number]) => number)).toEqual(numbers);
  });

  it.each([
    ['1.234,5', '1,234.5'],
    ['99,5', '99.5'],
    ['1,250', '1.250'],
  ])('is refused where it is not the same everywhere: %s and %s', async (one, other) => {
    await expect(rowsOf(`date;AAA\n2024-01-02;${one}\n2024-01-03;${other}\n`)).rejects.toMatchObject({
      code: 'csv.two-decimal-marks',
      option: 'prices',
      message: `KO.csv writes numbers in two ways, ${one} (line 2) and ${other} (line 3): use the same decimal mark everywhere.`,
    });
  });
});
