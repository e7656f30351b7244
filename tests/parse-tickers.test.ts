import { describe, expect, it } from 'vitest';
import { parsePhrases, parseTickers } from '../src/parse-tickers.ts';

describe('parseTickers', () => {
  it.each([
    ['AAPL, msft  BRK-B;aapl', ['AAPL', 'MSFT', 'BRK-B']],
    ['$AAPL $msft', ['AAPL', 'MSFT']],
    ['"AAPL", “MSFT”', ['AAPL', 'MSFT']],
    ['ＡＡＰＬ，MSFT', ['AAPL', 'MSFT']],
    ['BRK.B, brk/b, 7203.T', ['BRK.B', 'BRK/B', '7203.T']],
    ['M&M.NS, ^NSEI, INR=X', ['M&M.NS', '^NSEI', 'INR=X']],
    ['AAPL (Apple Inc.), MSFT (Microsoft, of Redmond', ['AAPL', 'MSFT']],
    ["McDonald's, AT&T", ["MCDONALD'S", 'AT&T']],
    ['Johnson & Johnson, L’Oréal', ['JOHNSON', 'L’ORÉAL']],
    ['coca cola, AAPL', ['COCA', 'COLA', 'AAPL']],
  ])('reads %j, once each', (text, tickers) => {
    expect(parseTickers(text, 'tickers')).toEqual(tickers);
  });

  it('refuses a single one and odd characters', () => {
    expect(() => parseTickers('AAPL', 'tickers')).toThrow('2 to 500 different symbols separated by commas; got 1.');
    expect(() => parseTickers('AAPL, MS#FT', 'tickers')).toThrow('such as AAPL, MSFT or BRK-B; got "MS#FT"');
    expect(() => parseTickers('AAPL, ..', 'tickers')).toThrow('got ".."');
  });
});

describe('parsePhrases', () => {
  it.each([
    ['coca cola, AAPL', ['COCA COLA']],
    ['Johnson & Johnson; Bank of  America', ['JOHNSON & JOHNSON', 'BANK OF AMERICA']],
    ['AAPL, MSFT (Microsoft Corporation)', []],
    ['AAPL MSFT KO PEP NKE BA UNH', []],
  ])('finds what may be names in %j', (text, phrases) => {
    expect(parsePhrases(text)).toEqual(phrases);
  });
});
