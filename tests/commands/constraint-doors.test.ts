import { describe, expect, it } from 'vitest';
import { readBacktest } from '../../src/commands/backtest/options.ts';
import { openGuilds } from '../../src/commands/guilds.ts';
import type { Options } from '../../src/commands/options.ts';
import { describeQuestion } from '../../src/commands/question.ts';
import { readRequest } from '../../src/commands/read-request.ts';
import type { GuildSettings } from '../../src/commands/settings/record.ts';
import { withChange } from '../../src/commands/settings/rules.ts';
import { serverVocabulary } from '../../src/commands/vocabulary.ts';
import type { Constraint } from '../../src/engine/constraints/index.ts';
import { UNIVERSES, type Universe } from '../../src/prices/universes.ts';
import { parseHoldings } from '../../src/parse-holdings.ts';
import { universeBeside } from '../../src/terminal/held-flag.ts';
import { mandateOf, universeOf } from '../../src/terminal/flags.ts';
import type { Flags } from '../../src/terminal/terminal-command.ts';
import { boundsJson } from '../../src/terminal/json.ts';
import { openTestStore } from '../store/fixtures.ts';

const tech: Universe = {
  name: 'tech',
  title: '',
  vendor: 'yahoo',
  owner: 'guild',
  tickers: ['NVDA', 'AAPL', 'TLT', '^GSPC'],
  groups: [
    { name: 'chips', tickers: ['NVDA'] },
    { name: 'bonds', tickers: ['TLT'] },
  ],
};
const universes = [...UNIVERSES, tech];
const read = (options: Options, settings: GuildSettings = {}) => readRequest(options, { universes, settings });

it('counts a constraint that is given twice once', () => {
  const { constraints } = read({ universe: 'tech', constraints: 'NVDA <= 20%; NVDA<=20%' }).mandate;
  expect(constraints.map((one) => one.kind === 'linear' && one.text)).toEqual(['NVDA <= 20%']);
});

const refused = (options: Options) => () => read({ constraints: 'chisp <= 5%', ...options });
const backtest = (options: Options) => readBacktest({ universe: 'us12', ...options }, { universes, settings: {} });

const chips: Constraint = {
  kind: 'linear',
  terms: [
    { name: 'chips', tickers: ['NVDA'], factor: 1 },
    { name: 'bonds', tickers: ['TLT'], factor: -2 },
  ],
  relation: '<=',
  bound: 0,
  text: 'chips <= 2 * bonds',
};
const all: Options = {
  max_weight: '60%',
  constraints: 'chips <= 2 * bonds; behind ^gspc <= 5',
  max_assets: '2',
  min_position: '5%',
  max_turnover: '30',
  cost: '0.1%',
};
const behind: Constraint = { kind: 'behind', benchmark: '^GSPC', limit: 0.05, text: 'behind ^gspc <= 5' };
const allRead: Constraint[] = [
  { kind: 'max-weight', weight: 0.6 },
  chips,
  behind,
  { kind: 'max-assets', count: 2 },
  { kind: 'min-position', weight: 0.05 },
  { kind: 'max-turnover', weight: 0.3 },
  { kind: 'cost', rate: 0.001 },
];

const inTerminal = (flags: Flags) => mandateOf(flags, universeOf(flags)).constraints;

const termsOf = (constraints: readonly Constraint[]) =>
  constraints.flatMap((one) => (one.kind === 'linear' ? one.terms.map(({ name, tickers }) => [name, ...tickers]) : []));

