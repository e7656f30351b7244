import { describe, expect, it } from 'vitest';
import { UNIVERSES } from '../../src/prices/universes.ts';
import type { Constraint } from '../../src/engine/constraints/index.ts';
import { readRequest } from '../../src/commands/read-request.ts';

const atMost = (weight: number): Constraint => ({ kind: 'max-weight', weight });
const atLeast = (weight: number): Constraint => ({ kind: 'min-weight', weight });

const read = (options: Readonly<Record<string, string | number | boolean>>) =>
  readRequest(options, { universes: UNIVERSES, settings: {} });

const inWords = (text: string, tickers: string[]): Constraint => ({
  kind: 'linear',
  terms: [{ name: tickers[0]!, tickers, factor: 1 }],
  relation: '<=',
  bound: 0.2,
  text,
});
const behind = (benchmark: string): Constraint => ({
  kind: 'behind',
  benchmark,
  limit: 0.05,
  text: `behind ${benchmark} <= 5%`,
});

describe('the options that commands share', () => {
  it('have the defaults of the terminal', () => {
    expect(read({ universe: ' Sample ' })).toEqual({
      universe: { kind: 'named', name: 'sample' },
      strategy: { id: 'cvar-lstm', params: { recipe: 'filtered' } },
      mandate: { horizonDays: 21, constraints: [], risk: { alpha: 0.95 } },
      sampling: { scenarios: 14_000, seed: 1 },
    });
  });

  it('are read', () => {
    expect(read({ tickers: 'aapl, MSFT, KO', horizon: 63, alpha: '99%', max_weight: '40%' })).toMatchObject({
      universe: { kind: 'tickers', tickers: ['AAPL', 'MSFT', 'KO'] },
      mandate: { horizonDays: 63, constraints: [atMost(0.4)], risk: { alpha: 0.99 } },
    });
  });

  it.each([
    [{ loss: '8' }, { risk: { limit: 0.08 } }],
    [{ loss: '8 %' }, { risk: { limit: 0.08 } }],
    [{ loss: '8,5%' }, { risk: { limit: 0.085 } }],
    [{ loss: '8,5' }, { risk: { limit: 0.085 } }],
    [{ loss: '0.08' }, { risk: { limit: 0.08 } }],
    [{ loss: '.08' }, { risk: { limit: 0.08 } }],
    [{ loss: '0,08' }, { risk: { limit: 0.08 } }],
    [{ alpha: '95' }, { risk: { alpha: 0.95 } }],
    [{ alpha: '0.95' }, { risk: { alpha: 0.95 } }],
    [{ alpha: '95,5%' }, { risk: { alpha: 0.955 } }],
    [{ max_weight: '40', min_weight: '2,5' }, { constraints: [atMost(0.4), atLeast(0.025)] }],
    [{ max_weight: '100' }, { constraints: [] }],
  ])('are read as people type them: %j', (options, mandate) => {
    expect(read({ universe: 'sample', ...options }).mandate).toMatchObject(mandate);
  });

  it('keep names of several words for the search', () => {
    expect(read({ tickers: '$aapl, coca cola' }).universe).toEqual({
      kind: 'tickers',
      tickers: ['AAPL', 'COCA', 'COLA'],
      phrases: ['COCA COLA'],
    });
  });

  it.each([
    [{}, 'universe', 'Say which assets'],
    [{ universe: 'sample', loss: '-8' }, 'loss', 'takes no minus sign: write 8%'],
    [{ universe: 'sample', alpha: '1' }, 'alpha', 'between 50% and 99.9%; got "1"'],
    [{ universe: 'sample', tickers: 'AAPL, MSFT' }, 'universe', 'not both'],
    [{ universe: 'nikkei' }, 'universe', 'one of sample, us12, gaussian; got "nikkei"'],
    [{ tickers: Array.from({ length: 61 }, (_, i) => `T${i}`).join() }, 'tickers', '2 to 60 different symbols'],
    [{ universe: 'sample', horizon: 0 }, 'horizon', 'from 1 to 252'],
    [{ universe: 'sample', max_weight: '1' }, 'max_weight', 'a bare 1 is unclear: write 1% or 100%.'],
  ])('refuse %j, naming the option', (options, option, sentence) => {
    expect(() => read(options)).toThrow(
      expect.objectContaining({ option, message: expect.stringContaining(sentence) }),
    );
  });

  it("default to the server's settings, and override them when given", () => {
    const tech = { name: 'tech', title: '', vendor: 'yahoo', owner: 'guild', tickers: ['AAA', 'BBB', 'CCC'] } as const;
    const settings = { universe: 'tech', horizonDays: 10, alpha: 0.9, constraints: [atMost(0.5), atLeast(0.1)] };
    const place = { universes: [...UNIVERSES, tech], settings };
    const tickers = { kind: 'tickers', tickers: ['AAA', 'BBB', 'CCC'], name: 'tech' };
    expect(readRequest({}, place)).toMatchObject({
      universe: tickers,
      mandate: { horizonDays: 10, constraints: [atMost(0.5), atLeast(0.1)], risk: { alpha: 0.9 } },
    });
    expect(readRequest({ tickers: 'X, Y', horizon: 5, alpha: '95%', max_weight: '60%' }, place)).toMatchObject({
      universe: { kind: 'tickers', tickers: ['X', 'Y'] },
      mandate: { horizonDays: 5, constraints: [atMost(0.6), atLeast(0.1)], risk: { alpha: 0.95 } },
    });
    expect(readRequest({ tickers: 'X, Y' }, place).universe).toEqual({ kind: 'tickers', tickers: ['X', 'Y'] });
    expect(readRequest({}, place).universe).toEqual(tickers);
    const other = { ...place, universes: [{ ...tech, vendor: 'other' }] };
    expect(readRequest({}, other).universe).toEqual({ ...tickers, vendor: 'other' });
  });

  it("leave out a server's constraints that name other assets, and say so", () => {
    const constraints = [
      inWords('NVDA <= 20%', ['NVDA']),
      inWords('KO <= 20%', ['KO']),
      behind('SPY'),
      behind('^GSPC'),
    ];
    const place = { universes: UNIVERSES, settings: { constraints } };
    const us12 = readRequest({ universe: 'us12' }, place);
    expect(us12.mandate.constraints.map((one) => ('text' in one ? one.text : ''))).toEqual([
      'NVDA <= 20%',
      'behind ^GSPC <= 5%',
    ]);
    expect(us12.settingsUsed).toEqual({ parts: ['linear', 'behind'], leftOut: ['KO <= 20%', 'behind SPY <= 5%'] });
    const sample = readRequest({ universe: 'sample' }, place);
    expect(sample.mandate.constraints).toEqual([]);
    expect(sample.settingsUsed?.leftOut).toHaveLength(4);
    expect(readRequest({ universe: 'us12', constraints: 'AAPL <= 30%' }, place).settingsUsed).toBeUndefined();
  });

  it("say which parts came from the server's settings, for the words of the answer", () => {
    const settings = { horizonDays: 10, alpha: 0.9, constraints: [atMost(0.5), atLeast(0.01)] };
    const used = (options: Readonly<Record<string, string | number>>) =>
      readRequest({ universe: 'us12', ...options }, { universes: UNIVERSES, settings }).settingsUsed;
    expect(used({})).toEqual({ parts: ['horizon', 'alpha', 'max-weight', 'min-weight'] });
    expect(used({ horizon: 10, max_weight: '50%' })).toEqual({ parts: ['alpha', 'min-weight'] });
    expect(used({ horizon: 5, alpha: '95%', max_weight: '100%', min_weight: '0%' })).toBeUndefined();
  });
});
