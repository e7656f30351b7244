import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/engine/backtest/judge.ts';
import { planBacktest, planOf } from '../../../src/engine/backtest/plan.ts';
import type { BacktestOptions, RuleDecision } from '../../../src/engine/backtest/types.ts';
import { DEFAULT_STRATEGY } from '../../../src/engine/strategies/index.ts';
import { randomPrices } from '../../support/random-prices.ts';

const prices = { ...randomPrices({ days: 540, assets: 3 }), tickers: ['A', '^I', 'B'] };
const options: BacktestOptions = {
  from: prices.dates[500]!,
  strategy: DEFAULT_STRATEGY,
  mandate: { horizonDays: 10, constraints: [], risk: { alpha: 0.9 } },
  offset: 0,
  retrainDays: 63,
  window: 'expanding',
  isWarmStarted: false,
  limits: [0.05],
  sampling: { scenarios: 100, seed: 1 },
  costBps: 10,
};
const { decisionDates } = planBacktest(prices, planOf(options));
const told = { predicted: 0.01, valueAtRisk: 0.001, cvar: 0.05, freshCvar: 0.06, minCvar: 0.03 };
const day = (k: number): RuleDecision[] => [
  { limit: 'equal', status: 'optimal', weights: [0.5, 0.5], ...told },
  { limit: 'min', status: 'optimal', weights: [0.9, 0.1], ...told },
  k === 1
    ? { limit: 0.05, status: 'failed' }
    : { limit: 0.05, status: k === 0 ? 'optimal' : 'infeasible', weights: k === 0 ? [0.2, 0.8] : [0.9, 0.1], ...told },
];
const result = judge({ prices, options, decisions: decisionDates.map((_, k) => day(k)) });

describe('the result of a backtest', () => {
  it('has the decisions by date and by rule, with their outcome', () => {
    expect(result.decisions.map(({ date, limit }) => [date, limit])).toEqual(
      decisionDates.flatMap(({ date }) => (['equal', 'min', 0.05] as const).map((limit) => [date, limit])),
    );
    const [first] = decisionDates;
    const [a, b] = [0, 2].map((j) => prices.closes[first!.end]![j]! / prices.closes[first!.row]![j]! - 1);
    expect(result.decisions[2]).toMatchObject({ ...day(0)[2], date: first?.date, until: first?.until });
    expect(result.decisions[2]?.realised).toBeCloseTo(0.2 * a! + 0.8 * b!, 12);
    expect(result.decisions[2]?.realisedNet).toBeCloseTo((1 + 0.2 * a! + 0.8 * b!) * (1 - 0.001) - 1, 12);
  });

  it('has a path for every rule and one for the index, which is no asset', () => {
    expect(result.paths.map(({ rule }) => rule)).toEqual(['equal', 'min', 0.05, 'index']);
    const [first, last] = [decisionDates[0]!, decisionDates.at(-1)!];
    const { gross, dates } = result.paths[3]!;
    expect(gross.at(-1)).toBeCloseTo(prices.closes[last.end]![1]! / prices.closes[first.row]![1]!, 12);
    expect([dates[0], dates.at(-1), dates.length]).toEqual([first.date, last.until, 31]);
    expect(gross).toHaveLength(31);
  });

  it('keeps infeasible and failed decisions in the timeline, and out of the figures', () => {
    const limit = result.decisions.filter((one) => one.limit === 0.05);
    expect(limit.map(({ status }) => status)).toEqual(['optimal', 'failed', 'infeasible']);
    // After the failed decision the holdings of the first one stay, as prices have moved them.
    expect(limit[1]).not.toHaveProperty('predicted');
    expect(limit[1]?.weights[0]).not.toBe(0.2);
    expect(limit[1]?.weights[0]).toBeCloseTo(0.2, 1);
    expect(limit[2]?.weights).toEqual([0.9, 0.1]);
    expect(result.byLimit.map((one) => [one.limit, one.decisions, one.feasible])).toEqual([
      ['equal', 3, 3],
      ['min', 3, 3],
      [0.05, 3, 1],
    ]);
  });
});
