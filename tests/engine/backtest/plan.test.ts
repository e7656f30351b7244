import { describe, expect, it } from 'vitest';
import { readPricesCsv } from '../../../src/prices/vendors/csv.ts';
import { splitMarket } from '../../../src/engine/market.ts';
import { planBacktest, planOf, trainingHistory } from '../../../src/engine/backtest/plan.ts';
import type { BacktestPlan } from '../../../src/engine/backtest/types.ts';
import { UserError } from '../../../src/errors.ts';
import { randomPrices } from '../../support/random-prices.ts';
import { describeShared, sharedFile } from '../../support/shared.ts';

const prices = randomPrices({ days: 700 });
const { dates } = prices;
const day = (row: number): string => dates[row] ?? '';

const plan: BacktestPlan = {
  from: day(520),
  horizonDays: 20,
  offset: 0,
  retrainDays: 63,
  window: 'expanding',
  minDays: 500,
  isWarmStarted: false,
};

const rowsOf = (changed: Partial<BacktestPlan> = {}) =>
  planBacktest(prices, { ...plan, ...changed }).decisionDates.map(({ row }) => row);

describe('the plan of a backtest', () => {
  it('decides on the first day and then every horizon, as long as the outcome is there', () => {
    const { decisionDates } = planBacktest(prices, plan);
    expect(decisionDates.map(({ row }) => row)).toEqual([520, 540, 560, 580, 600, 620, 640, 660]);
    expect(decisionDates[0]).toEqual({ row: 520, end: 540, date: day(520), until: day(540), training: 0 });
    // 699 is the last row: one day more, and the decision of 680 would have its outcome.
    expect(rowsOf({ horizonDays: 19 }).at(-1)).toBe(672);
    expect(rowsOf({ horizonDays: 179 })).toEqual([520]);
  });

  it('begins three years before the last price that it may use, by default', () => {
    const long = randomPrices({ days: 2100 }).dates;
    const firstOf = (changed: Partial<BacktestPlan>) => {
      const { from: _, ...usual } = plan;
      return planBacktest({ dates: long }, { ...usual, ...changed }).decisionDates[0]?.date;
    };
    const [year, rest] = [Number(long.at(-1)!.slice(0, 4)), long.at(-1)!.slice(4)];
    const day3 = long.find((date) => date >= `${year - 3}${rest}`);
    expect(firstOf({})).toBe(day3);
    expect(firstOf({ offset: 5 })).toBe(long[long.indexOf(day3!) + 5]);
    const [earlier] = [long.findLast((date) => date < `${year - 1}`)!];
    expect(firstOf({ until: earlier })! < day3!).toBe(true);
    // There are no three years: from the first day on that leaves enough to learn from.
    expect(firstOf({ until: long[800]! })).toBe(long[499]);
    expect(firstOf({ until: long[800]!, offset: 5 })).toBe(long[504]);
  });

  it.each<[string, Partial<BacktestPlan>, number, string, string]>([
    ['a history too short for one decision', {}, 510, 'horizon', 'from 2015-01-01 to'],
    ['an end before every price', { until: '2001-01-01' }, 700, 'until', 'must leave room'],
    ['an end before the first outcome', { until: day(510) }, 700, 'until', `is made on ${day(499)}`],
  ])('refuses, where nothing is said of the beginning, %s', (_what, changed, days, option, sentence) => {
    const { from: _, ...usual } = plan;
    const refused = () => planBacktest({ dates: dates.slice(0, days) }, { ...usual, ...changed });
    expect(refused).toThrow(UserError);
    expect(refused).toThrow(expect.objectContaining({ option, message: expect.stringContaining(sentence) }));
  });

  it('leaves the first model as many days as its strategy needs', () => {
    const { from: _, ...usual } = plan;
    const long = { dates: randomPrices({ days: 1200 }).dates };
    expect(planBacktest(long, { ...usual, minDays: 750 }).decisionDates[0]?.row).toBe(749);
    for (const changed of [{ from: day(520) }, { window: 749 }]) {
      const refused = () => planBacktest(long, { ...plan, minDays: 750, ...changed });
      expect(refused).toThrow(expect.objectContaining({ data: expect.objectContaining({ needed: 750 }) }));
    }
    const options = { ...plan, strategy: { id: 'cvar-lstm', params: {} }, limits: [0.05], costBps: 0 };
    const mandate = { horizonDays: 20, constraints: [], risk: { alpha: 0.95 } };
    const sampling = { scenarios: 100, seed: 1 };
    expect(planOf({ ...options, mandate, sampling }).minDays).toBe(500);
  });

  it('ends every outcome by `until`, that day included', () => {
    expect(rowsOf({ until: day(580) })).toEqual([520, 540, 560]);
    expect(rowsOf({ until: day(579) })).toEqual([520, 540]);
    expect(rowsOf({ until: '2099-01-01' })).toEqual(rowsOf());
  });

  it('begins on the first day with prices from `from` on', () => {
    const without = { dates: dates.filter((_, row) => row !== 520 && row !== 521) };
    expect(planBacktest(without, plan).decisionDates[0]?.date).toBe(day(522));
  });

  it('puts all decisions off by the offset', () => {
    expect(rowsOf({ offset: 7 })).toEqual(rowsOf().map((row) => row + 7));
  });

  it.each([
    [0, [0, 1, 2, 3, 4, 5, 6, 7]],
    [20, [0, 1, 2, 3, 4, 5, 6, 7]],
    [21, [0, 0, 1, 1, 2, 2, 3, 3]],
    [63, [0, 0, 0, 0, 1, 1, 1, 1]],
    [1000, [0, 0, 0, 0, 0, 0, 0, 0]],
  ])('retrains with the first decision that is %i days or more after the last training', (retrainDays, expected) => {
    const { decisionDates, trainings } = planBacktest(prices, { ...plan, retrainDays });
    expect(decisionDates.map(({ training }) => training)).toEqual(expected);
    const dated = trainings.map((_, k) => decisionDates.find(({ training }) => training === k)?.date);
    expect(trainings.map(({ date }) => date)).toEqual(dated);
  });

  it('trains on all the days until the decision, or on the last of them', () => {
    const [first] = planBacktest(prices, plan).trainings;
    const { prices: all, until } = trainingHistory(prices, first!, 'expanding');
    expect([all.dates[0], all.dates.at(-1), until]).toEqual([day(0), day(520), day(520)]);
    const { prices: last } = trainingHistory(prices, first!, 510);
    expect([last.dates.length, last.dates.at(-1)]).toEqual([510, day(520)]);
  });

  it.each<[string, Partial<BacktestPlan>, string, string]>([
    ['a first day that has seen too little', { from: day(498) }, 'from', `begin on ${day(499)} or later`],
    ['a first day after the last price', { from: '2099-01-01' }, 'from', 'must not lie after the last price'],
    ['prices that end before the first outcome', { from: day(690) }, 'from', 'no room for one decision of 20 days'],
    ['an end before the first outcome', { until: day(539) }, 'until', `is made on ${day(520)} and held for 20`],
    ['an end before the beginning', { until: '2001-01-01' }, 'until', 'must not lie before the first day'],
    ['an offset of a whole horizon', { offset: 20 }, 'offset', 'below the horizon of 20 days'],
    ['a negative offset', { offset: -1 }, 'offset', 'below the horizon'],
    ['a window that no model can be trained on', { window: 499 }, 'window', '500 days or more'],
    ['a negative time between trainings', { retrainDays: -1 }, 'retrain', '0 days or more'],
  ])('refuses %s', (_what, changed, option, sentence) => {
    const refused = () => planBacktest(prices, { ...plan, ...changed });
    expect(refused).toThrow(UserError);
    expect(refused).toThrow(expect.objectContaining({ option, message: expect.stringContaining(sentence) }));
  });

  it('takes a first decision that has seen just enough, by its offset or without', () => {
    expect(rowsOf({ from: day(499) })[0]).toBe(499);
    expect(rowsOf({ from: day(490), offset: 9 })[0]).toBe(499);
  });

  it('says that a longer history is needed where no day would do', () => {
    const short = { dates: dates.slice(0, 400) };
    expect(() => planBacktest(short, { ...plan, from: day(300) })).toThrow('a longer history is needed');
  });
});

describeShared('study12', () => {
  it('has 50 decisions of 21 days from 2020-01-02 on', async () => {
    const { prices: study } = await readPricesCsv(sharedFile('data/prices/study12_ixic_2010_2024.csv'));
    const { assets, index } = splitMarket(study);
    expect([assets.tickers.length, index?.ticker]).toEqual([12, '^IXIC']);
    const { decisionDates, trainings } = planBacktest(assets, {
      ...plan,
      from: '2020-01-02',
      horizonDays: 21,
      retrainDays: 252,
    });
    expect(decisionDates).toHaveLength(50);
    expect(decisionDates[0]?.date).toBe('2020-01-02');
    expect(trainings).toHaveLength(5);
  });
});
