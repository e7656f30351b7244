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
    ['two header rows', CSV.replace('date,AAA,BBB', 'Ticker,AAA,BBB\nDate,,')],
    ['a row for each close', 'Date,Ticker,Close\n2024-01-02,AAA,1100.5\n2024-01-03,BBB,51\n2024-01-02,BBB,50\n'],
    [
      'a row for each bar',
      'date,symbol,open,close\n2024-01-02,AAA,9,1100.5\n2024-01-02,BBB,9,50\n2024-01-03,BBB,9,51\n',
    ],
  ])('is read: %s', async (_what, text) => {
    expect(await rowsOf(text)).toEqual(PLAIN);
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
  ])('gives its adjusted closes as one asset, and is no universe: %s', async (_vendor, header, row) => {
    await writeFile(file, `${header}\n2024-01-02,${row}\n2024-01-03,${row}\n`);
    expect(await readSeriesCsv(file, {})).toMatchObject({ tickers: ['KO'], closes: [[100], [100]] });
    await expect(readPricesCsv(file)).rejects.toMatchObject({
      code: 'csv.one-ticker',
      option: 'prices',
      message: expect.stringContaining('is the table of one ticker'),
    });
    await expect(readPricesCsv(file, ['Open', 'Volume'])).rejects.toMatchObject({ code: 'csv.one-ticker' });
  });

  it('is not seen in tickers that are called like fields', async () => {
    expect(await rowsOf('date,OPEN,LOW\n2024-01-02,1,2\n')).toEqual([
      ['date', 'OPEN', 'LOW'],
      ['2024-01-02', '1', '2'],
    ]);
    await expect(readPricesCsv(file)).rejects.not.toMatchObject({ code: 'csv.one-ticker' });
  });
});
