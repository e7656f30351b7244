import { describe, expect, it } from 'vitest';
import { UNIVERSES } from '../../src/data/universes.ts';
import { completeUniverse, readRequest } from '../../src/text/options.ts';

const read = (options: Readonly<Record<string, string | number | boolean>>) =>
  readRequest(options, { universes: UNIVERSES, settings: {} });

describe('the options that commands share', () => {
  it('have the defaults of the terminal', () => {
    expect(read({ universe: ' Sample ' })).toEqual({
      universe: { kind: 'named', name: 'sample' },
      horizonDays: 21,
      alpha: 0.95,
      maxWeight: 1,
      minWeight: 0,
      scenarios: 10_000,
      seed: 1,
      recipe: 'calibrated',
    });
  });

  it('are read', () => {
    expect(read({ tickers: 'aapl, MSFT, KO', horizon: 63, alpha: '99%', max_weight: '40%' })).toMatchObject({
      universe: { kind: 'tickers', tickers: ['AAPL', 'MSFT', 'KO'] },
      horizonDays: 63,
      alpha: 0.99,
      maxWeight: 0.4,
    });
  });

  it.each([
    [{}, 'universe', 'Say which assets'],
    [{ universe: 'sample', tickers: 'AAPL, MSFT' }, 'universe', 'not both'],
    [{ universe: 'nikkei' }, 'universe', 'one of sample, us12; got "nikkei"'],
    [{ tickers: Array.from({ length: 61 }, (_, i) => `T${i}`).join() }, 'tickers', '2 to 60 different symbols'],
    [{ universe: 'sample', horizon: 0 }, 'horizon', 'from 1 to 252'],
    [{ universe: 'sample', max_weight: '40' }, 'max_weight', 'a bare 40 is unclear'],
  ])('refuse %j, naming the option', (options, option, sentence) => {
    expect(() => read(options)).toThrow(
      expect.objectContaining({ option, message: expect.stringContaining(sentence) }),
    );
  });

  it('complete universes by name and by title, and nothing else', () => {
    expect(completeUniverse('universe', 'US', UNIVERSES).map(({ value }) => value)).toEqual(['us12']);
    expect(completeUniverse('universe', 'synthetic', UNIVERSES).map(({ value }) => value)).toEqual(['sample']);
    expect(completeUniverse('tickers', 'us', UNIVERSES)).toEqual([]);
  });
});
