import { describe, expect, it } from 'vitest';
import { UserError } from '../src/errors.ts';
import { RANGES } from '../src/parse.ts';
import { parseRate, type Door } from '../src/parse-rates.ts';

const DOORS: readonly Door[] = ['discord', 'terminal'];

describe.each(DOORS)('parseRate in %s', (door) => {
  it.each([
    ['8%', 0.08],
    ['8 %', 0.08],
    ['8\u00a0%', 0.08],
    [' 7.5% ', 0.075],
    ['8,5%', 0.085],
    ['8.5 %', 0.085],
    ['8,%', 0.08],
    ['+8%', 0.08],
    ['８％', 0.08],
    ['8 percent', 0.08],
    ['8 per cent', 0.08],
    ['8pct', 0.08],
    ['0.08', 0.08],
    ['.08', 0.08],
    ['0,08', 0.08],
    [',08', 0.08],
    ['0,085', 0.085],
    ['12,500%', 0.125],
    ['100%', 1],
    ['0.01%', 0.0001],
    ['1.1%', 0.011],
  ])('reads %j as %d', (text, rate) => {
    expect(parseRate(text, 'loss', RANGES.loss, door)).toBeCloseTo(rate, 12);
  });

  it.each([
    ['95%', 0.95],
    ['0.95', 0.95],
    ['95,5%', 0.955],
    ['99.9%', 0.999],
    ['0,999', 0.999],
  ])('reads %j as the confidence level %d', (text, alpha) => {
    expect(parseRate(text, 'alpha', RANGES.alpha, door)).toBe(alpha);
  });

  it.each([
    ['1', 'loss takes a rate such as 8% or 0.08; a bare 1 is unclear: write 1% or 100%.'],
    ['-8%', 'loss takes no minus sign: write 8%; got "-8%".'],
    ['−0,08', 'loss takes no minus sign: write 8%; got "−0,08".'],
    ['-800%', 'loss must lie between 0.01% and 100%; got "-800%".'],
    ['800%', 'loss must lie between 0.01% and 100%; got "800%".'],
    ['0%', 'loss must lie between 0.01% and 100%; got "0%".'],
    ['0', 'loss must lie between 0.01% and 100%; got "0".'],
    ['1.000,5%', 'loss takes a rate such as 8% or 0.08; got "1.000,5%".'],
    ['8,5,1%', 'loss takes a rate such as 8% or 0.08; got "8,5,1%".'],
    ['8%%', 'loss takes a rate such as 8% or 0.08; got "8%%".'],
    ['', 'loss takes a rate such as 8% or 0.08; got "".'],
    ['%', 'loss takes a rate such as 8% or 0.08; got "%".'],
    ['1e-2', 'loss takes a rate such as 8% or 0.08; got "1e-2".'],
    ['eight', 'loss takes a rate such as 8% or 0.08; got "eight".'],
  ])('refuses %j in one sentence', (text, sentence) => {
    expect(() => parseRate(text, 'loss', RANGES.loss, door)).toThrow(new UserError(sentence, { option: 'loss' }));
  });

  it.each([
    ['1', 'alpha must lie between 50% and 99.9%; got "1".'],
    ['low', 'alpha takes a rate such as 95% or 0.95; got "low".'],
  ])('advises nothing that alpha would refuse: %j', (text, sentence) => {
    expect(() => parseRate(text, 'alpha', RANGES.alpha, door)).toThrow(new UserError(sentence, { option: 'alpha' }));
  });

  it('reads negative risk-free rates', () => {
    expect(parseRate('-0.5%', 'risk-free', RANGES.riskFree, door)).toBe(-0.005);
    expect(parseRate('−0,005', 'risk-free', RANGES.riskFree, door)).toBe(-0.005);
    expect(parseRate('-0', 'risk-free', RANGES.riskFree, door)).toBe(0);
    expect(() => parseRate('-100%', 'risk-free', RANGES.riskFree, door)).toThrow(
      'risk-free must lie between -99.99% and 100%; got "-100%".',
    );
  });

  it.each([
    ['0.5', '0.5% or 50%'],
    ['-0.5', '-0.5% or -50%'],
    ['-,25', '-0.25% or -25%'],
    ['0.201', '0.201% or 20.1%'],
  ])('refuses a bare risk-free rate that is more likely a percentage, with both ways: %j', (text, ways) => {
    const sentence = `risk-free takes a rate such as 8% or 0.08; a bare ${text} is unclear: write ${ways}.`;
    expect(() => parseRate(text, 'risk-free', RANGES.riskFree, door)).toThrow(sentence);
    for (const way of ways.split(' or ')) {
      expect(() => parseRate(way, 'risk-free', RANGES.riskFree, door)).not.toThrow();
    }
    expect(parseRate('-0.2', 'risk-free', RANGES.riskFree, door)).toBe(-0.2);
    expect(parseRate('-50%', 'risk-free', RANGES.riskFree, door)).toBe(-0.5);
  });

  it.each([
    ['alpha', '99.9%', '0.999'],
    ['alpha', '50%', '0.5'],
    ['loss', '0.01%', '0.0001'],
    ['weight', '0', '0.0'],
  ] as const)('takes the ends of the range of %s in both spellings', (name, percents, fraction) => {
    expect(parseRate(percents, name, RANGES[name], door)).toBe(Number(fraction));
    expect(parseRate(fraction, name, RANGES[name], door)).toBe(Number(fraction));
  });
});

describe('a bare number above 1', () => {
  it.each([
    ['8', 0.08],
    ['8.5', 0.085],
    ['8,5', 0.085],
    ['1.5', 0.015],
    ['100', 1],
  ])('is percent in Discord: %j', (text, rate) => {
    expect(parseRate(text, 'loss', RANGES.loss, 'discord')).toBe(rate);
  });

  it('is refused in Discord above 100, where no rate lies', () => {
    expect(() => parseRate('800', 'loss', RANGES.loss, 'discord')).toThrow('between 0.01% and 100%; got "800"');
  });

  it.each([
    ['8', '8% or 0.08'],
    ['8.5', '8.5% or 0.085'],
    ['8,5', '8.5% or 0.085'],
    ['8,500', '8.5% or 0.085'],
    ['100', '100% or 1.0'],
    ['1', '1% or 100%'],
    ['33.3', '33.3% or 0.333'],
  ])('is refused by the terminal, whose advice it takes: %j', (text, ways) => {
    const refused = new UserError(`loss takes a rate such as 8% or 0.08; a bare ${text} is unclear: write ${ways}.`, {
      option: 'loss',
    });
    expect(() => parseRate(text, 'loss', RANGES.loss, 'terminal')).toThrow(refused);
    for (const way of ways.split(' or ')) expect(() => parseRate(way, 'loss', RANGES.loss, 'terminal')).not.toThrow();
  });

  it('is refused by the terminal without advice where every reading is out of range', () => {
    expect(() => parseRate('200', 'loss', RANGES.loss, 'terminal')).toThrow('between 0.01% and 100%; got "200"');
  });

  it('of 1.0 is 100% in the terminal, and unclear in Discord', () => {
    expect(parseRate('1.0', 'loss', RANGES.loss, 'terminal')).toBe(1);
    expect(() => parseRate('1.0', 'loss', RANGES.loss, 'discord')).toThrow('a bare 1.0 is unclear: write 1% or 100%.');
  });
});
