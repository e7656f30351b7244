import { describe, expect, it } from 'vitest';
import { pathMetrics } from '../../../src/engine/metrics.ts';
import { followRule, heldEqually, studyFigures } from '../../../src/engine/weekly-study/paths.ts';
import { summariseStudy } from '../../../src/engine/weekly-study/study.ts';

const closes = [
  [100, 50, 20, 10],
  [110, 50, 19, 10],
  [121, 45, 19, 11],
];
const up = [0.02, 0.02, 0.02, -0.01];
const mixed = [0.01, -0.02, -0.02, -0.02];

const stock = (changes: number[]) => ({
  changes,
  errors: { model: 1, persistence: 2, constant: 1.8, weeks: 2 },
  bestEpoch: 1,
});

describe('a path by the rule', () => {
  it('earns what its positions earn, and nothing on cash', () => {
    const { weights, values } = followRule({ closes, changes: [up, mixed], isShort: false, costRate: 0 });
    expect(weights[0]).toEqual([1 / 3, 1 / 3, 1 / 3, 0]);
    expect(weights[1]).toEqual([1 / 3, 0, 0, 0]);
    const first = 1 + (0.1 + 0 - 0.05) / 3;
    expect(values).toEqual([1, expect.closeTo(first, 12), expect.closeTo(first * (1 + 0.1 / 3), 12)]);
  });

  it('earns on what falls after it was sold short', () => {
    const { weights, values } = followRule({ closes, changes: [mixed, mixed], isShort: true, costRate: 0 });
    expect(weights[0]!.map((weight) => Number(weight.toFixed(6)))).toEqual([0.166667, -0.333333, -0.333333, -0.333333]);
    expect(values[1]).toBeCloseTo(1 + 0.1 / 6 + 0.05 / 3, 12);
  });

  it('pays for what is traded from where prices have taken the positions', () => {
    const { values } = followRule({ closes, changes: [up, up], isShort: false, costRate: 0.01 });
    const first = (1 - 0.01) * (1 + 0.05 / 3);
    const total = 1.1 + 1 + 0.95;
    const traded = [1.1, 1, 0.95].reduce((sum, value) => sum + Math.abs(1 / 3 - value / total), 0);
    expect(values[1]).toBeCloseTo(first, 12);
    expect(values[2]).toBeCloseTo(first * (1 - 0.01 * traded) * (1 + (0.1 - 0.1 + 0) / 3), 12);
  });
});

describe('the figures of a study', () => {
  it('are those of weekly returns, with the return over all weeks', () => {
    const { totalReturn, sharpe, volatility, maxDrawdown } = studyFigures([1, 1.1, 0.99, 1.2], 0.04);
    const metrics = pathMetrics([0.1, -0.1, 1.2 / 0.99 - 1], { periodsPerYear: 52, riskFree: 0.04 });
    expect(totalReturn).toBeCloseTo(0.2, 12);
    expect(sharpe).toBeCloseTo(metrics.sharpe, 12);
    expect(volatility).toBeCloseTo(metrics.volatility, 12);
    expect(maxDrawdown).toBeCloseTo(0.1, 12);
  });

  it('stand beside those of equal weights, held or rebalanced, and of an index', () => {
    const order = {
      dates: ['2022-07-01', '2022-07-08', '2022-07-15'],
      tickers: ['A', 'B', 'C', 'D'],
      closes,
      closesBefore: [50, 50, 20, 10],
      forecasts: [{ seed: 7, stocks: up.map((change, j) => stock([change, mixed[j]!])) }],
      riskFree: 0,
      costRate: 0.001,
    };
    const { benchmarks, seeds, constantSkill } = summariseStudy({ ...order, index: [2, 3, 4] });
    expect(constantSkill).toBeCloseTo(0.1, 12);
    expect(benchmarks.map(({ benchmark }) => benchmark)).toEqual(['index', 'rebalanced', 'held', 'heldEarlier']);
    const returns = benchmarks.map(({ figures }) => figures.totalReturn);
    const rebalanced = (1 + (0.1 - 0.05) / 4) * (1 + (0.1 - 0.1 + 0.1) / 4) - 1;
    expect(returns).toEqual([1, rebalanced, (0.21 - 0.1 - 0.05 + 0.1) / 4, (1.42 - 0.1 - 0.05 + 0.1) / 4].map(near));
    expect(heldEqually(closes)[1]).toBeCloseTo(1 + 0.05 / 4, 12);
    const [one] = seeds;
    expect(one).toMatchObject({ seed: 7, skill: 0.5, changes: [up, mixed] });
    const { longOnly, short } = one!.rules;
    expect(longOnly.figures.totalReturn).toBeCloseTo((1 + 0.05 / 3) * (1 + 0.1 / 3) - 1, 12);
    expect(longOnly.afterCosts.totalReturn).toBeLessThan(longOnly.figures.totalReturn);
    expect(Math.min(...short.weights.flat())).toBeLessThan(0);
    expect(summariseStudy(order).benchmarks).toHaveLength(3);
  });
});

const near = (value: number): unknown => expect.closeTo(value, 12);
