import { describe, expect, it } from 'vitest';
import { parseShock, parseWeights, shockText, weightsText } from '../../src/commands/portfolio.ts';

describe('parseWeights', () => {
  it.each([
    [
      'NVDA 30%, KO 70%',
      [
        ['NVDA', 0.3],
        ['KO', 0.7],
      ],
    ],
    [
      '$nvda: 30 %; ko = 0.7',
      [
        ['NVDA', 0.3],
        ['KO', 0.7],
      ],
    ],
    [
      'BRK-B 12,5%, BTC-USD .5\n^GSPC 1.5%',
      [
        ['BRK-B', 0.125],
        ['BTC-USD', 0.5],
        ['^GSPC', 0.015],
      ],
    ],
    ['NVDA 30, KO 0', [['NVDA', 0.3]]],
    [
      'A 33.3334%, B 33.3333%, C 33.3333%',
      [
        ['A', 0.333334],
        ['B', 0.333333],
        ['C', 0.333333],
      ],
    ],
  ])('reads %j', (text, expected) => {
    expect(parseWeights(text, 'discord')).toEqual(expected.map(([ticker, weight]) => ({ ticker, weight })));
  });

  it.each([
    ['', 'takes at least one asset'],
    ['NVDA 60%, KO 60%', 'must sum to 100% at most, the rest is cash; got 120%'],
    ['NVDA 30%, nvda 20%', 'names NVDA twice'],
    ['NVDA, KO', 'takes assets such as NVDA 30%, KO 70%; got "NVDA"'],
    ['30%', 'got "30%"'],
    ['NIMBIQ 30% GROCEM 60%', 'takes a comma between assets, such as NVDA 30%, KO 70%; got "NIMBIQ 30% GROCEM 60%"'],
    ['A 0.3 B 0.6', 'takes a comma between assets'],
    ['NVDA -30%', 'takes no minus sign'],
    ['NVDA 1', 'a bare 1 is unclear'],
  ])('refuses %j', (text, sentence) => {
    expect(() => parseWeights(text, 'discord')).toThrow(sentence);
  });

  it('takes no bare number above 1 in the terminal, as everywhere', () => {
    expect(() => parseWeights('NVDA 30', 'terminal')).toThrow('a bare 30 is unclear: write 30%');
  });

  it('is written as it may be typed', () => {
    const text = 'NVDA 30%, KO 12.5%';
    expect(weightsText(parseWeights(text, 'discord'))).toBe(text);
  });
});

describe('parseShock', () => {
  it.each([
    ['NVDA -30%', -0.3, 'NVDA -30%'],
    ['nvda −30 %', -0.3, 'NVDA -30%'],
    ['NVDA: +150%', 1.5, 'NVDA +150%'],
  ])('reads %j', (text, move, written) => {
    expect(parseShock(text, 'discord')).toEqual({ ticker: 'NVDA', move });
    expect(shockText(parseShock(text, 'discord'))).toBe(written);
  });

  it.each([
    ['NVDA', 'takes assets such as NVDA -30%'],
    ['NVDA 0%', 'a move other than 0'],
    [
      'NVDA -30%, KO -5%',
      'shock takes one asset with its move, such as NVDA -30%: the others move as in the scenarios',
    ],
    ['NVDA -130%', 'must lie between -100% and 1000%'],
  ])('refuses %j', (text, sentence) => {
    expect(() => parseShock(text, 'discord')).toThrow(sentence);
  });
});
