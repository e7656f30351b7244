import { describe, expect, it } from 'vitest';
import { ALLOWABLE_PRICES, ALLOWANCE_CHOICES, parseAllowances } from '../../src/commands/allowances.ts';
import { OPTIONS } from '../../src/commands/options.ts';
import { ALLOWANCES } from '../../src/engine/quality/quality.ts';
import { UserError } from '../../src/errors.ts';
import { UNIVERSE_HELP } from '../../src/terminal/flags.ts';

describe('what a person may accept in prices', () => {
  it.each([
    ['frozen', ['frozen']],
    ['jumps,frozen', ['frozen', 'jumps']],
    [' Frozen + JUMPS ', ['frozen', 'jumps']],
    ['jumps; jumps', ['jumps']],
  ])('is read: %j', (text, accepted) => {
    expect(parseAllowances(text, 'allow')).toEqual(accepted);
  });

  it.each(['', ' , ', 'gaps', 'frozen, gaps'])('is refused: %j', (text) => {
    const sentence = `allow takes frozen, jumps or both; got "${text}".`;
    expect(() => parseAllowances(text, 'allow')).toThrow(new UserError(sentence, { option: 'allow' }));
  });

  it('is the same in Discord, in the terminal and in the engine', () => {
    expect(ALLOWANCE_CHOICES.map((choice) => parseAllowances(choice, 'allow'))).toEqual([
      ['frozen'],
      ['jumps'],
      ALLOWANCES,
    ]);
    expect(ALLOWABLE_PRICES).toBe('prices that stand still (frozen) or move as no share does (jumps)');
    expect(OPTIONS.allow.choices.map(({ value }) => value)).toEqual(ALLOWANCE_CHOICES);
    expect(UNIVERSE_HELP.split('\n')).toContain(`  --allow frozen,jumps   go on with ${ALLOWABLE_PRICES}`);
  });
});
