import { describe, expect, it } from 'vitest';
import { wordError } from '../../src/commands/error-words.ts';
import { feasibleSet } from '../../src/engine/constraints/index.ts';
import { constraintError } from '../../src/engine/constraints/problem.ts';
import { explainContradictions } from '../../src/engine/optimize/contradictions.ts';
import { UserError } from '../../src/errors.ts';
import { type SettingsUsed, tellSettings } from '../../src/settings-used.ts';
import { assets, atLeast, atMost } from '../support/constraints.ts';

/** An error as `explainContradictions` leaves it. */
const contradict = (...conflicts: readonly object[]): UserError => {
  const { message, code } = constraintError('constraints.contradict');
  return new UserError(message, { code, data: { conflicts } });
};

const pair = { constraints: [atMost(0.05), atLeast(0.06)], given: [] };
const mend = [
  { constraint: atMost(0.05), to: atMost(0.06) },
  { constraint: atLeast(0.06), to: atLeast(0.05) },
];

describe('constraints that contradict each other', () => {
  it.each([
    [
      [{ ...pair, mend }],
      'No split keeps at most 5% per asset and at least 6% per asset at once: at most 6% per asset would do, or at least 5% per asset.',
    ],
    [
      [{ ...pair, mend: mend.slice(1) }],
      'No split keeps at most 5% per asset and at least 6% per asset at once: at least 5% per asset would do.',
    ],
    [
      [{ ...pair, mend: [] }],
      'No split keeps at most 5% per asset and at least 6% per asset at once: more than one constraint must be looser.',
    ],
    [
      [{ constraints: [atMost(0.05)], given: ['all-invested', 'long-only'], mend: [] }],
      'No split keeps at most 5% per asset, since all money is invested and no weight is below 0: more than one constraint must be looser.',
    ],
    [
      [
        { constraints: [atMost(0.05)], given: ['all-invested'], mend: [{ constraint: atMost(0.05), to: atMost(0.1) }] },
        {
          constraints: [atLeast(0.5)],
          given: ['all-invested'],
          mend: [{ constraint: atLeast(0.5), to: atLeast(0.1) }],
        },
      ],
      'No split keeps at most 5% per asset, since all money is invested: at most 10% per asset would do; nor at least 50% per asset, since all money is invested: at least 10% per asset would do.',
    ],
  ])('are named, with what would mend them: %j', (conflicts, message) => {
    expect(wordError(contradict(...conflicts), 'terminal').message).toBe(message);
    expect(wordError(contradict(...conflicts), 'discord')).toMatchObject({
      message,
      code: 'constraints.contradict',
      data: { conflicts },
    });
  });

  it('are named for bounds that cross, from the constraints to the sentence', async () => {
    const [constraints, tickers] = [[atMost(0.3), atLeast(0.35)], assets(2)];
    const refused = explainContradictions({ constraints, tickers }, () => feasibleSet(constraints, tickers));
    const error: unknown = await refused.catch((thrown: unknown) => thrown);
    expect(wordError(error, 'terminal')).toMatchObject({
      code: 'constraints.bounds-cross',
      message: expect.stringMatching(/^No split keeps at most 30% per asset/),
    });
  });

  it.each<[SettingsUsed, string]>([
    [
      { parts: ['min-weight', 'horizon'] },
      "; min_weight 6% comes from this server's settings, which those who manage it can change by /settings set.",
    ],
    [
      { parts: ['max-weight', 'min-weight'] },
      "; max_weight 5% and min_weight 6% come from this server's settings, which those who manage it can change by /settings set.",
    ],
    [{ parts: ['max-weight'], isEarlier: true }, "; max_weight 5% comes from the server's settings at that time."],
    [{ parts: ['horizon'] }, ': at most 6% per asset would do, or at least 5% per asset.'],
  ])('say whose they are: %j', (settingsUsed, ending) => {
    const told = tellSettings(contradict({ ...pair, mend }), { settingsUsed });
    expect(wordError(told, 'discord')).toMatchObject({
      option: 'max_weight',
      message: expect.stringMatching(new RegExp(`${ending.replaceAll(/[./]/g, String.raw`\$&`)}$`)),
    });
    const other = new UserError('Another one.');
    expect(tellSettings(other, { settingsUsed })).toBe(other);
  });
});
