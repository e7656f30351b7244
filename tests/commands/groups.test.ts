import { describe, expect, it } from 'vitest';
import { parseGroups } from '../../src/commands/groups.ts';

const tickers = ['NVDA', 'AAPL', 'BRK-B', 'TLT', 'IT'];

describe('groups of assets', () => {
  it('are named lists, spelled as the universe spells them', () => {
    expect(parseGroups('Tech: nvda, $AAPL; value : BRK.B TLT tlt', 'groups', tickers)).toEqual([
      { name: 'tech', tickers: ['NVDA', 'AAPL'] },
      { name: 'value', tickers: ['BRK-B', 'TLT'] },
    ]);
    expect(parseGroups('a: X', 'groups')).toEqual([{ name: 'a', tickers: ['X'] }]);
  });

  it.each([
    ['it: NVDA', 'The group it has the name of the ticker IT: choose another name.'],
    ['tech: NVDA KO', 'The group tech names KO, which is none of these assets: NVDA, AAPL, BRK-B, TLT, IT.'],
    ['tech: NVDA; TECH: AAPL', 'groups names the group tech twice.'],
    ['tech:', 'The group tech has no tickers.'],
    ['NVDA AAPL', 'named by up to 32 letters, digits and dashes; got "NVDA AAPL".'],
    ['behind: NVDA', 'named by up to 32 letters'],
    ['tech <: NVDA', 'named by up to 32 letters'],
    ['te_ch: NVDA', 'named by up to 32 letters'],
    ['', 'groups takes 1 to 50 groups'],
  ])('%s is refused', (text, message) => {
    expect(() => parseGroups(text, 'groups', tickers)).toThrow(message);
  });
});
