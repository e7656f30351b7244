import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawdowns, equalWeightBasket, pathMetrics, tearSheet } from '../../src/engine/metrics.ts';
import { describeShared, sharedFile } from '../support/shared.ts';

const closesOf = (returns: readonly number[]): number[] => {
  const closes = [100];
  for (const r of returns) closes.push(closes.at(-1)! * (1 + r));
  return closes;
};

describe('the metrics of a path', () => {
  // 0.9, 1.08, 1.08, 0.81: down 10 %, up 20 %, still, down 25 %.
  const returns = [-0.1, 0.2, 0, -0.25];
  const yearly = { periodsPerYear: 4, riskFree: 0.05 };

  it('are those that one computes by hand', () => {
    const sheet = tearSheet(closesOf(returns), yearly);
    // The mean is −0.0375; the squares of what is left of it sum to 0.106875.
    const volatility = Math.sqrt(0.106875 / 3) * 2;
    const downside = Math.sqrt((0.01 + 0.0625) / 4) * 2;
    const expected = {
      periods: 4,
      totalReturn: -0.19,
      annualReturn: -0.19,
      volatility,
      sharpe: (-0.15 - 0.05) / volatility,
      sortino: -0.15 / downside,
      maxDrawdown: 0.25,
      calmar: -0.19 / 0.25,
      valueAtRisk: 0.25,
      cvar: 0.25,
    };
    expect(Object.keys(sheet)).toEqual(Object.keys(expected));
    for (const [name, value] of Object.entries(sheet)) {
      expect([name, value]).toEqual([
        name,
        expect.closeTo(Object.entries(expected).find(([key]) => key === name)![1], 14),
      ]);
    }
  });

  it('compound to a year: two years of the same returns have the same annual return', () => {
    const twice = pathMetrics([...returns, ...returns], yearly);
    expect(twice.annualReturn).toBeCloseTo(-0.19, 14);
    // From 1.08 down to 0.81 · 0.81.
    expect(twice.maxDrawdown).toBeCloseTo(1 - 0.81 ** 2 / 1.08, 14);
  });

  it('count a loss on the first day as a drawdown', () => {
    expect(pathMetrics([-0.3, 0.1], yearly).maxDrawdown).toBeCloseTo(0.3, 14);
    expect(drawdowns([2, 1, 4, 3, 4, 5])).toEqual([0, 0.5, 0, 0.25, 0, 0]);
  });

  it('are infinite or undefined, never wrong, where no risk ever showed', () => {
    const steady = pathMetrics([0.01, 0.01, 0.01, 0.01], { periodsPerYear: 12 });
    expect(steady).toMatchObject({
      volatility: 0,
      maxDrawdown: 0,
      sharpe: Infinity,
      sortino: Infinity,
      calmar: Infinity,
    });
    const flat = pathMetrics([0, 0, 0], { periodsPerYear: 12 });
    expect(flat).toEqual({ annualReturn: 0, volatility: 0, maxDrawdown: 0, sharpe: NaN, sortino: NaN, calmar: NaN });
    expect(pathMetrics([0, 0], { periodsPerYear: 12, riskFree: 0.01 }).sharpe).toBe(-Infinity);
  });

  it('take equal returns for equal, whatever prices they were computed from', () => {
    const sheet = tearSheet(closesOf(Array.from({ length: 50 }, () => 0.0003)), { periodsPerYear: 252 });
    expect([sheet.volatility, sheet.sharpe]).toEqual([0, Infinity]);
  });

  it('have no volatility of a single period', () => {
    const one = tearSheet([100, 90], { periodsPerYear: 52 });
    expect(one).toMatchObject({ periods: 1, volatility: NaN, sharpe: NaN });
    expect(one.totalReturn).toBeCloseTo(-0.1, 14);
    expect([one.maxDrawdown, one.valueAtRisk, one.cvar]).toEqual(Array(3).fill(expect.closeTo(0.1, 14)));
  });
});

describe('an equally weighted basket', () => {
  it('is made equal again after every period', () => {
    const basket = equalWeightBasket([
      [10, 200],
      [20, 200],
      [20, 100],
    ]);
    expect(basket).toEqual([1, 1.5, 1.5 * 0.75]);
  });

  it('of one series is that series', () => {
    expect(equalWeightBasket([[50], [55], [44]])[2]).toBeCloseTo(0.88, 14);
  });
});

describeShared('the metrics of a series on which libraries agree', () => {
  it('agree too', () => {
    const { r, mine } = JSON.parse(readFileSync(sharedFile('data/metric-vectors.json'), 'utf8'));
    const sheet = tearSheet(closesOf(r), { periodsPerYear: 252 });
    expect(sheet.totalReturn).toBeCloseTo(mine.cum, 12);
    expect(sheet.annualReturn).toBeCloseTo(mine.ann_geo, 12);
    expect(sheet.volatility).toBeCloseTo(mine.vol, 12);
    expect(sheet.sharpe).toBeCloseTo(mine.sharpe, 11);
    expect(sheet.sortino).toBeCloseTo(mine.sortino0, 11);
    expect(sheet.maxDrawdown).toBeCloseTo(-mine.mdd, 12);
    expect(sheet.calmar).toBeCloseTo(mine.calmar, 10);
    expect(sheet.cvar).toBeCloseTo(-mine.CVaR_RU, 12);
    // The interpolated 0.02578 is not ours: the second worst of 25 is.
    expect(sheet.valueAtRisk).toBeCloseTo(0.0275, 12);
  });
});
