import { describe, expect, it } from 'vitest';
import { UserError } from '../src/errors.ts';
import {
  RANGES,
  parseAmount,
  parseCurrency,
  parseDay,
  parseLimits,
  parseRate,
  parseTickers,
  parseWhole,
} from '../src/parse.ts';

describe('parseRate', () => {
  describe('parseLimits', () => {
    it.each([
      ['1%:12%:1%', [0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.11, 0.12]],
      [' 0.05 : 6% : 0.5% ', [0.05, 0.055, 0.06]],
      ['2%:5%:2%', [0.02, 0.04]],
      ['3%:3%:1%', [0.03]],
      ['8%', [0.08]],
      ['8%, 4%,0.08', [0.04, 0.08]],
    ])('reads %j, ascending', (text, limits) => {
      expect(parseLimits(text, 'limits')).toEqual(limits);
    });

    it.each([
      ['1%:12%', 'limits takes a range such as 1%:12%:1% or rates such as 4%, 8%; got "1%:12%".'],
      ['12%:1%:1%', 'limits must go from a lower rate to a higher one; got "12%:1%:1%".'],
      ['1%:12%:0%', 'limits must lie between 0.01% and 100%; got "0%".'],
      ['1:12:1', 'limits takes a rate such as 8% or 0.08; a bare 1 is unclear: write 1% or 1.0.'],
      ['1%:100%:0.01%', 'limits takes at most 25 limits; "1%:100%:0.01%" makes 9901.'],
      ['', 'limits takes a rate such as 8% or 0.08; got "".'],
    ])('refuses %j in one sentence', (text, sentence) => {
      expect(() => parseLimits(text, 'limits')).toThrow(new UserError(sentence, { option: 'limits' }));
    });
  });

  it.each([
    ['8%', 0.08],
    ['8 %', 0.08],
    [' 7.5% ', 0.075],
    ['0.08', 0.08],
    ['.08', 0.08],
    ['100%', 1],
    ['1.0', 1],
    ['0.01%', 0.0001],
    ['1.1%', 0.011],
  ])('reads %j as %d', (text, rate) => {
    expect(parseRate(text, 'loss', RANGES.loss)).toBeCloseTo(rate, 12);
  });

  it.each([
    ['8', 'loss takes a rate such as 8% or 0.08; a bare 8 is unclear: write 8% or 0.08.'],
    ['1', 'loss takes a rate such as 8% or 0.08; a bare 1 is unclear: write 1% or 1.0.'],
    ['100', 'loss takes a rate such as 8% or 0.08; a bare 100 is unclear: write 100% or 1.0.'],
    ['-8%', 'loss takes a rate such as 8% or 0.08; got "-8%".'],
    ['8,5%', 'loss takes a rate such as 8% or 0.08; got "8,5%".'],
    ['', 'loss takes a rate such as 8% or 0.08; got "".'],
    ['1e-2', 'loss takes a rate such as 8% or 0.08; got "1e-2".'],
    ['8.5', 'loss must lie between 0.01% and 100%; got "8.5".'],
    ['0%', 'loss must lie between 0.01% and 100%; got "0%".'],
  ])('refuses %j in one sentence', (text, sentence) => {
    expect(() => parseRate(text, 'loss', RANGES.loss)).toThrow(new UserError(sentence, { option: 'loss' }));
  });

  it('names the option that is wrong', () => {
    expect(() => parseRate('12', 'max-weight', RANGES.weight)).toThrow(
      expect.objectContaining({ option: 'max-weight' }),
    );
  });
});

it.each([
  ['alpha', '99.9%', '0.999'],
  ['alpha', '50%', '0.5'],
  ['loss', '0.01%', '0.0001'],
  ['loss', '100%', '1.0'],
  ['weight', '0', '0.0'],
] as const)('parseRate takes the ends of the range of %s in both spellings', (name, percents, fraction) => {
  expect(parseRate(percents, name, RANGES[name])).toBe(Number(fraction));
  expect(parseRate(fraction, name, RANGES[name])).toBe(Number(fraction));
});

describe('parseWhole', () => {
  it('takes the ends of its range', () => {
    expect(parseWhole('1', 'horizon', RANGES.horizon)).toBe(1);
    expect(parseWhole(252, 'horizon', RANGES.horizon)).toBe(252);
  });

  it.each(['0', '253', '2.5', '-3', 'ten', ''])('refuses %j', (text) => {
    expect(() => parseWhole(text, 'horizon', RANGES.horizon)).toThrow(
      `horizon takes a whole number from 1 to 252; got "${text}".`,
    );
  });
});

describe('parseAmount', () => {
  it('reads plain numbers and thousands', () => {
    expect(parseAmount('10,000.50', 'amount')).toBe(10_000.5);
    expect(parseAmount(250, 'amount')).toBe(250);
  });

  it.each(['0', '-5', '10.000,00', '1,00', 'lots', '1e5'])('refuses %j', (text) => {
    expect(() => parseAmount(text, 'amount')).toThrow(UserError);
  });
});

describe('parseCurrency', () => {
  it('takes an ISO 4217 code, in capitals or not', () => {
    expect(parseCurrency(' eur ', 'currency')).toBe('EUR');
  });

  it.each(['€', 'EURO', 'GBX', ''])('refuses %j', (text) => {
    expect(() => parseCurrency(text, 'currency')).toThrow(
      `currency takes a currency by its code (ISO 4217), such as EUR or USD; got "${text}".`,
    );
  });
});

describe('parseDay', () => {
  it('takes a real day', () => {
    expect(parseDay('2024-02-29', 'as-of')).toBe('2024-02-29');
  });

  it.each(['2023-02-29', '2024-13-01', '24-01-01', 'yesterday'])('refuses %j', (text) => {
    expect(() => parseDay(text, 'as-of')).toThrow(`as-of takes a day as YYYY-MM-DD; got "${text}".`);
  });
});

describe('parseTickers', () => {
  it('reads lists as people write them, once each', () => {
    expect(parseTickers('AAPL, msft  BRK-B;aapl', 'tickers')).toEqual(['AAPL', 'MSFT', 'BRK-B']);
    expect(parseTickers('M&M.NS, ^NSEI, INR=X', 'tickers')).toEqual(['M&M.NS', '^NSEI', 'INR=X']);
  });

  it('refuses a single one and odd characters', () => {
    expect(() => parseTickers('AAPL', 'tickers')).toThrow('2 to 500 different symbols separated by commas; got 1.');
    expect(() => parseTickers('AAPL, $MSFT', 'tickers')).toThrow('got "$MSFT"');
  });
});
