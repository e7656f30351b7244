import { expect, it } from 'vitest';
import { completeConstraints } from '../../src/commands/complete-constraints.ts';
import type { Universe } from '../../src/prices/universes.ts';

const universe = (name: string, tickers: readonly string[], groups: Universe['groups'] = []): Universe => ({
  name,
  title: name,
  vendor: 'yahoo',
  owner: 'guild',
  tickers,
  groups,
});

const universes = [
  universe('one', ['NVDA', 'NKE', '^GSPC']),
  universe('two', ['NFLX', 'TLT'], [{ name: 'tech', tickers: ['NFLX'] }]),
];
const offered = (typed: string, settings = {}) =>
  completeConstraints(typed, { universes, settings }).map((one) => one.value);

it('offers tickers and groups for the word being typed, after what stands before it', () => {
  expect(offered('n')).toEqual(['NVDA', 'NKE', 'NFLX']);
  expect(offered('NVDA <= 20%; te')).toEqual(['NVDA <= 20%; tech']);
  expect(offered('2*t')).toEqual(['2*tech', '2*TLT']);
  expect(offered('')).toEqual(['tech', 'NVDA', 'NKE', 'NFLX', 'TLT']);
  expect(offered('^')).toEqual([]);
});

it('has those of the default universe first', () => {
  expect(offered('n', { universe: 'two' })).toEqual(['NFLX', 'NVDA', 'NKE']);
});

it('offers what may follow a whole name', () => {
  expect(offered('tech')).toEqual(['tech', 'tech <= 20%', 'tech >= 5%']);
});

it('offers nothing that is longer than a choice may be', () => {
  expect(offered(`${'NVDA + '.repeat(15)}n`)).toEqual([]);
});
