import { describe, expect, it } from 'vitest';
import { planBacktest } from '../../../src/engine/backtest/plan.ts';
import { tradableOn } from '../../../src/engine/backtest/tradable.ts';
import { frozen, walks, withColumn } from '../../support/quality-prices.ts';

const market = walks(['AAA', 'BBB', 'CCC'], 700);
const { dates } = market;

const PLAN = {
  from: dates[540]!,
  horizonDays: 20,
  offset: 0,
  retrainDays: 1000,
  window: 'expanding',
  minDays: 500,
  isWarmStarted: false,
} as const;

describe('tradableOn', () => {
  it('is every column while all have prices that move', () => {
    expect(tradableOn(market)(600)).toBeUndefined();
  });

  it('leaves out what has ended, from the day after', () => {
    const ended = { ...withColumn(market, 'CCC', frozen(601)), ended: [undefined, undefined, dates[600]] };
    const tradable = tradableOn(ended);
    expect([600, 601, 650].map(tradable)).toEqual([undefined, [0, 1], [0, 1]]);
  });

  it('leaves out what has stood still for more than ten days, and takes it back when it moves', () => {
    const tradable = tradableOn(withColumn(market, 'BBB', frozen(600, 30)));
    expect([609, 610, 629, 630].map(tradable)).toEqual([undefined, [0, 2], [0, 2], undefined]);
    expect(tradableOn(withColumn(market, 'BBB', frozen(600, 30)), [], ['frozen'])(620)).toBeUndefined();
  });

  it('is nothing where the rest cannot meet the constraints', () => {
    const still = withColumn(market, 'BBB', frozen(600, 30));
    const bound = (weight: number) => tradableOn(still, [{ kind: 'max-weight', weight }]);
    expect([599, 620].map(bound(0.5))).toEqual([undefined, [0, 2]]);
    expect([599, 620].map(bound(0.4))).toEqual([undefined, []]);
  });

  it('does not depend on later prices', () => {
    const past = withColumn(market, 'BBB', frozen(600, 30));
    const other = withColumn(past, 'BBB', (close, t) => (t > 615 ? 2 * close + t : close));
    for (const row of [600, 609, 610, 615]) expect(tradableOn(other)(row)).toEqual(tradableOn(past)(row));
  });

  it('may be a single asset, or none', () => {
    const both = withColumn(withColumn(market, 'BBB', frozen(600)), 'CCC', frozen(600));
    expect(tradableOn(both)(650)).toEqual([0]);
  });
});

describe('a plan whose assets change', () => {
  it('trains anew when other assets can be bought', () => {
    const ended = { ...withColumn(market, 'CCC', frozen(601)), ended: [undefined, undefined, dates[600]] };
    const { decisionDates, trainings } = planBacktest(ended, PLAN, tradableOn(ended));
    expect(trainings).toEqual([{ date: dates[540] }, { date: dates[620], assets: [0, 1] }]);
    expect(decisionDates.map(({ training, assets }) => [training, assets])).toEqual([
      ...Array.from({ length: 4 }, () => [0, undefined]),
      ...Array.from({ length: 3 }, () => [1, [0, 1]]),
    ]);
  });

  it('ends where too few are left, and is refused where that is at the beginning', () => {
    const both = withColumn(withColumn(market, 'BBB', frozen(600)), 'CCC', frozen(600));
    const plan = { ...PLAN, retrainDays: 63 };
    const { decisionDates, stoppedOn } = planBacktest(both, plan, tradableOn(both));
    expect([decisionDates.at(-1)!.date, stoppedOn]).toEqual([dates[600], dates[620]]);
    expect(() => planBacktest(both, { ...plan, from: dates[640]! }, tradableOn(both))).toThrow(
      `On ${dates[640]} too few assets have a price that moves`,
    );
  });
});
