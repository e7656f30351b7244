import { describe, expect, it } from 'vitest';
import { BENCHMARK_STRATEGY } from '../../src/engine/backtest/decide.ts';
import { DEFAULT_STRATEGY, chooseStrategy, findStrategy, STRATEGIES } from '../../src/engine/strategies/index.ts';
import type { StrategyChoice } from '../../src/engine/strategies/strategy.ts';
import type { Progress } from '../../src/engine/types.ts';
import { WorkClock } from '../../src/engine-service/backtest-work.ts';
import { compared, inTime, worksOf } from '../../src/engine-service/compare-plan.ts';
import type { CompareRequest } from '../../src/engine-service/requests.ts';
import { HANDLERS } from '../../src/workers/tasks.ts';
import type { Handlers, Tasks } from '../../src/workers/task-types.ts';
import { atMost } from '../support/constraints.ts';
import { randomPrices } from '../support/random-prices.ts';
import { fitSmall } from '../support/small-pool.ts';
import { backtestFixture, market } from './backtest-fixture.ts';

const drawn = randomPrices({ days: 600, assets: 4 });
const indexed = { ...drawn, tickers: ['A', 'B', 'C', '^I'] };

/** Three strategies of one generator, whatever others there are. */
const ids = ['cvar-lstm', 'minimum-cvar', BENCHMARK_STRATEGY];
const strategies = ids.map((id) => chooseStrategy(id));

function fixture(changes: Partial<CompareRequest> = {}, others: Parameters<typeof backtestFixture>[0] = {}) {
  const made = backtestFixture({ prices: indexed, ...others });
  const { limits: _, strategy: __, offset: ___, standing: ____, held: _____, ...common } = made.request;
  const request: CompareRequest = { ...common, strategies, limit: 0.05, riskFree: 0, ...changes };
  return { ...made, backtest: made.request, request };
}