describe('tickers without groups of their own', () => {
  it.each([
    ['AAPL, PEP', 'technology <= 20%; etf <= 20%', [['technology', 'AAPL'], ['etf']]],
    ['AAPL, SPY', 'ETF <= 20%', [['ETF']]],
  ])('have those of a built-in universe that has all of %s, and the sectors of the vendor', (tickers, text, terms) => {
    expect(termsOf(read({ tickers, constraints: text }).mandate.constraints)).toEqual(terms);
    expect(termsOf(inTerminal({ tickers, constraint: text.split('; ') }))).toEqual(terms);
  });

  it('refuse other names', () => {
    expect(() => read({ tickers: 'AAPL, SPY', constraints: 'technology <= 20%' })).toThrow(
      'neither a ticker nor a group',
    );
    expect(() => read({ tickers: 'AAPL, SPY', constraints: 'fnud <= 20%' })).toThrow('did you mean fund?');
    expect(() => inTerminal({ tickers: 'NIMBIQ,PIXELO', vendor: 'sample', constraint: ['etf <= 20%'] })).toThrow(
      'neither a ticker nor a group',
    );
  });

  it("leave out a server's constraints on sectors, which may be of none of them", () => {
    const constraints = read({ tickers: 'SPY, QQQ', constraints: 'etf <= 20%' }).mandate.constraints;
    const { mandate, settingsUsed } = read({ tickers: 'AAPL, PEP' }, { constraints });
    expect(mandate.constraints).toEqual([]);
    expect(settingsUsed?.leftOut).toEqual(['etf <= 20%']);
  });
});

describe('the options of constraints', () => {
  it('are read in Discord with the names of the universe', () => {
    const { mandate } = read({ universe: 'tech', ...all });
    expect(mandate.constraints).toEqual(allRead);
    expect(describeQuestion({ mandate })).toBe(
      '21 trading days, alpha 95%, at most 60% per asset, chips <= 2 * bonds, behind ^gspc <= 5, at most 2 assets, ' +
        '0% or at least 5% per asset, at most 30% traded, costs of 0.1%',
    );
  });

  it('are read in the terminal with the groups that are given', () => {
    const flags = {
      tickers: 'NVDA,AAPL,TLT,^GSPC',
      groups: 'chips: NVDA; bonds: TLT',
      'max-weight': '60%',
      constraint: ['chips <= 2 * bonds', 'behind ^gspc <= 5%'],
      'max-assets': '2',
      'min-position': '5%',
      'max-turnover': '30%',
      cost: '0.1%',
    };
    const expected = allRead.map((one) => (one === behind ? { ...behind, text: 'behind ^gspc <= 5%' } : one));
    expect(inTerminal(flags)).toEqual(expected);
    expect(boundsJson(inTerminal(flags))).toEqual({
      maxWeight: 0.6,
      maxAssets: 2,
      minPosition: 0.05,
      maxTurnover: 0.3,
      cost: 0.001,
      constraints: ['chips <= 2 * bonds', 'behind ^gspc <= 5%'],
    });
    expect(() => inTerminal({ ...flags, constraint: ['chisp <= 5%'] })).toThrow('did you mean chips?');
    expect(inTerminal({ universe: 'sample', constraint: ['health-care <= 5%'] })).toMatchObject([
      { terms: [{ name: 'health-care', tickers: ['MEDIVO', 'CURALI'] }] },
    ]);
  });

  it('are about the assets that are held, in the terminal, where it names no others', () => {
    const held = parseHoldings('AAPL 10, NVDA 5, cash 100', 'holdings');
    const universe = universeBeside({}, held);
    expect(universe).toMatchObject({ tickers: ['AAPL', 'NVDA'] });
    expect(mandateOf({ constraint: ['AAPL <= 50%'] }, universe).constraints).toMatchObject([{ text: 'AAPL <= 50%' }]);
    expect(universeBeside({ universe: 'sample' }, held)).toEqual({ kind: 'named', name: 'sample' });
  });

  it('know sectors as groups at both doors', () => {
    const typed = 'technology <= 40%';
    const { mandate } = read({ universe: 'us12', constraints: typed });
    expect(mandate.constraints).toEqual(inTerminal({ universe: 'us12', constraint: [typed] }));
    expect(mandate.constraints).toMatchObject([
      { terms: [{ name: 'technology', tickers: ['NVDA', 'AAPL', 'MSFT', 'SHOP'] }] },
    ]);
  });

  it('name what no group or ticker of these assets has', () => {
    expect(refused({ universe: 'tech' })).toThrow('did you mean chips?');
    expect(refused({ tickers: 'NVDA, AAPL' })).toThrow(
      '`chisp` is neither a ticker nor a group of this universe; it has technology, NVDA, AAPL.',
    );
    expect(refused({ universe: 'tech', constraints: '^GSPC <= 5%' })).toThrow('`^GSPC` is neither');
  });

  it('limit no trades where nothing is held', () => {
    const settings: GuildSettings = { constraints: [{ kind: 'max-turnover', weight: 0.3 }] };
    expect(read({ universe: 'tech' }, settings)).toMatchObject({ mandate: { constraints: [] } });
    for (const holdings of ['NVDA 1', 'saved']) {
      expect(read({ universe: 'tech', holdings }, settings).mandate.constraints).toEqual(settings.constraints);
    }
  });

  it('may all be set to what restricts nothing', () => {
    const settings = { constraints: allRead };
    const neutral = { constraints: 'none', max_assets: 'none', min_position: '0%', max_turnover: '100%', cost: '0%' };
    const { mandate, settingsUsed } = read({ universe: 'tech', ...neutral }, settings);
    expect(mandate.constraints).toEqual([{ kind: 'max-weight', weight: 0.6 }]);
    expect(settingsUsed).toEqual({ parts: ['max-weight'] });
  });
});

