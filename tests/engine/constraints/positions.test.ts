import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beyondBounds, checkHeld } from '../../../src/engine/constraints/beyond-bounds.ts';
import { feasibleSet, type Constraint } from '../../../src/engine/constraints/index.ts';
import { positionsProblem } from '../../../src/engine/constraints/positions.ts';
import { sum } from '../../../src/engine/constraints/polytope.ts';
import { assets, atLeast, atMost } from '../../support/constraints.ts';

const atMostAssets = (count: number): Constraint => ({ kind: 'max-assets', count });
const positions = (weight: number): Constraint => ({ kind: 'min-position', weight });
const behind = (benchmark: string, limit: number): Constraint => ({ kind: 'behind', benchmark, limit, text: '' });
const scenarios = { rows: 2, cols: 3, data: Float64Array.of(0.1, 0.2, 0.3, -0.1, -0.2, -0.3) };

describe('a number of assets and the size of positions', () => {
  it.each([
    [[atMostAssets(0)], 'So few assets'],
    [[atMostAssets(3), atMost(0.3)], 'So few assets'],
    [[atMostAssets(3), atLeast(0.01)], 'So few assets'],
    [[positions(0.6), atMost(0.5)], 'Positions of that size do not add up'],
    [[positions(0.4), atMost(0.45)], 'Positions of that size do not add up'],
    [[positions(0.1), atLeast(0.01)], 'Positions of that size do not add up'],
  ])('%j is impossible', (constraints, message) => {
    expect(() => feasibleSet(constraints, assets(12))).toThrow(message);
  });

  it('are refused where no choice of assets meets them, and nowhere else', () => {
    const weight = fc.integer({ min: 0, max: 20 }).map((n) => n / 20);
    const bounds = fc.array(fc.tuple(weight, weight), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(bounds, fc.integer({ min: 1, max: 6 }), weight, (pairs, most, least) => {
        const lower = Float64Array.from(pairs, ([a, b]) => Math.min(a, b));
        const upper = Float64Array.from(pairs, ([a, b]) => Math.max(a, b));
        const possible = subsets(pairs.length).some(
          (chosen) =>
            chosen.length <= most &&
            pairs.every((_, j) => lower[j] === 0 || chosen.includes(j)) &&
            chosen.every((j) => upper[j]! >= least) &&
            sum(chosen.map((j) => Math.max(lower[j]!, least))) <= 1 + 1e-9 &&
            sum(chosen.map((j) => upper[j]!)) >= 1 - 1e-9,
        );
        const problem = positionsProblem([atMostAssets(most), positions(least)], { lower, upper });
        // Where any number of any size is allowed, the bounds alone decide.
        const restricts = most < pairs.length || least > 0;
        expect(problem === undefined).toBe(possible || !restricts);
      }),
      { seed: 12, numRuns: 2000 },
    );
  });
});

const subsets = (count: number): number[][] =>
  Array.from({ length: 2 ** count }, (_, bits) => [...Array(count).keys()].filter((j) => (bits >> j) & 1));

describe('what is neither bound nor row', () => {
  it('has the tightest of several, and is absent where it restricts nothing', () => {
    const three = assets(3);
    expect(beyondBounds([], three, scenarios)).toEqual({});
    expect(beyondBounds([atMostAssets(3), positions(0)], three, scenarios)).toEqual({});
    const several = [atMostAssets(2), atMostAssets(1), positions(0.1), positions(0.2)];
    expect(beyondBounds(several, three, scenarios)).toEqual({ sparsity: { most: 1, least: 0.2 } });
  });

  it('counts trades from what is held, and has no turnover where nothing is', () => {
    const trades: Constraint[] = [
      { kind: 'max-turnover', weight: 0.3 },
      { kind: 'cost', rate: 0.001 },
    ];
    expect(beyondBounds(trades, ['AAPL', 'BRK-B', 'KO'], scenarios, { 'BRK-B': 0.6, TSLA: 0.2 })).toEqual({
      trading: { held: Float64Array.of(0, 0.6, 0), mostTurnover: 0.3, cost: 0.001 },
    });
    expect(beyondBounds(trades, assets(3), scenarios)).toEqual({
      trading: { held: new Float64Array(3), mostTurnover: Infinity, cost: 0.001 },
    });
    expect(beyondBounds(trades.slice(0, 1), assets(3), scenarios)).toEqual({});
  });

  it('refuses to limit trades from nothing', () => {
    const turnover: Constraint = { kind: 'max-turnover', weight: 0.3 };
    expect(() => checkHeld([turnover], undefined)).toThrow('needs what is held');
    expect(() => checkHeld([turnover], { KO: 0.5 })).not.toThrow();
    expect(() => checkHeld([{ kind: 'cost', rate: 0.01 }], undefined)).not.toThrow();
  });

  it('compares with the benchmark in each scenario', () => {
    const tickers = ['KO', '^GSPC', 'PEP'];
    expect(beyondBounds([behind('^GSPC', 0.05), behind('^GSPC', 0.04)], tickers, scenarios)).toEqual({
      behind: { benchmark: Float64Array.of(0.2, -0.2), limit: 0.04 },
    });
    expect(() => beyondBounds([behind('SPY', 0.05)], tickers, scenarios)).toThrow(
      'names SPY, which is none of these assets',
    );
    expect(() => beyondBounds([behind('KO', 0.05), behind('PEP', 0.05)], tickers, scenarios)).toThrow('KO and PEP');
  });
});