describe('a comparison', () => {
  it('has what each strategy did over the same days, and what backtests of them say', async () => {
    const { engine, request, backtest, count } = fixture();
    const { comparison, walks, ...about } = await engine.compare(request);
    expect(Object.keys(comparison.strategies)).toEqual(ids);
    expect(comparison).toMatchObject({
      tried: 3,
      from: market.dates[510],
      until: market.dates[590],
      benchmark: ids[2],
    });
    expect(about).toMatchObject({ tickers: ['A', 'B', 'C'], index: '^I', request });
    // What they share is computed once.
    expect([count('fitPast'), count('simulatePast')]).toEqual([2, 8]);
    for (const [k, strategy] of strategies.slice(0, 2).entries()) {
      const { result } = await fixture().engine.backtest({ ...backtest, strategy, limits: [0.05] });
      const own = result.paths.find(({ rule }) => rule === 0.05)!;
      expect(walks[k]!.path).toEqual(own);
      expect(walks[k]!.decisions).toEqual(result.decisions.filter(({ limit }) => limit === 0.05));
      expect(comparison.strategies[strategy.id]).toMatchObject({ ...own.metrics.net, turnover: own.turnover });
    }
    const { result } = await fixture().engine.backtest(backtest);
    const [equal, index] = ['equal', 'index'].map((rule) => result.paths.find((path) => path.rule === rule)!);
    expect(walks[2]!.path).toEqual(equal);
    expect(comparison.index).toMatchObject(index!.metrics.net);
    expect(comparison.strategies[ids[2]!]).not.toHaveProperty('against');
    expect(comparison.strategies[ids[0]!]!.against).toEqual({
      p: expect.any(Number),
      pTried: expect.any(Number),
      t: expect.any(Number),
    });
  });

  it('measures the worst outcomes of all that was held beside the limit', async () => {
    const { engine, request } = fixture();
    const { comparison, walks } = await engine.compare(request);
    for (const { name, decisions } of walks) {
      // Of eight outcomes the worst 10% are 0.8 of one: the worst.
      const worst = Math.max(...decisions.map(({ realised }) => -realised));
      const figures = comparison.strategies[name]!;
      expect(figures.cvar).toBeCloseTo(worst, 12);
      expect(figures.realisedToLimit).toBeCloseTo(worst / 0.05, 12);
      expect(figures).toMatchObject({ decisions: 8, feasible: expect.any(Number), violations: expect.any(Number) });
    }
    expect(comparison.tail).toBeCloseTo(0.8, 12);
  });

  it('counts what an error has left undecided', async () => {
    const { decidePast } = HANDLERS;
    const failing: Handlers<Tasks>['decidePast'] = async (day, onProgress) => {
      if (day.drawn.strategy === ids[1] && day.drawn.source.until === market.dates[530]) throw new TypeError('broken');
      return decidePast(day, onProgress);
    };
    const { engine, request, logged } = fixture({}, { others: { decidePast: failing } });
    const { comparison } = await engine.compare(request);
    expect(Object.values(comparison.strategies).map(({ failed }) => failed)).toEqual([0, 1, 0]);
    expect(logged.length).toBeGreaterThan(0);
  });

  it('deducts what is free of risk from Sharpe ratios', async () => {
    const { engine, request } = fixture();
    const [without, rich] = [await engine.compare(request), await engine.compare({ ...request, riskFree: 0.04 })];
    const [one, other] = [without, rich].map(({ comparison }) => comparison.strategies[ids[0]!]!);
    expect(other!.sharpe).toBeCloseTo(one!.sharpe - 0.04 / one!.volatility, 10);
    expect(other!.annualReturn).toBe(one!.annualReturn);
  });

  it('decides without a limit where none is given', async () => {
    const { engine, request, backtest } = fixture({ limit: 'unlimited' });
    const { comparison, walks } = await engine.compare(request);
    expect(comparison.strategies[ids[0]!]).not.toHaveProperty('realisedToLimit');
    expect(walks.map(({ path }) => path.rule)).toEqual(['unlimited', 'unlimited', 'equal']);
    const loose = await fixture().engine.backtest({ ...backtest, limits: [0.9] });
    const under = loose.result.decisions.filter(({ limit }) => limit === 0.9);
    expect(walks[0]!.decisions.map(({ weights }) => weights)).toEqual(under.map(({ weights }) => weights));
  });

  it('holds equal weights whatever the bounds, also where they are not named', async () => {
    const { engine, request } = fixture({ strategies: [DEFAULT_STRATEGY] });
    const bounded = { ...request.mandate, constraints: [atMost(0.34), { kind: 'max-assets' as const, count: 3 }] };
    const { walks } = await engine.compare({ ...request, mandate: bounded });
    expect(walks.map(({ name }) => name)).toEqual([DEFAULT_STRATEGY.id, BENCHMARK_STRATEGY]);
    const few = { ...request.mandate, constraints: [{ kind: 'max-assets' as const, count: 2 }] };
    const again = await engine.compare({ ...request, mandate: few });
    expect(again.walks[1]!.decisions[0]!.weights).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(again.walks[0]!.decisions.every(({ weights }) => weights.filter((w) => w > 0).length <= 2)).toBe(true);
  });

  it('begins on the first day on which all can decide, and says so', async () => {
    const { engine, request } = fixture({ from: market.dates[100]! });
    const { comparison, prices } = await engine.compare(request);
    const needed = Math.max(...STRATEGIES.filter(({ id }) => ids.includes(id)).map(({ needs }) => needs.minDays));
    const first = market.dates[needed - 1]!;
    expect(comparison.from).toBe(first);
    expect(prices.notes).toEqual([
      expect.stringMatching(`^It begins on ${first}, not on ${market.dates[100]}: strategies need ${needed} days`),
    ]);
  });

  it('shares no model that a fault before it has made another one, and none of its scenarios', async () => {
    const trainings: Tasks['fitPast']['input'][] = [];
    const fitPast: Handlers<Tasks>['fitPast'] = (input, onProgress) => {
      if (trainings.push(input) > 1) return fitSmall(input, onProgress);
      throw new Error('broken');
    };
    const { engine, request, logged, count } = fixture({}, { others: { fitPast } });
    const { comparison } = await engine.compare(request);
    expect(logged).toEqual([expect.objectContaining({ date: market.dates[510] })]);
    expect(ids.map((id) => comparison.strategies[id]!.failed)).toEqual([4, 0, 0]);
    // The second strategy's walk makes both models: the second of the first one's was built on none.
    expect(trainings.map(({ previous }) => previous !== undefined)).toEqual([false, false, false, true]);
    expect(count('simulatePast')).toBe(4 + 8);
  });

  it('goes on where it was stopped, and tells how far all of it has come', async () => {
    const abort = new AbortController();
    const { engine, request, kept } = fixture();
    const told: Progress[] = [];
    const stopped = engine.compare(request, {
      signal: abort.signal,
      onProgress(progress) {
        told.push(progress);
        if (progress.detail?.startsWith('strategy 2') === true) abort.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(told[0]).toMatchObject({ stage: 'backtest', done: 0, detail: 'strategy 1 of 3, decision 0 of 8' });
    expect((await kept.keys()).length).toBeGreaterThanOrEqual(8);
    const again = fixture({}, { decisions: kept });
    const shares: number[] = [];
    const answer = await again.engine.compare(again.request, { onProgress: ({ done }) => shares.push(done) });
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    const fresh = fixture();
    expect(answer.comparison).toEqual((await fresh.engine.compare(fresh.request)).comparison);
    expect(again.count('decidePast')).toBeLessThan(fresh.count('decidePast'));
  });

  it('is refused before it begins where all strategies together would take too long', async () => {
    const { engine, request, pool } = fixture();
    const limit = { seconds: 1e-3, by: ['from', 'tickers'] as const };
    await expect(engine.compare(request, { limit })).rejects.toThrow('This would take about');
    expect(pool.ran).toEqual([]);
  });

  it('leaves out the longest of strategies that nobody has named, and says so', async () => {
    const { request } = fixture();
    const walk = (id: string, fit: number) => {
      const schedule = {
        decisionDates: [{ row: 500, end: 510, date: '', until: '', training: 0 }],
        trainings: [{ date: '' }],
      };
      const plan = {
        request: { ...request, strategy: chooseStrategy(id), limits: [] },
        schedule,
        assets: fit,
        missing: [0],
      };
      return Object.assign({}, Object(null), { request: plan.request, plan });
    };
    const planned = [walk(ids[0]!, 20_000), walk(ids[1]!, 2), walk(ids[2]!, 2)];
    const clock = { clock: new WorkClock(2) };
    const limit = { seconds: 60, by: [] };
    const { strategies: _, ...all } = request;
    const kept = inTime(Object(clock), planned, { ...all, limit });
    expect(kept.planned.map((one) => one.request.strategy.id)).toEqual(ids.slice(1));
    expect(kept.notes).toEqual([
      expect.stringMatching(/^Left out: "Highest expected profit .*" would take about \d+ min here\.$/),
    ]);
    expect(inTime(Object(clock), planned, { ...request, limit }).planned).toEqual(planned);
    expect(inTime(Object(clock), planned, { ...all, limit: undefined }).planned).toEqual(planned);
  });

  it('is planned to train and draw once for strategies of one generator, unless the first has nothing left to do', () => {
    const { request } = fixture();
    const schedule = {
      decisionDates: [{ row: 500, end: 510, date: '', until: '', training: 0 }],
      trainings: [{ date: '' }],
    };
    const planOf = (strategy: StrategyChoice, missing: readonly number[]) => ({
      request: { ...request, strategy, limits: [] },
      schedule,
      assets: 3,
      missing,
    });
    const [once, again] = [
      worksOf(strategies.map((one) => planOf(one, [0]))),
      worksOf([planOf(strategies[0]!, []), planOf(strategies[1]!, [0])]),
    ];
    expect(once.map(({ fit }) => fit > 0)).toEqual([true, false, false]);
    expect(again.map(({ fit }) => fit > 0)).toEqual([false, true]);
  });

  it('says why a strategy is left out, but refuses one that was named', () => {
    const [first, second, last] = ids.map((id) => findStrategy(id));
    const list = [first!, { ...second!, needs: { ...second!.needs, volume: true as const } }, last!];
    expect(compared(undefined, indexed, list)).toEqual({
      strategies: [strategies[0], strategies[2]],
      notes: [`Left out: "${second!.title}" needs traded volumes, which these prices do not have.`],
    });
    expect(() => compared(strategies.slice(1, 2), indexed, list)).toThrow('needs traded volumes');
    const needy = [first!, second!, { ...last!, needs: { ...last!.needs, minDays: 601 } }];
    expect(() => compared(undefined, indexed, needy)).toThrow('at least 601 days');
    expect(compared(undefined, indexed).strategies.length).toBeGreaterThanOrEqual(3);
  });

  it('cross-validates what it compared, and has the same figures for the same seed', async () => {
    const { engine, request } = fixture({ cpcv: { groups: 4, training: 3 } });
    const { comparison } = await engine.compare(request);
    expect(comparison.cpcv).toMatchObject({ groups: 4, training: 3, splits: 4, paths: 1 });
    expect(comparison.strategies[ids[0]!]!.cpcv).toEqual({
      low: expect.any(Number),
      median: expect.any(Number),
      high: expect.any(Number),
    });
    expect(comparison.overfitting).toMatchObject({ blocks: 8 });
    expect((await engine.compare(request)).comparison).toEqual(comparison);
  });

  it('decides nothing by prices that come after', async () => {
    const { engine, request } = fixture();
    const { walks } = await engine.compare(request);
    const changed = {
      ...indexed,
      closes: indexed.closes.map((row, t) =>
        t > 550 ? row.map((close, j) => close * (1 + 0.02 * ((t + j) % 5))) : row,
      ),
    };
    const other = fixture({}, { prices: changed });
    const later = await other.engine.compare(other.request);
    for (const [k, { decisions }] of walks.entries()) {
      const weights = (some: typeof decisions) => some.slice(0, 5).map((one) => one.weights);
      expect(weights(later.walks[k]!.decisions)).toEqual(weights(decisions));
    }
  });
});
