import { describe, expect, it } from 'vitest';
import { mandatesWithout } from '../../src/commands/allocate/without.ts';
import { bindingSentence, holdingSentence } from '../../src/commands/binding-words.ts';
import type { Binding } from '../../src/engine/optimize/sensitivity.ts';
import { atLeast, atMost } from '../support/constraints.ts';
import { mandateOver } from '../support/mandate.ts';

const limit = { kind: 'limit', limit: 0.08 } as const;

describe('what binds', () => {
  it.each<[readonly Binding[], string]>([
    [[], ''],
    [
      [{ constraint: limit, price: 0.0011 }],
      'Your limit binds: over 21 trading days one more point of limit is worth +0.11%.',
    ],
    [
      [
        { constraint: limit, price: 0.0011 },
        { constraint: atMost(0.2), price: 0.0005 },
        { constraint: atLeast(0.02), price: 0.00002 },
      ],
      'Your limit and at most 20% per asset bind: over 21 trading days one more point of limit is worth +0.11%, at most 20% per asset one point looser +0.05%. Also at the bound, worth less than 0.01%: at least 2% per asset.',
    ],
    [
      [
        { constraint: atMost(0.2), price: 0.003 },
        { constraint: atLeast(0.02), price: 0.001 },
      ],
      'What binds is at most 20% per asset and at least 2% per asset: over 21 trading days at most 20% per asset one point looser is worth +0.30%, at least 2% per asset one point looser +0.10%.',
    ],
    [
      [{ constraint: { kind: 'max-assets', count: 3 }, price: 0.003 }],
      'What binds is at most 3 assets: over 21 trading days at most 3 assets with one more is worth +0.30%.',
    ],
    [[{ constraint: limit, price: 0.00004 }], 'At the bound, worth less than 0.01%: your limit.'],
  ])('is a sentence with prices: %j', (binding, sentence) => {
    expect(bindingSentence(binding, 21)).toBe(sentence);
  });

  it('does not name the days of scenarios that are a file’s', () => {
    expect(bindingSentence([{ constraint: limit, price: 0.0011 }])).toBe(
      'Your limit binds: one more point of limit is worth +0.11%.',
    );
  });
});

describe('what holds the smallest limit up', () => {
  const holding = [
    { constraint: atMost(0.2), minCvarWithout: 0.05091 },
    { constraint: atLeast(0.02), minCvarWithout: 0.06 },
  ];

  it('is a sentence with the limits that could be kept, rounded up', () => {
    expect(holdingSentence([])).toBe('');
    expect(holdingSentence(holding)).toBe(
      'Without at most 20% per asset a limit of 5.10% could be kept, without at least 2% per asset one of 6.00%.',
    );
  });

  it('can be tried without, at the limit or at the smallest that can then be kept', () => {
    const mandate = { ...mandateOver(21, { limit: 0.055 }), constraints: [atMost(0.2), atLeast(0.02)] };
    // From another thread they come as copies.
    expect(mandatesWithout(mandate, structuredClone(holding))).toEqual([
      {
        label: 'Try 5.5% without at most 20% per asset',
        mandate: { ...mandateOver(21, { limit: 0.055 }), constraints: [atLeast(0.02)] },
      },
      {
        label: 'Try 6% without at least 2% per asset',
        mandate: { ...mandateOver(21, { limit: 0.06 }), constraints: [atMost(0.2)] },
      },
    ]);
    expect(mandatesWithout(mandate)).toEqual([]);
    expect(
      mandatesWithout(
        mandate,
        Array.from({ length: 9 }, () => holding[0]!),
      ),
    ).toHaveLength(3);
  });
});
