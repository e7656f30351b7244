import { describe, expect, it } from 'vitest';
import { wordError } from '../../src/commands/error-words.ts';
import { feasibleSet } from '../../src/engine/constraints/index.ts';
import { constraintError } from '../../src/engine/constraints/problem.ts';
import { checkFeasible, explainContradictions } from '../../src/engine/optimize/contradictions.ts';
import { UserError } from '../../src/errors.ts';
import { type SettingsUsed, tellSettings } from '../../src/settings-used.ts';
import { assets, atLeast, atMost, inWords } from '../support/constraints.ts';

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

  it('are named as one where they ask the same of one asset each, however many of them it takes', async () => {
    const six = assets(6);
    const tickers = assets(12);
    const least = six.map((name) => `${name} >= 5%`);
    const all = six.join(' + ');
    const sentence = async (text: string): Promise<unknown> => {
      const error: unknown = await checkFeasible({ constraints: inWords(text, tickers), tickers }).catch((e) => e);
      return wordError(error, 'terminal');
    };
    expect(await sentence([`${all} <= 20%`, ...least].join('; '))).toMatchObject({
      option: 'constraint',
      message: `No split keeps ${all} <= 20% and at least 5% in each of A0, A1, A2, A3, A4 and A5 at once: ${all} <= 30% would do, or at least 3.33% in each.`,
    });
    expect(await sentence([`${all} <= 8%`, ...least].join('; '))).toMatchObject({
      message: expect.stringMatching(
        / in each of A0, A1, A2, A3, A4 and A5 at once: .* <= 30% would do, or at least 1.33% in each.$/,
      ),
    });
    expect(await sentence('A0 >= 40%; A1 >= 40%; A2 >= 15%; A3 >= 15%')).toMatchObject({
      message:
        'No split keeps at least 40% in each of A0 and A1 and at least 15% in each of A2 and A3 at once, since all money is invested and no weight is below 0: at least 35% in each of A0 and A1 would do, or at least 10% in each of A2 and A3.',
    });
    expect(await sentence('A0 = 30%; A1 = 30%; A2 = 30%; A3 = 30%')).toMatchObject({
      message: expect.stringContaining('exactly 30% in each of A0, A1, A2 and A3, since all money is invested'),
    });
    // A weight below 0 comes to nobody's mind.
    expect(await sentence('A0 + A1 <= 20%; A0 >= 30%')).toMatchObject({
      message: 'No split keeps A0 + A1 <= 20% and A0 >= 30% at once: A0 + A1 <= 30% would do, or A0 >= 20%.',
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
