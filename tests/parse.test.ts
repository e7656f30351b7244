import { describe, expect, it } from 'vitest';
import { UserError } from '../src/errors.ts';
import { RANGES, parseAmount, parseCurrency, parseDay, parseWhole } from '../src/parse.ts';

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
