// A backtest under limits on trades or their costs: each rule trades from its own decision before.
import { describe, expect, it } from 'vitest';
import type { DecisionOutcome } from '../../src/engine/backtest/types.ts';
import type { Constraint } from '../../src/engine/constraints/index.ts';
import type { StoredDecisions } from '../../src/engine-service/decision-cache.ts';
import type { BacktestRequest } from '../../src/engine-service/requests.ts';
import type { Table } from '../../src/store/table.ts';
import { HANDLERS } from '../../src/workers/tasks.ts';
import type { Tasks } from '../../src/workers/task-types.ts';
import { atMost } from '../support/constraints.ts';
import { changedFrom } from '../support/random-prices.ts';
import { backtestFixture, market, options } from './backtest-fixture.ts';

const ROWS = [510, 520, 530, 540, 550, 560, 570, 580];
const RULES = ['equal', 'min', 0.03, 0.05] as const;
const turnover = (weight: number): Constraint => ({ kind: 'max-turnover', weight });
const cost: Constraint = { kind: 'cost', rate: 0.002 };
const LIMITED = [turnover(0.05), cost];

interface Asked {
  readonly constraints?: readonly Constraint[];
  readonly recipe?: string;
  readonly request?: Partial<BacktestRequest>;
  readonly decisions?: Table<StoredDecisions>;
  readonly prices?: typeof market;
  readonly fails?: number;
  readonly threads?: number;
}

/** What trades cost is what the mandate says. */
function open({ constraints = LIMITED, recipe = 'plain', request, fails, ...others }: Asked = {}) {
  const days: Tasks['decidePast']['input'][] = [];
  const made = backtestFixture({
    ...others,
    others: {
      decidePast: async (day, onProgress) => {
        days.push(day);
        const isBroken = fails !== undefined && day.drawn.source.until === market.dates[ROWS[fails]!];
        if (isBroken) throw new Error('broken');
        return HANDLERS.decidePast(day, onProgress);
      },
    },
  });
  const asked: BacktestRequest = {
    ...made.request,
    mandate: { ...options.mandate, constraints },
    strategy: { ...options.strategy, params: { recipe } },
    limits: [0.03, 0.05],
    costBps: constraints.includes(cost) ? 20 : 10,
    ...request,
  };
  return { ...made, days, request: asked, backtest: () => made.engine.backtest(asked) };
}

const ofRule = (decisions: readonly DecisionOutcome[], rule: DecisionOutcome['limit']) =>
  decisions.filter(({ limit }) => limit === rule);

/** By hand: what weights that were chosen on one row have become on another. */
function driftedBy(weights: readonly number[], from: number, to: number): number[] {
  const values: number[] = [];
  for (let j = 0; j < weights.length; j += 1)
    values.push((weights[j]! / market.closes[from]![j]!) * market.closes[to]![j]!);
  const all = values[0]! + values[1]! + values[2]!;
  return values.map((value) => value / all);
}

const halfOfMoves = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, one, j) => sum + Math.abs(one - b[j]!), 0) / 2;

/** What was there on the day of row 550. */
const asDecided = (all: readonly DecisionOutcome[]) =>
  all
    .filter(({ date }) => date <= market.dates[550]!)
    .map(({ date, limit, weights, predicted, cvar, turnover: traded }) => [
      date,
      limit,
      weights,
      predicted,
      cvar,
      traded,
    ]);

