import { describe, expect, it } from 'vitest';
import {
  checkConstraints,
  DISCORD_NAMES,
  TERMINAL_NAMES,
  wordConstraintProblem,
  wordError,
} from '../../src/commands/constraints.ts';
import { type Constraint, feasibleSet } from '../../src/engine/constraints/index.ts';
import { constraintError } from '../../src/engine/constraints/problem.ts';
import { UserError } from '../../src/errors.ts';

const tickers = (assets: number): string[] => Array.from({ length: assets }, (_, at) => `A${at}`);
const most = (weight: number): Constraint => ({ kind: 'max-weight', weight });
const least = (weight: number): Constraint => ({ kind: 'min-weight', weight });

function refusal(assets: number, ...constraints: readonly Constraint[]): unknown {
  try {
    return feasibleSet(constraints, tickers(assets));
  } catch (error) {
    return error;
  }
}

describe('constraints that nothing meets', () => {
  it.each([
    [12, [most(0.05)], 'max-weight', '12 assets at most 5% each reach only 60%: raise max-weight to at least 8.34%.'],
    [1, [most(0.5)], 'max-weight', '1 asset at most 50% reaches only 50%: raise max-weight to at least 100%.'],
    [12, [least(0.1)], 'min-weight', '12 assets at least 10% each need 120%: lower min-weight to at most 8.33%.'],
    [
      5,
      [least(0.5), most(0.4)],
      'min-weight',
      'Expected min-weight to be at most max-weight, got 50% and 40%: lower min-weight or raise max-weight.',
    ],
  ])('are worded as each door names its options: %d assets, %j', (assets, constraints, option, message) => {
    const error = refusal(assets, ...constraints);
    expect(wordError(error, TERMINAL_NAMES)).toMatchObject({ name: 'UserError', option, message });
    const inDiscord = message.replaceAll(/(?<=m..)-(?=weight)/g, '_');
    expect(wordError(error, DISCORD_NAMES)).toMatchObject({ option: option.replace('-', '_'), message: inDiscord });
  });

  it('blame no option when they only contradict each other together', () => {
    const problem = { code: 'constraints.contradict', data: { assets: 5 } } as const;
    expect(wordError(constraintError(problem), DISCORD_NAMES)).toMatchObject({
      option: undefined,
      message: 'No split of 5 assets meets all constraints at once: loosen one of them.',
    });
    expect(wordConstraintProblem(problem, DISCORD_NAMES).blamed).toEqual([]);
  });

  it('name their source when both come from the server’s settings', () => {
    const settings = [most(0.4), least(0.5)];
    expect(() => checkConstraints(settings, tickers(5), settings)).toThrow(
      "raise max_weight; min_weight 50% and max_weight 40% come from this server's settings, both of which those who",
    );
    expect(() => checkConstraints(settings, tickers(5), [])).toThrow(/raise max_weight\.$/);
    expect(() => checkConstraints([most(0.4)], tickers(5), [])).not.toThrow();
  });

  it('leave other errors as they are', () => {
    for (const error of [new UserError('Expected a day.', 'from'), new Error('fault'), 'odd']) {
      expect(wordError(error, DISCORD_NAMES)).toBe(error);
    }
  });
});
