import { describe, expect, it } from 'vitest';
import { sampleMarket } from '../../src/prices/vendors/sample.ts';
import { UNIVERSES, findUniverse, universeLabel } from '../../src/prices/universes.ts';

describe('universes', () => {
  it('are found by name, whatever its case', () => {
    expect(findUniverse(' US12 ').tickers.join()).toBe('TSLA,NVDA,AAPL,MSFT,AMZN,SHOP,NFLX,NKE,PEP,JPM,UNH,BA');
    expect(findUniverse('sample').tickers).toEqual(sampleMarket().tickers);
  });

  it('have different names', () => {
    expect(new Set(UNIVERSES.map(({ name }) => name)).size).toBe(UNIVERSES.length);
  });

  it.each([
    ['us21', 'There is no universe "us21": expected one of sample, us12.'],
    ['smaple', 'There is no universe "smaple": expected one of sample, us12.'],
    ['nikkei', 'There is no universe "nikkei": expected one of sample, us12.'],
  ])('says what there is instead of %s', (name, message) => {
    expect(() => findUniverse(name)).toThrow(
      expect.objectContaining({ name: 'UserError', option: 'universe', message }),
    );
  });

  it.each([
    [{ kind: 'named', name: 'us12' } as const, 'us12'],
    [{ kind: 'csv', file: 'a/b/prices.csv' } as const, 'prices.csv'],
    [{ kind: 'csv', file: 'prices.csv', tickers: ['A', 'B'] } as const, 'prices.csv (A, B)'],
    [{ kind: 'tickers', tickers: ['A', 'B', 'C', 'D', 'E', 'F'] } as const, 'A, B, C, D and 2 more'],
  ])('have a label: %o', (spec, label) => {
    expect(universeLabel(spec)).toBe(label);
  });
});