describe.each(['plain', 'filtered'])('decisions that may trade a little at a cost, recipe %s', (recipe) => {
  it('are each made from what the decision before has become, and pay for what they trade', async () => {
    const { backtest, days } = open({ recipe });
    const { result } = await backtest();
    for (const [r, rule] of RULES.entries()) {
      const own = ofRule(result.decisions, rule);
      let money = 1;
      for (const [k, one] of own.entries()) {
        const before = k === 0 ? [0, 0, 0] : driftedBy(own[k - 1]!.weights, ROWS[k - 1]!, ROWS[k]!);
        const traded = k === 0 ? 0.5 : halfOfMoves(one.weights, before);
        expect(one.turnover ?? 0.5).toBeCloseTo(traded, 12);
        expect(one.turnover === undefined).toBe(k === 0);
        // The first purchase is from cash, and nothing limits equal weights.
        expect(traded).toBeLessThan(k === 0 || rule === 'equal' ? 1 : 0.05 + 1e-9);
        // Of all that is bought and sold.
        expect(one.tradingCost).toBeCloseTo(0.002 * 2 * traded, 12);
        expect(one.realisedNet).toBeCloseTo((1 + one.realised) * (1 - 0.004 * traded) - 1, 12);
        expect(one.isOverTurnover).toBeUndefined();
        money *= 1 + one.realisedNet;
        const { held } = days.findLast(({ drawn }) => drawn.source.until === one.date)!;
        for (const j of [0, 1, 2]) expect(held?.[r]?.[`T${j}`] ?? 0).toBeCloseTo(before[j]!, 12);
      }
      expect(days.find(({ drawn }) => drawn.source.until === own[0]!.date)!.held).toBeUndefined();
      expect(result.paths.find((path) => path.rule === rule)!.net.at(-1)).toBeCloseTo(money, 12);
      const summary = result.byLimit.find(({ limit }) => limit === rule)!;
      const later = own.slice(1);
      expect(summary.turnover).toBeCloseTo(later.reduce((sum, one) => sum + one.turnover!, 0) / later.length, 12);
      const kept = own.filter(({ status }) => status === 'optimal');
      expect(kept.length).toBeGreaterThan(0);
      expect(summary.realised).toBeCloseTo(kept.reduce((sum, one) => sum + one.realisedNet, 0) / kept.length, 12);
    }
  });

  it('see no price after their day', async () => {
    const whole = (await open({ recipe }).backtest()).result.decisions;
    const changed = (await open({ recipe, prices: changedFrom(market, 551) }).backtest()).result.decisions;
    expect(asDecided(changed)).toEqual(asDecided(whole));
    expect(asDecided(whole)).toHaveLength(5 * 4);
    expect(changed.at(-1)?.weights).not.toEqual(whole.at(-1)?.weights);
  });

  it('are the same when a backtest goes on after it was stopped, and however many threads there are', async () => {
    const first = open({ recipe, threads: 1 });
    const abort = new AbortController();
    const stopped = first.engine.backtest(first.request, {
      signal: abort.signal,
      onProgress: ({ done }) => done >= 4 / 8 && abort.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    const known = (await first.kept.keys()).length;
    expect(known).toBeGreaterThanOrEqual(4);
    expect(known).toBeLessThan(8);
    const again = open({ recipe, decisions: first.kept, threads: 3 });
    const { result } = await again.backtest();
    expect(again.count('simulatePast')).toBe(8 - known);
    expect(result).toEqual((await open({ recipe }).backtest()).result);
  });
});

describe('a fault', () => {
  it('leaves what is held as it is, and later decisions are made from there and not remembered', async () => {
    const { backtest, kept, days } = open({ fails: 2 });
    const { result } = await backtest();
    const own = ofRule(result.decisions, 0.05);
    expect(own.map(({ status }) => status === 'failed')).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((k) => k === 2));
    const held = driftedBy(own[1]!.weights, ROWS[1]!, ROWS[2]!);
    for (const j of [0, 1, 2]) expect(own[2]!.weights[j]).toBeCloseTo(held[j]!, 12);
    expect([own[2]!.turnover, own[2]!.tradingCost]).toEqual([0, 0]);
    const later = driftedBy(held, ROWS[2]!, ROWS[3]!);
    const next = days.find(({ drawn }) => drawn.source.until === market.dates[ROWS[3]!])!;
    for (const j of [0, 1, 2]) expect(next.held![3]![`T${j}`]).toBeCloseTo(later[j]!, 12);
    expect((await kept.keys()).map((key) => key.split('/')[1])).toEqual([0, 1].map((k) => market.dates[ROWS[k]!]));
  });
});

describe('a limit on trades that the other constraints do not leave', () => {
  it('gives way by as little as they take, and the answer counts the dates', async () => {
    const { result } = await open({ constraints: [turnover(0), atMost(0.4)] }).backtest();
    let forced = 0;
    for (const rule of ['min', 0.03, 0.05] as const) {
      const own = ofRule(result.decisions, rule);
      for (const [k, one] of own.entries()) {
        if (k === 0) continue;
        const before = driftedBy(own[k - 1]!.weights, ROWS[k - 1]!, ROWS[k]!);
        const needed = before.reduce((sum, weight) => sum + Math.max(0, weight - 0.4), 0);
        expect(one.turnover).toBeGreaterThan(needed - 1e-9);
        expect(one.turnover).toBeLessThan(needed + 1e-5);
        expect(one.isOverTurnover === true).toBe(needed > 1e-5);
        if (needed > 1e-5) forced += 1;
        expect(one.tradingCost).toBeUndefined();
        expect(Math.max(...one.weights)).toBeLessThan(0.4 + 1e-9);
      }
    }
    expect(forced).toBeGreaterThan(0);
    expect(result.byLimit.reduce((sum, { overTurnover = 0 }) => sum + overTurnover, 0)).toBe(forced);
  });
});

it('a limit on falling behind that no split keeps gives way too, on the dates that the answer counts, and is stored', async () => {
  const benchmark = { kind: 'behind', benchmark: 'T0', limit: 0.02, text: 'behind T0 <= 2%' } as const;
  const asked = { constraints: [atMost(0.6), benchmark] };
  const first = open(asked);
  const { result } = await first.backtest();
  for (const rule of RULES) {
    const own = ofRule(result.decisions, rule);
    const over = own.filter(({ leastBehind = 0 }) => leastBehind > 0.02).length;
    expect(own.filter(({ leastBehind }) => leastBehind !== undefined)).toHaveLength(over);
    expect(result.byLimit.find(({ limit }) => limit === rule)!.overBehind ?? 0).toBe(over);
    expect(over > 0).toBe(rule !== 'equal');
  }
  const again = open({ ...asked, decisions: first.kept });
  expect((await again.backtest()).result).toEqual(result);
  expect(again.pool.ran).not.toContain('decidePast');
});

describe('what is held at first', () => {
  const [a, b] = market.closes[510]!;
  const held = {
    positions: [
      { ticker: 'T0', units: 60 / a! },
      { ticker: 'T1', units: 30 / b! },
    ],
    cash: [{ amount: 10 }],
  };

  it('is where the first decision trades from, with all its cash to invest', async () => {
    const { backtest } = open({ constraints: [turnover(0.2), cost], request: { held } });
    const { result, account } = await backtest();
    expect(account?.amount).toBeCloseTo(100, 9);
    const [first] = ofRule(result.decisions, 0.05);
    const bought = first!.weights.reduce((sum, weight, j) => sum + Math.max(0, weight - [0.6, 0.3, 0][j]!), 0);
    expect(first!.turnover).toBeCloseTo(bought, 9);
    expect(bought).toBeLessThan(0.2 + 1e-9);
    expect(first!.tradingCost).toBeCloseTo(0.002 * (2 * bought - 0.1), 9);
  });

  it('decides nothing where trades are free and unlimited: only what they cost afterwards', async () => {
    const without = open({ constraints: [] });
    const { result: cash } = await without.backtest();
    const asked = open({ constraints: [], request: { held }, decisions: without.kept });
    const { result } = await asked.backtest();
    expect(asked.pool.ran).toEqual(['judge']);
    expect(result.decisions.map(({ weights }) => weights)).toEqual(cash.decisions.map(({ weights }) => weights));
    expect(result.decisions[3]!.realisedNet).toBeGreaterThan(cash.decisions[3]!.realisedNet);
    expect(result.decisions.every((one) => !('turnover' in one) && !('tradingCost' in one))).toBe(true);
  });
});

it('a record is made of such decisions too', async () => {
  const { engine, request } = open();
  const { universe, mandate, strategy, sampling, limits, from } = request;
  const { walks, record } = await engine.record({
    universe,
    mandate,
    strategy,
    sampling,
    limits,
    from: from!,
    offsets: [0],
  });
  const own = ofRule(walks[0]!.decisions, 0.05);
  expect(Math.max(...own.slice(1).map((one) => one.turnover!))).toBeLessThan(0.05 + 1e-9);
  const kept = own.filter(({ status }) => status === 'optimal');
  const net = kept.reduce((sum, { realisedNet }) => sum + realisedNet, 0) / kept.length;
  expect(record.byLimit.find(({ limit }) => limit === 0.05)?.realised).toBeCloseTo(net, 12);
});
