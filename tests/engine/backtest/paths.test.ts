import { describe, expect, it } from 'vitest';
import { follow, type PathInput } from '../../../src/engine/backtest/paths.ts';
import type { DecisionDate } from '../../../src/engine/backtest/plan.ts';
import { pathMetrics } from '../../../src/engine/metrics.ts';

const dates = ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05', '2024-01-08'];
/** A doubles in the first period and halves in the second; B stays the same. No period includes the first row. */
const closes = [
  [7, 7],
  [100, 50],
  [150, 50],
  [200, 50],
  [160, 50],
  [100, 50],
];
const decisionDates: DecisionDate[] = [
  { row: 1, end: 3, date: '2024-01-02', until: '2024-01-04', training: 0 },
  { row: 3, end: 5, date: '2024-01-04', until: '2024-01-08', training: 0 },
];
const input: PathInput = {
  rule: 0.08,
  dates,
  closes,
  decisionDates,
  targets: [
    [0.5, 0.5],
    [0.5, 0.5],
  ],
  costBps: 100,
};
const half = [0.5, 0.5];
const returns = (equity: readonly number[]) => equity.slice(1).map((value, t) => value / equity[t]! - 1);

describe('what came of a rule', () => {
  it('lets weights drift inside a period, and trades back at the next decision', () => {
    const { path } = follow({ ...input, costBps: 0 });
    expect(path.dates).toEqual(dates.slice(1));
    // 0.5 in A: 1.5 times its price after a day, 2 times after two; then 1.5 is split anew: 0.75 × 0.8 + 0.75 …
    for (const [t, value] of [1, 1.25, 1.5, 1.35, 1.125].entries()) expect(path.gross[t]).toBeCloseTo(value, 12);
    expect(path.net).toEqual(path.gross);
  });

  it('pays for the value traded: the first purchase, and then what has drifted', () => {
    const { path, periods: held } = follow(input);
    // First all is bought: 1 % of 1. At the second decision A weighs 2/3: |1/2 − 2/3| + |1/2 − 1/3| = 1/3 is traded.
    const [first, second] = [1 - 0.01, 1 - 0.01 / 3];
    const expected = [1, 1.25 * first, 1.5 * first, 1.35 * first * second, 1.125 * first * second];
    for (const [t, value] of expected.entries()) expect(path.net[t]).toBeCloseTo(value, 12);
    expect(path.turnover).toBeCloseTo(((1 + 1 / 3) * 252) / 4, 12);
    expect(held[0]).toMatchObject({ weights: half, realised: 0.5, realisedNet: 1.5 * first - 1 });
    expect(held[1]?.realised).toBeCloseTo(-0.25, 12);
    expect(held[1]?.realisedNet).toBeCloseTo(0.75 * second - 1, 12);
  });

  it('measures the path by its daily returns, before costs and after', () => {
    const { path } = follow(input);
    expect(path.metrics).toEqual({
      net: pathMetrics(returns(path.net), { periodsPerYear: 252 }),
      gross: pathMetrics(returns(path.gross), { periodsPerYear: 252 }),
    });
    expect(path.metrics.net.annualReturn).toBeLessThan(path.metrics.gross.annualReturn);
  });

  it('holds what it held, without a trade, where a decision has left no weights', () => {
    const { path, periods: held } = follow({ ...input, targets: [half, undefined] });
    expect(held[1]?.weights[0]).toBeCloseTo(2 / 3, 12);
    // Of 1.5, 1 is in A, which halves.
    expect(path.gross.at(-1)).toBeCloseTo(1, 12);
    expect(held[1]?.realisedNet).toBe(held[1]?.realised);
    expect(path.turnover).toBeCloseTo(252 / 4, 12);
  });

  it('holds equal weights where the very first decision has left none', () => {
    const { periods: held } = follow({ ...input, targets: [undefined, [1, 0]] });
    expect(held.map(({ weights }) => weights)).toEqual([half, [1, 0]]);
    // All of A is a third more of the portfolio than there is, and all of B goes.
    expect(held[1]?.realisedNet).toBeCloseTo(0.5 * (1 - 0.01 * (2 / 3)) - 1, 12);
  });

  it('looks at no price before a decision, and at none after the last outcome', () => {
    const others = [[1, 99], ...closes.slice(1), [1, 99]];
    expect(follow({ ...input, closes: others, dates: [...dates, '2024-01-09'] })).toEqual(follow(input));
  });

  it('buys an index once', () => {
    const { path } = follow({ ...input, rule: 'index', closes: closes.map(([a = 0]) => [a]), targets: [[1], [1]] });
    expect(path.gross).toEqual([1, 1.5, 2, 1.6, 1]);
    expect(path.turnover).toBe(63);
  });
});
