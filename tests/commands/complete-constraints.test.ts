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

it('takes a dash within a word for a part of the name, and one beside it for a sign', () => {
  const place = {
    universes: [universe('one', ['BRK-B', 'CAT', 'BTC-USD'], [{ name: 'health-care', tickers: ['CAT'] }])],
    settings: {},
  };
  const choices = (typed: string) => completeConstraints(typed, place).map((one) => one.value);
  expect(choices('health-c')).toEqual(['health-care']);
  expect(choices('CAT + brk-')).toEqual(['CAT + BRK-B']);
  expect(choices('BRK-B')).toEqual(['BRK-B', 'BRK-B <= 20%', 'BRK-B >= 5%']);
  expect(choices('CAT - b')).toEqual(['CAT - BRK-B', 'CAT - BTC-USD']);
  expect(choices('-ca')).toEqual(['-CAT', '-CAT <= 20%', '-CAT >= 5%'].slice(0, 1));
  expect(choices('$ca')).toEqual(['CAT']);
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
