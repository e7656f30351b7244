import { expect, it } from 'vitest';
import { completeNames, namedAssets, serverNames } from '../../src/commands/complete-names.ts';
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
const offered = (typed: string, settings = {}, option = 'constraints') =>
  completeNames(option, typed, serverNames({ universes, settings })).map((one) => one.value);

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

it.each([
  ['weights', 'NVDA 30%, n', ['NVDA 30%, NVDA', 'NVDA 30%, NKE', 'NVDA 30%, NFLX']],
  ['weights', 'tlt', ['TLT', 'TLT 30%']],
  ['weights', 'te', []],
  ['shock', 'nvda', ['NVDA', 'NVDA -30%', 'NVDA -10%', 'NVDA +10%']],
  ['views', 'NVDA +5%, tlt', ['NVDA +5%, TLT', 'NVDA +5%, TLT +5%', 'NVDA +5%, TLT > ']],
  ['views', 'TLT > nk', ['TLT > NKE']],
  ['holdings', 's', ['saved']],
  ['holdings', 'TLT 3, ca', ['TLT 3, cash 500 USD']],
  ['constraints', 'be', ['behind']],
  ['constraints', 'behind ', ['behind ^GSPC', 'behind NVDA', 'behind NKE', 'behind NFLX', 'behind TLT']],
  ['constraints', 'NKE <= 5%; behind ^gspc', ['NKE <= 5%; behind ^GSPC', 'NKE <= 5%; behind ^GSPC <= 5%']],
])('knows what %s may say after %j', (option, typed, choices) => {
  expect(offered(typed, {}, option)).toEqual(choices);
});

it('takes a dash for a part of a name where one has it, and for a minus elsewhere', () => {
  const coins = [universe('coins', ['BTC-USD', 'BRK-B', 'USO'])];
  const of = (typed: string) =>
    completeNames('constraints', typed, serverNames({ universes: coins, settings: {} }))[0]?.value;
  expect(of('btc-u')).toBe('BTC-USD');
  expect(of('USO-b')).toBe('USO-BTC-USD');
});

it.each([
  ['a universe', { universe: ' Two ' }, ['tech', 'NFLX', 'TLT']],
  ['tickers', { tickers: 'ko, pep' }, ['etf', 'fund', 'crypto', 'KO', 'PEP']],
  ['no universe that is known', { universe: 'thr' }, undefined],
  ['tickers that are not written to the end', { tickers: 'ko, <' }, undefined],
])('offers only names of the assets of the question where its options name %s', (_, others, names) => {
  const known = namedAssets(others, { universes });
  expect(known && completeNames('constraints', '', known).map((one) => one.value)).toEqual(names);
  expect(known && completeNames('constraints', 'nv', known)).toEqual(known && []);
});
