import { describe, expect, it } from 'vitest';
import { allocateRequestSchema } from '../../src/engine-service/requests.ts';
import { DEFAULT_STRATEGY } from '../../src/engine/strategies/index.ts';
import { DEFAULT_SAMPLING } from '../../src/parse.ts';
import { createPriceSources } from '../../src/prices/vendors/index.ts';
import { sampleMarket } from '../../src/prices/vendors/sample.ts';
import {
  UNIVERSES,
  chooseTickers,
  chooseUniverse,
  findUniverse,
  isSynthetic,
  otherVendor,
  universeLabel,
} from '../../src/prices/universes.ts';

describe('universes', () => {
  it('are found by name, whatever its case', () => {
    expect(findUniverse(' US12 ').tickers.join()).toBe('TSLA,NVDA,AAPL,MSFT,AMZN,SHOP,NFLX,NKE,PEP,JPM,UNH,BA');
    expect(findUniverse('sample').tickers).toEqual(sampleMarket().tickers);
  });

  it('have different names', () => {
    expect(new Set(UNIVERSES.map(({ name }) => name)).size).toBe(UNIVERSES.length);
  });

  it('have a source of prices each, of which these two are made up', () => {
    const sources = new Set(createPriceSources({}, () => 0).map(({ name }) => name));
    expect(UNIVERSES.filter(({ vendor }) => !sources.has(vendor))).toEqual([]);
    expect(UNIVERSES.filter(isSynthetic).map(({ name }) => name)).toEqual(['sample', 'gaussian']);
    expect(findUniverse('us12').title).toBe('12 large US shares (Yahoo Finance)');
  });

  it('keep their vendor in the store, and their old keys where they name none', () => {
    const universe = { kind: 'tickers', tickers: ['AAA'], vendor: 'other' } as const;
    const mandate = { horizonDays: 1, constraints: [], risk: { alpha: 0.9 } };
    const request = { universe, strategy: DEFAULT_STRATEGY, mandate, sampling: DEFAULT_SAMPLING };
    expect(allocateRequestSchema.parse(JSON.parse(JSON.stringify(request)))).toEqual(request);
    expect(otherVendor(universe)).toEqual(['other']);
    expect([{}, { vendor: 'yahoo' }].map((named) => otherVendor({ tickers: ['AAA'], ...named }))).toEqual([[], []]);
  });

  it('are chosen with their vendor only if it is not the default one, by name only if everybody has them', () => {
    const [tickers, name] = [['AAA', 'BBB'], 'tech'];
    expect(chooseTickers(tickers, 'other')).toEqual({ kind: 'tickers', tickers, vendor: 'other' });
    for (const vendor of [undefined, 'yahoo'])
      expect(JSON.stringify(chooseTickers(tickers, vendor, name))).toBe(
        '{"kind":"tickers","tickers":["AAA","BBB"],"name":"tech"}',
      );
    const own = { name, title: '', vendor: 'other', owner: 'guild', tickers } as const;
    expect(chooseUniverse(own)).toEqual({ kind: 'tickers', tickers, vendor: 'other', name });
    expect(chooseUniverse({ ...own, owner: 'everybody' })).toEqual({ kind: 'named', name });
  });

  it.each([
    ['us21', 'There is no universe "us21": expected one of sample, us12, gaussian.'],
    ['smaple', 'There is no universe "smaple": expected one of sample, us12, gaussian.'],
    ['nikkei', 'There is no universe "nikkei": expected one of sample, us12, gaussian.'],
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
