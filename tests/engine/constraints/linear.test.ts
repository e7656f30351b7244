import { describe, expect, it } from 'vitest';
import { feasibleSet, type Constraint } from '../../../src/engine/constraints/index.ts';
import { resolveNames } from '../../../src/engine/constraints/names.ts';
import { atLeast } from '../../support/constraints.ts';

const linear = (
  relation: '<=' | '>=' | '=',
  bound: number,
  ...terms: readonly (readonly [factor: number, ...tickers: string[]])[]
): Constraint => ({
  kind: 'linear',
  terms: terms.map(([factor, ...tickers]) => ({ name: tickers[0]!, tickers, factor })),
  relation,
  bound,
  text: 'as it was given',
});

const behind = (benchmark: string): Constraint => ({
  kind: 'behind',
  benchmark,
  limit: 0.05,
  text: `behind ${benchmark} <= 5%`,
});

const coefficients = (constraint: Constraint, here: readonly string[]) =>
  feasibleSet(resolveNames([constraint], { tickers: here }), here).rows.map((row) => Array.from(row.coefficients));

const impossible = (constraint: Constraint) => () => feasibleSet([constraint], tickers);

const tickers = ['NVDA', 'AAPL', 'BRK-B', 'TLT'];

describe('a linear constraint', () => {
  it('is a row of the factors of its terms', () => {
    const { rows } = feasibleSet(
      [
        linear('<=', 0.1, [1, 'NVDA', 'AAPL'], [1, 'BRK-B'], [-2, 'TLT']),
        linear('=', 0.2, [1, 'NVDA'], [1, 'NVDA']),
        linear('>=', 0.05, [1, 'TLT']),
      ],
      tickers,
    );
    expect(rows).toEqual([
      { lower: -Infinity, upper: 0.1, coefficients: Float64Array.of(1, 1, 1, -2) },
      { lower: 0.2, upper: 0.2, coefficients: Float64Array.of(2, 0, 0, 0) },
      { lower: 0.05, upper: Infinity, coefficients: Float64Array.of(0, 0, 0, 1) },
    ]);
  });

  it('that no split meets is refused', () => {
    expect(impossible(linear('>=', 1.2, [1, 'NVDA', 'AAPL']))).toThrow('meets a linear constraint');
    expect(impossible(linear('<=', -0.6, [1, 'NVDA'], [-0.5, 'TLT']))).toThrow('meets a linear constraint');
    expect(impossible(linear('>=', 1, [1, 'NVDA']))).not.toThrow();
    // An asset that cannot be bought now weighs nothing.
    expect(() => feasibleSet([linear('>=', 0.05, [1, 'TLT'])], ['NVDA', 'AAPL'])).toThrow('meets a linear constraint');
    expect(() => feasibleSet([linear('<=', 0.05, [1, 'TLT'])], ['NVDA', 'AAPL'])).not.toThrow();
  });

  it('on a sector is about those assets of which the prices say so', () => {
    const sector = { ...linear('<=', 0.2, [1]), terms: [{ name: 'ETF', tickers: [], factor: 1 }] };
    const sectors = ['', 'Health care', 'ETF', 'ETF'];
    expect(resolveNames([sector], { tickers, sectors })).toEqual([
      { ...sector, terms: [{ name: 'ETF', tickers: ['BRK-B', 'TLT'], factor: 1 }] },
    ]);
    expect(() => resolveNames([sector], { tickers, sectors: ['', 'Health care', '', ''] })).toThrow(
      '`ETF` is none of these assets, as far as their source tells; it names health-care.',
    );
    expect(() => resolveNames([sector], { tickers })).toThrow(
      '`ETF` is none of these assets, as far as their source tells.',
    );
  });

  it('on what is not there is no constraint', () => {
    expect(() => resolveNames([linear('<=', 0.2, [1, 'KO'])], { tickers })).toThrow(
      'constraints names KO, which is none of these assets: NVDA, AAPL, BRK-B, TLT.',
    );
    // Of a group some may be missing.
    const group = linear('<=', 0.2, [1, 'KO', 'NVDA']);
    expect(resolveNames([group], { tickers })).toEqual([group]);
    expect(() => resolveNames([behind('^GSPC')], { tickers })).toThrow('names ^GSPC');
    expect(resolveNames([behind('^gspc')], { tickers: [...tickers, '^GSPC'] })).toEqual([
      { ...behind('^gspc'), benchmark: '^GSPC' },
    ]);
  });

  it('is of the asset that its name means here, and of that alone', () => {
    const coins = ['BTC', 'BTC-USD', 'KO'];
    expect(coefficients(linear('<=', 0.1, [1, 'BTC']), coins)).toEqual([[1, 0, 0]]);
    expect(coefficients(linear('<=', 0.1, [1, 'BTC-USD']), coins)).toEqual([[0, 1, 0]]);
    expect(coefficients(linear('<=', 0.1, [1, 'btc']), ['BTC-USD', 'KO'])).toEqual([[1, 0]]);
    // However often a group names it.
    expect(coefficients(linear('<=', 0.1, [1, 'BRK.B', 'BRK-B', '$brk/b']), tickers)).toEqual([[0, 0, 1, 0]]);
  });
});

it('nothing buys an index, and no bound counts it', () => {
  const { lower, upper, rows } = feasibleSet(
    [atLeast(0.5), linear('<=', 1.5, [1, 'NVDA'], [2, 'TLT'])],
    ['NVDA', '^GSPC', 'TLT'],
  );
  expect([...lower]).toEqual([0.5, 0, 0.5]);
  expect([...upper]).toEqual([1, 0, 1]);
  expect([...rows[0]!.coefficients]).toEqual([1, 0, 2]);
});
