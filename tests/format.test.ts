import { describe, expect, it } from 'vitest';
import {
  age,
  alignColumns,
  labelled,
  money,
  percent,
  plural,
  quantity,
  ratio,
  roughly,
  roughMoney,
  shortPercent,
  signedPercent,
} from '../src/format.ts';

describe('numbers for people', () => {
  it('writes percentages with a real minus sign and no negative zero', () => {
    expect(percent(0.0791)).toBe('7.91%');
    expect(percent(-0.0791, 1)).toBe('\u22127.9%');
    expect(percent(-0.000001)).toBe('0.00%');
    expect(shortPercent(0.08)).toBe('8%');
    expect(shortPercent(1 - 0.95)).toBe('5%');
    expect(signedPercent(0.031)).toBe('+3.10%');
  });

  it('writes ratios to three digits, and a dash where there is no number', () => {
    expect(ratio(0.7799)).toBe('0.780');
    expect(ratio(-1.2345, 2)).toBe('\u22121.23');
    expect(ratio(-0.0001)).toBe('0.000');
    expect([Infinity, -Infinity, NaN].map((value) => ratio(value))).toEqual(['–', '–', '–']);
  });

  it('writes money, counts, waiting times and ages', () => {
    expect(money(1234.5, 'USD')).toBe('1,234.50 USD');
    expect(money(0)).toBe('0.00');
    expect(money(-1234.5, 'USD')).toBe('\u22121,234.50 USD');
    expect(money(-0.001)).toBe('0.00');
    expect(roughMoney(799.6, 'USD')).toBe('800 USD');
    expect(roughMoney(-12.345)).toBe('\u221212.35');
    expect([1250, 0.078125, 1e-8].map(quantity)).toEqual(['1,250', '0.078125', '0.00000001']);
    expect(plural(1, 'day')).toBe('1 day');
    expect(plural(2000, 'day')).toBe('2,000 days');
    expect(roughly(0.2)).toBe('1 s');
    expect(roughly(95)).toBe('2 min');
    const now = Date.parse('2026-11-20T15:00:00Z');
    expect(age('2026-11-20', now)).toBe('today');
    expect(age('2026-11-19', now)).toBe('1 day old');
    expect(age('2025-11-20', now)).toBe('365 days old');
  });
});

describe('tables', () => {
  it('aligns the first column to the left and the others to the right', () => {
    expect(
      alignColumns([
        ['Asset', 'Weight'],
        ['AB', '7.0%'],
        ['LONGER', '93.0%'],
      ]),
    ).toEqual(['Asset   Weight', 'AB        7.0%', 'LONGER   93.0%']);
  });

  it('puts the values of names into one column', () => {
    expect(
      labelled([
        ['Seed', '1'],
        ['Scenarios', '10'],
      ]),
    ).toEqual(['Seed       1', 'Scenarios  10']);
  });
});
