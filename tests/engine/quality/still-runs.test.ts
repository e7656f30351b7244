import { describe, expect, it } from 'vitest';
import { isCashLike, staleReturns, staleRuns, standsStill, stillRuns } from '../../../src/engine/quality/still-runs.ts';
import { frozen, walks, withColumn } from '../../support/quality-prices.ts';

const market = walks(['AAA', 'BBB'], 120);
const column = (prices = market, j = 0): number[] => prices.closes.map((row) => row[j]!);
const still = (from: number, days: number) => column(withColumn(market, 'AAA', frozen(from, days)));

describe('stillRuns', () => {
  it('are the rows whose closes repeat the one before', () => {
    expect(stillRuns([1, 1, 1, 2, 3, 3])).toEqual([
      { from: 1, to: 3 },
      { from: 5, to: 6 },
    ]);
    expect(stillRuns(column())).toEqual([]);
  });

  it('see no difference in the last bits of a close', () => {
    expect(stillRuns([100, 100.000001, 99.999999, 101])).toEqual([{ from: 1, to: 3 }]);
  });
});

describe('staleRuns', () => {
  it('are longer than ten days', () => {
    expect(staleRuns(still(50, 10))).toEqual([]);
    expect(staleRuns(still(50, 11))).toEqual([{ from: 50, to: 61 }]);
  });

  it('are no runs of cash, which hardly moves', () => {
    const cash = Array.from({ length: 120 }, (_, t) => 100 + 0.01 * Math.floor(t / 15));
    expect(stillRuns(cash)).toHaveLength(8);
    expect([isCashLike(cash), staleRuns(cash)]).toEqual([true, []]);
    const coarse = Array.from({ length: 120 }, (_, t) => 1 + 0.01 * Math.floor(t / 15));
    expect([isCashLike(coarse), staleRuns(coarse).length]).toEqual([false, 8]);
  });
});

describe('standsStill', () => {
  it('is said of a row by the days until then alone', () => {
    const closes = still(50, 30);
    expect([59, 60, 79, 80].map((row) => standsStill(closes, row))).toEqual([false, true, true, false]);
    const otherFuture = closes.map((close, t) => (t > 60 ? 1 + t : close));
    expect(standsStill(otherFuture, 60)).toBe(true);
  });
});

describe('staleReturns', () => {
  it('marks the returns of stale runs, asset by asset', () => {
    const marks = staleReturns(withColumn(market, 'BBB', frozen(50, 20)))!;
    expect(marks).toHaveLength(119 * 2);
    const marked = [...marks.entries()].filter(([, mark]) => mark === 1).map(([at]) => at);
    expect(marked).toEqual(Array.from({ length: 20 }, (_, t) => (49 + t) * 2 + 1));
  });

  it('is undefined without any', () => {
    expect(staleReturns(market)).toBeUndefined();
  });
});