describe("constraints in words of a server's settings", () => {
  const change = { settings: {}, typed: { constraints: 'chips <= 20%; TSLA <= 10%' } };
  const settings = withChange({}, change, serverVocabulary(universes));

  it('may name what any of its universes has, and nothing else', () => {
    expect(settings.constraints).toMatchObject([{ text: 'chips <= 20%' }, { text: 'TSLA <= 10%' }]);
    const other = { settings: {}, typed: { constraints: 'NOPE <= 20%' } };
    expect(() => withChange({}, other, serverVocabulary(universes))).toThrow('`NOPE` is neither');
  });

  it('hold where their names are known, as they are understood there', () => {
    expect(read({ universe: 'tech' }, settings).mandate.constraints).toMatchObject([{ text: 'chips <= 20%' }]);
    expect(read({ universe: 'us12' }, settings)).toMatchObject({
      mandate: { constraints: [{ text: 'TSLA <= 10%' }] },
      settingsUsed: { parts: ['linear'] },
    });
    expect(read({ tickers: 'KO, PEP' }, settings).settingsUsed).toEqual({
      parts: [],
      leftOut: ['chips <= 20%', 'TSLA <= 10%'],
    });
    const more = { ...tech, groups: [{ name: 'chips', tickers: ['NVDA', 'AAPL'] }] };
    const place = { universes: [more], settings: { ...settings, universe: 'tech' } };
    expect(readRequest({}, place).mandate.constraints).toMatchObject([{ terms: [{ tickers: ['NVDA', 'AAPL'] }] }]);
  });

  it('are words that a question says are from there', () => {
    const { mandate, settingsUsed } = read({ universe: 'tech' }, settings);
    expect(describeQuestion({ mandate, ...(settingsUsed && { settingsUsed }) })).toBe(
      "21 trading days, alpha 95%; chips <= 20%, from this server's settings; without TSLA <= 10% of this server's settings, which names other assets",
    );
  });
});

describe('the costs of a backtest', () => {
  it('are weighed by decisions where they have a unit', () => {
    expect(backtest({ cost: '0.15%' })).toMatchObject({
      costBps: 15,
      mandate: { constraints: [{ kind: 'cost', rate: 0.0015 }] },
    });
  });

  it('only judge them as a bare number of hundredths of a percent', () => {
    expect(backtest({ cost: '25' })).toMatchObject({ costBps: 25, mandate: { constraints: [] } });
    expect(backtest({})).toMatchObject({ costBps: 10, mandate: { constraints: [] } });
  });
});

it('what a server saved before there were groups and words is read as it is', async () => {
  const { store, aside } = await openTestStore();
  const value = {
    universes: [{ name: 'tech', tickers: ['NVDA', 'AAPL'], createdAt: '2024-01-01T00:00:00.000Z' }],
    settings: { constraints: [{ kind: 'max-weight', weight: 0.4 }] },
    reports: [],
  };
  await store.restore([[{ key: 'guilds/1', text: JSON.stringify({ v: 2, value }) }]], 'empty');
  expect(await openGuilds(store).get('1')).toEqual(value);
  expect(aside).toEqual([]);
});
