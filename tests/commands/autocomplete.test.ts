import { describe, expect, it } from 'vitest';
import type { App } from '../../src/app.ts';
import {
  completeAssets,
  completeTickers,
  completeTimeZone,
  completeUniverse,
} from '../../src/commands/autocomplete.ts';
import { parseTickers } from '../../src/parse-tickers.ts';
import { UNIVERSES } from '../../src/prices/universes.ts';

const systemName = (timeZone: string): string => new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;

const values = (typed: string): string[] => completeTimeZone(typed).map(({ value }) => value);

describe('time zones', () => {
  it('begin with those of the largest cities', () => {
    const first = values('').slice(0, 25);
    for (const zone of ['Asia/Tokyo', 'America/New_York', 'Europe/London', 'Europe/Berlin', 'UTC']) {
      expect(first).toContain(zone);
    }
    expect(first).not.toContain('Africa/Abidjan');
  });

  it('keep that order among those that match', () => {
    expect(values('america').slice(0, 3)).toEqual(['America/Sao_Paulo', 'America/Mexico_City', 'America/New_York']);
    expect(values('new york')).toEqual(['America/New_York']);
  });

  it('are all offered, once each, and exist', () => {
    const all = values('');
    expect(new Set(all).size).toBe(all.length);
    const known = ['UTC', ...Intl.supportedValuesOf('timeZone')].map(systemName);
    expect(all.map(systemName).toSorted()).toEqual([...new Set(known)].toSorted());
  });

  it.each([
    ['kolkata', 'Asia/Kolkata'],
    ['Calcutta', 'Asia/Kolkata'],
    ['mumbai', 'Asia/Kolkata'],
    ['new delhi', 'Asia/Kolkata'],
    ['kyiv', 'Europe/Kyiv'],
    ['kiev', 'Europe/Kyiv'],
    ['saigon', 'Asia/Ho_Chi_Minh'],
    ['ho chi', 'Asia/Ho_Chi_Minh'],
    ['san fran', 'America/Los_Angeles'],
  ])('are offered by their present names, also for a former name or another city: %s', (typed, zone) => {
    expect(values(typed)).toEqual([zone]);
  });
});

describe('universes', () => {
  it('are offered by name and by title, for their own option', () => {
    expect(completeUniverse('universe', 'US shares', UNIVERSES).map(({ value }) => value)).toEqual(['us12']);
    expect(completeUniverse('universe', 'synthetic', UNIVERSES).map(({ value }) => value)).toEqual([
      'sample',
      'gaussian',
    ]);
    expect(completeUniverse('tickers', 'us', UNIVERSES)).toEqual([]);
  });
});

const searches: string[] = [];
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the search is used
const app = {
  prices: {
    search: async (name: string) => {
      searches.push(name);
      return [
        { symbol: 'GOOGL', name: 'Alphabet Inc. (Class A)' },
        { symbol: 'ABEA.DE', name: '' },
      ];
    },
  },
} as unknown as App;

describe('tickers', () => {
  it('are offered for the name after the last comma, and read without what stands in brackets', async () => {
    const choices = await completeTickers('AAPL, $alph', app);
    expect(choices).toEqual([
      { name: 'AAPL, GOOGL (Alphabet Inc. Class A)', value: 'AAPL, GOOGL' },
      { name: 'AAPL, ABEA.DE', value: 'AAPL, ABEA.DE' },
    ]);
    expect(searches).toEqual(['alph']);
    for (const { name, value } of choices)
      expect(parseTickers(name, 'tickers')).toEqual(parseTickers(value, 'tickers'));
  });

  it.each(['', 'a', 'AAPL,', 'AAPL, m', 'AAPL; '])('are not searched for too early: %j', async (typed) => {
    searches.length = 0;
    expect(await completeTickers(typed, app)).toEqual([]);
    expect(searches).toEqual([]);
  });
});

describe('texts with tickers', () => {
  const guild = { universes: [{ ...UNIVERSES[0]!, name: 'own', tickers: ['NVDA'], groups: [] }], settings: {} };
  const asked = (option: string, typed: string) => completeAssets(option, typed, { app, guild, others: {} });

  it('offer those of the server, and search for the names of others, but for constraints and numbers', async () => {
    searches.length = 0;
    expect(await asked('weights', 'nv')).toEqual([{ name: 'NVDA', value: 'NVDA' }]);
    expect(await asked('weights', 'NVDA 30%, alph')).toMatchObject([{ value: 'NVDA 30%, GOOGL' }, {}]);
    expect(await asked('holdings', 'NVDA 30, alphabet inc')).toMatchObject([{ value: 'NVDA 30, GOOGL' }, {}]);
    expect(await asked('constraints', 'alph')).toEqual([]);
    expect(await asked('weights', 'NVDA 3')).toEqual([]);
    expect(await asked('amount', 'alph')).toEqual([]);
    expect(searches).toEqual(['alph', 'alphabet inc']);
  });

  it('search for nothing that the assets of the question do not have, but for what is held', async () => {
    const others = { universe: 'own' };
    const here = (option: string, typed: string) => completeAssets(option, typed, { app, guild, others });
    expect(await here('views', 'alph')).toEqual([]);
    expect(await here('holdings', 'alph')).toMatchObject([{ value: 'GOOGL' }, {}]);
  });
});
