import { describe, expect, it } from 'vitest';
import { parseViews, viewFields, viewsText } from '../../src/commands/views.ts';

describe('parseViews', () => {
  it.each([
    ['NVDA +5%', [{ ticker: 'NVDA', relation: '=', by: 0.05 }], 'NVDA +5%'],
    [
      'nvda −2,5 %, ko > pep',
      [
        { ticker: 'NVDA', relation: '=', by: -0.025 },
        { ticker: 'KO', relation: '>=', than: 'PEP', by: 0 },
      ],
      'NVDA -2.5%, KO > PEP',
    ],
    ['BRK-B<=BTC-USD + 1%', [{ ticker: 'BRK-B', relation: '<=', than: 'BTC-USD', by: 0.01 }], 'BRK-B < BTC-USD +1%'],
    [
      'KO ≥ 2%; PEP = 0.01; A < -3%',
      [
        { ticker: 'KO', relation: '>=', by: 0.02 },
        { ticker: 'PEP', relation: '=', by: 0.01 },
        { ticker: 'A', relation: '<=', by: -0.03 },
      ],
      'KO > 2%, PEP +1%, A < -3%',
    ],
    ['KO = PEP - 1%', [{ ticker: 'KO', relation: '=', than: 'PEP', by: -0.01 }], 'KO = PEP -1%'],
  ])('reads %j, and writes it as it may be typed', (text, views, written) => {
    expect(parseViews(text, 'discord')).toEqual(views);
    expect(viewsText(parseViews(text, 'discord'))).toBe(written);
    expect(parseViews(written, 'terminal')).toEqual(views);
  });

  it.each(['KO > PEP, PEP > KO - 1%', 'KO > PEP, KO > PEP', 'KO = PEP, KO < PEP', 'KO > PEP, PEP > A'])(
    'reads %j, of which more than equality is left',
    (text) => {
      expect(parseViews(text, 'discord')).toHaveLength(2);
    },
  );

  it.each([
    ['', 'takes 1 to 10 views'],
    [
      Array.from({ length: 11 }, (_, at) => `A${at} > B`).join(),
      'takes 1 to 10 views such as NVDA +5%, KO > PEP; got 11',
    ],
    ['NVDA', 'takes views such as NVDA +5%, KO > PEP; got "NVDA"'],
    ['KO > PEP, NVDA +5%, PEP > KO', 'KO > PEP and PEP > KO leave only KO = PEP: write that, or one of the two.'],
    ['KO > PEP + 1%; PEP > KO - 1%', 'leave only KO = PEP +1%'],
    ['KO > 2%, KO < 2%', 'KO > 2% and KO < 2% leave only KO +2%'],
    ['NVDA goes up', 'got "NVDA goes up"'],
    ['NVDA +500000%', 'must lie between'],
    ['nvda > NVDA', 'compares an asset with a number or with another asset; got "nvda > NVDA"'],
  ])('refuses %j', (text, sentence) => {
    expect(() => parseViews(text, 'discord')).toThrow(sentence);
  });
});

describe('viewFields', () => {
  it('says how many scenarios are left, and what that does to errors', () => {
    const views = parseViews('NVDA +5%', 'discord');
    const [field] = viewFields({ request: { views, sampling: { scenarios: 14_000 } }, model: { viewedShare: 0.25 } });
    expect(field!.value).toContain('as much as 3,500 scenarios (25%) would tell');
    expect(field!.value).toContain('2.0 × as large as shown');
    expect(viewFields({ request: { sampling: { scenarios: 14_000 } }, model: {} })).toEqual([]);
  });
});
