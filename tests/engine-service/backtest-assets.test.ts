// A backtest whose assets end, stand still, or are cut at a day.
import { describe, expect, it } from 'vitest';
import type { Constraint } from '../../src/engine/constraints/index.ts';
import type { Prices } from '../../src/engine/types.ts';
import { frozen, scaled, withColumn } from '../support/quality-prices.ts';
import { backtestFixture, market, options } from './backtest-fixture.ts';

const { dates } = market;
const LAST_PRICE = 534;

/** The market without prices of T2 after LAST_PRICE. */
const delisted: Prices = {
  ...market,
  closes: market.closes.map((row, t) => (t > LAST_PRICE ? row.with(2, Number.NaN) : row)),
};
/** Of the decisions. */
const ROWS = [510, 520, 530, 540, 550, 560, 570, 580];
const weightsOfT2 = (decisions: readonly { date: string; weights: readonly number[] }[]) =>
  decisions.map(({ date, weights }) => [date, weights.length, (weights[2] ?? Number.NaN) > 0]);

async function decisionsBefore530(prices: Prices) {
  const { engine, request } = backtestFixture({ prices });
  const { result } = await engine.backtest(request);
  return result.decisions.filter(({ date }) => date < dates[530]!).map(({ date, weights }) => [date, weights]);
}

describe('a backtest of an asset that was delisted', () => {
  it('holds it until then, sells it at its last close, and says so', async () => {
    const { engine, request, count } = backtestFixture({ prices: delisted });
    const { result, prices } = await engine.backtest(request);
    const equal = result.decisions.filter(({ limit }) => limit === 'equal');
    expect(weightsOfT2(equal)).toEqual([
      ...[510, 520, 530].map((row) => [dates[row], 3, true]),
      ...[540, 550, 560, 570, 580].map((row) => [dates[row], 3, false]),
    ]);
    expect(result.decisions.every(({ weights }) => weights.reduce((sum, weight) => sum + weight, 0) > 0.999)).toBe(
      true,
    );
    const growth = [0, 1, 2].map((j) => market.closes[j === 2 ? LAST_PRICE : 540]![j]! / market.closes[530]![j]!);
    expect(equal[2]!.realised).toBeCloseTo(growth.reduce((sum, one) => sum + one / 3, 0) - 1, 9);
    expect(prices.notes).toContain(
      `T2 has no price after ${dates[LAST_PRICE]}: it was sold at that close, and no later decision holds it.`,
    );
    // On 510, on 540 since T2 is no choice any more, and 40 days later.
    expect(count('fitPast')).toBe(3);
  });

  it('says of one that ended before the first decision that none holds it', async () => {
    const { engine, request } = backtestFixture({ prices: delisted });
    const { prices } = await engine.backtest({ ...request, from: dates[560]! });
    expect(prices.notes).toContain(
      `T2 has no price after ${dates[LAST_PRICE]}, before the first decision: none holds it.`,
    );
  });

  it('sells it whatever may be traded, and counts what that costs', async () => {
    const { engine, request } = backtestFixture({ prices: delisted });
    const plain = { ...request, strategy: { ...options.strategy, params: { recipe: 'plain' } } };
    const trades: Constraint[] = [
      { kind: 'max-turnover', weight: 0.01 },
      { kind: 'cost', rate: 0.002 },
    ];
    const limited = { ...plain, costBps: 20, mandate: { ...options.mandate, constraints: trades } };
    const [free, { result }] = [(await engine.backtest(plain)).result, await engine.backtest(limited)];
    const ofRule = (rule: string) => result.decisions.filter(({ limit }) => limit === rule);
    // Equal weights are the same, so that the predicted profits differ by the costs alone.
    for (const [k, one] of ofRule('equal').entries()) {
      const gross = free.decisions.filter(({ limit }) => limit === 'equal')[k]!.predicted!;
      expect(one.predicted).toBeCloseTo(gross - one.tradingCost!, 12);
    }
    const [before, after] = ofRule('min').slice(2, 4);
    const grown = before!.weights.map((weight, j) => (weight * delisted.closes[540]![j]!) / delisted.closes[530]![j]!);
    grown[2] = (before!.weights[2]! * market.closes[LAST_PRICE]![2]!) / market.closes[530]![2]!;
    const sold = grown[2] / (grown[0]! + grown[1]! + grown[2]);
    expect(sold).toBeGreaterThan(0.05);
    expect(after!.turnover).toBeCloseTo(sold, 5);
    expect(ofRule('min').map(({ isOverTurnover }) => isOverTurnover === true)).toEqual(ROWS.map((at) => at === 540));
  });

  it('decides before as if nothing had happened', async () => {
    expect(await decisionsBefore530(delisted)).toEqual(await decisionsBefore530(market));
  });
});

describe('a backtest of an asset that stands still', () => {
  it('leaves it out while it does, and says so', async () => {
    const prices = withColumn(market, 'T1', frozen(525, 30));
    const { engine, request } = backtestFixture({ prices });
    const { result, prices: about } = await engine.backtest(request);
    const held = result.decisions.filter(({ limit, weights }) => limit === 'equal' && weights[1]! > 0);
    expect(held.map(({ date }) => dates.indexOf(date))).toEqual([510, 520, 530, 560, 570, 580]);
    expect(about.notes).toContain(
      `T1 stood still for more than 10 days before 2 of 8 decisions, first on ${dates[540]}: they do not hold it.`,
    );
  });

  it('holds it if that is allowed', async () => {
    const prices = withColumn(market, 'T1', frozen(525, 30));
    const { engine, request } = backtestFixture({ prices });
    const { result } = await engine.backtest({ ...request, allow: ['frozen'] });
    expect(result.decisions.every(({ limit, weights }) => limit !== 'equal' || weights[1]! > 0)).toBe(true);
  });
});

describe('the end of a backtest', () => {
  it('cuts the prices before they are checked', async () => {
    const { engine, request } = backtestFixture({ prices: withColumn(market, 'T1', scaled(595, 10)) });
    const late = { ...request, mandate: { ...options.mandate, horizonDays: 11 }, from: dates[588]! };
    await expect(engine.backtest(late)).rejects.toThrow('T1 is multiplied by');
    const { result } = await engine.backtest({ ...late, from: dates[580]!, until: dates[594]! });
    expect(result.decisions[0]).toMatchObject({ date: dates[580], until: dates[591] });
  });
});
