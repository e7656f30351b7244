import { afterEach, describe, expect, it, vi } from 'vitest';
import type { StoredDecisions } from '../../src/engine-service/decision-cache.ts';
import type { Constraint } from '../../src/engine/constraints/index.ts';
import type { Mandate } from '../../src/engine/mandate.ts';
import { cvarLstm } from '../../src/engine/strategies/cvar-lstm/index.ts';
import type { Progress } from '../../src/engine/types.ts';
import type { Table } from '../../src/store/table.ts';
import { UserError } from '../../src/errors.ts';
import { HANDLERS } from '../../src/workers/tasks.ts';
import type { Handlers, Tasks } from '../../src/workers/task-types.ts';
import { atMost } from '../support/constraints.ts';
import { randomPrices } from '../support/random-prices.ts';
import { trainSmall } from '../support/small-model.ts';
import { fitSmall } from '../support/small-pool.ts';
import { backtestFixture, market, options } from './backtest-fixture.ts';

/** Eight decisions: rows 510, 520, …, 580; trained at 510 and 550. */
const days = [510, 520, 530, 540, 550, 560, 570, 580].map((row) => market.dates[row]!);
const { decidePast } = HANDLERS;
const bounded = (maxWeight: number): Mandate => ({
  ...options.mandate,
  constraints: [atMost(maxWeight)],
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** How many seconds a record is said to take before its first task. */
async function firstTold(offsets: number[]): Promise<number> {
  const { engine, request, pool } = backtestFixture();
  const { universe, strategy, mandate, sampling } = request;
  const told: Progress[] = [];
  let ranBefore = -1;
  const onProgress = (progress: Progress): void => {
    if (told.push(progress) === 1) ranBefore = pool.ran.length;
  };
  await engine.record({ universe, strategy, mandate, sampling, offsets, limits: [0.1] }, { onProgress });
  expect([ranBefore, told[0]?.done, told.at(-1)?.secondsLeft]).toEqual([0, 0, 0]);
  return told[0]?.secondsLeft ?? Number.NaN;
}

describe('a backtest', () => {
  it('answers with every decision, every rule and what it is about', async () => {
    const { engine, request, count } = backtestFixture();
    const { result, ...about } = await engine.backtest(request);
    expect([...new Set(result.decisions.map(({ date }) => date))]).toEqual(days);
    expect(result.decisions).toHaveLength(8 * 4);
    expect(result.byLimit.map(({ limit }) => limit)).toEqual(['equal', 'min', 0.001, 0.05]);
    expect(about).toEqual({
      request,
      universe: 'prices.csv',
      tickers: ['T0', 'T1', 'T2'],
      prices: { source: 'prices.csv', from: market.dates[0], until: market.dates[599], stale: false, notes: [] },
      seconds: expect.any(Number),
    });
    expect([count('fitPast'), count('simulatePast'), count('judge')]).toEqual([2, 8, 1]);
  });

  it('has prices as new as they are, also where its last outcome ends earlier', async () => {
    const { engine, request } = backtestFixture();
    const whole = await engine.backtest(request);
    expect([whole.result.decisions.at(-1)?.until, whole.prices.until]).toEqual([market.dates[590], market.dates[599]]);
    const cut = await engine.backtest({ ...request, until: market.dates[555]! });
    expect([cut.result.decisions.at(-1)?.until, cut.prices.until]).toEqual([market.dates[550], market.dates[555]]);
  });

  it('compares with an index, which it does not buy', async () => {
    const prices = { ...randomPrices({ days: 600, assets: 4 }), tickers: ['A', 'B', '^I', 'C'] };
    const { engine, request } = backtestFixture({ prices });
    const { tickers, index, result } = await engine.backtest(request);
    expect([tickers, index]).toEqual([['A', 'B', 'C'], '^I']);
    expect(result.decisions[0]?.weights).toHaveLength(3);
    expect(result.paths.at(-1)?.rule).toBe('index');
  });

  it('has the index among its scenarios where it must not fall behind it, and buys none of it', async () => {
    const prices = { ...randomPrices({ days: 600, assets: 4 }), tickers: ['A', 'B', '^I', 'C'] };
    const { engine, request } = backtestFixture({ prices });
    const behind: Constraint = { kind: 'behind', benchmark: '^I', limit: 0.5, text: 'behind ^I <= 50%' };
    const mandate = { ...request.mandate, constraints: [behind] };
    const { tickers, index, result } = await engine.backtest({ ...request, mandate });
    expect([tickers, index]).toEqual([['A', 'B', '^I', 'C'], '^I']);
    for (const { status, weights } of result.decisions) {
      expect(status).not.toBe('failed');
      expect(weights[2]).toBe(0);
    }
    expect(result.paths.at(-1)?.rule).toBe('index');
  });

  it('gives the same, however many decisions are made at once', async () => {
    const results = await Promise.all(
      [1, 5].map(async (threads) => {
        const { engine, request } = backtestFixture({ threads });
        return (await engine.backtest(request)).result;
      }),
    );
    expect(results[0]).toEqual(results[1]);
  });

  it('is computed once for equal requests in flight, wherever their parts come from', async () => {
    const { engine, request, count } = backtestFixture();
    const left = { ...request, settingsUsed: { parts: ['horizon'] } };
    const [first, second, third] = await Promise.all(
      [request, { ...request }, left].map((one) => engine.backtest(one)),
    );
    expect(second).toEqual(first);
    expect(third).toEqual({ ...first, request: left });
    expect([second!.result, third!.result].every((result) => result === first!.result)).toBe(true);
    expect(count('simulatePast')).toBe(8);
  });

  it('reports how many decisions are made and how long the others will take', async () => {
    const { engine, request } = backtestFixture();
    const told: Progress[] = [];
    await engine.backtest(request, { onProgress: (progress) => told.push(progress) });
    // While nothing ends, the same is told again.
    expect([...new Set(told.map(({ detail }) => detail))]).toEqual(
      [...Array(9).keys()].map((made) => `decision ${made} of 8`),
    );
    expect(told.find(({ done }) => done === 0.5)).toMatchObject({ stage: 'backtest', secondsLeft: expect.any(Number) });
    expect(told.at(-1)).toMatchObject({ done: 1, secondsLeft: 0 });
  });

  it('says before its first task how long it will take, and a record how long all its walks will', async () => {
    expect(await firstTold([0, 1])).toBeCloseTo(2 * (await firstTold([0])), 6);
  });

  it('starts each training from the model before it, with a warm start', async () => {
    const starts: (string | undefined)[] = [];
    const hashes: string[] = [];
    const { engine, request } = backtestFixture({
      others: {
        async fitPast(input, onProgress) {
          starts.push(input.start?.manifest.weightsHash);
          const model = await fitSmall(input, onProgress);
          hashes.push(model.manifest.weightsHash);
          return model;
        },
      },
    });
    await engine.backtest({ ...request, isWarmStarted: true, retrainDays: 20 });
    expect(starts).toEqual([undefined, ...hashes.slice(0, 3)]);
    expect(new Set(hashes).size).toBe(4);
  });

  it('trains on a moving window, if one is given', async () => {
    const seen: [number, string][] = [];
    const { engine, request } = backtestFixture({
      others: {
        fitPast({ history }) {
          seen.push([history.prices.dates.length, history.until]);
          return trainSmall(history.prices);
        },
      },
    });
    await engine.backtest({ ...request, window: 505 });
    expect(seen).toEqual([
      [505, days[0]],
      [505, days[4]],
    ]);
  });

  it.each([
    ['from', { from: market.dates[100]! }, 'backtest.from-too-early'],
    ['until', { until: market.dates[511]! }, 'backtest.until-too-early'],
    ['window', { window: 100 }, 'backtest.window-too-short'],
    ['scenarios', { sampling: { scenarios: 100_000_000, seed: 1 } }, 'scenarios.too-many'],
    [undefined, { mandate: bounded(0.2) }, 'constraints.max-weight-too-low', ['check']],
  ])(
    'refuses bad options before anything is trained: %s',
    async (option, changed, code, ran: readonly string[] = []) => {
      const { engine, request, pool } = backtestFixture();
      const refused = { name: 'UserError', option, code };
      await expect(engine.backtest({ ...request, ...changed })).rejects.toMatchObject(refused);
      expect(pool.ran).toEqual(ran);
    },
  );
});

describe('decisions that were made', () => {
  it.each([
    ['plain', 'nor is a model trained that none needs'],
    ['filtered', 'which is trained after those before it'],
  ])('are cached through a cancellation, and not made again; recipe %s, %s', async (recipe) => {
    const strategy = { ...options.strategy, params: { recipe } };
    const open = (decisions?: Table<StoredDecisions>, others: Partial<Handlers<Tasks>> = {}) => {
      const made = backtestFixture({ ...(decisions && { decisions }), others });
      return { ...made, request: { ...made.request, strategy } };
    };
    const abort = new AbortController();
    let [share, isUnderWay] = [0, recipe === 'filtered'];
    const abortInTime = (): void => {
      if (share >= 5 / 8 && isUnderWay) abort.abort(new Error('enough'));
    };
    // One is under way when the rest ends. By an adaptive strategy those after it would wait for how it comes out.
    const hold: Handlers<Tasks>['decidePast'] = (day, onProgress) => {
      if (day.drawn.source.until !== days[3]) return decidePast(day, onProgress);
      isUnderWay = true;
      abortInTime();
      return new Promise(() => {});
    };
    const first = open(undefined, recipe === 'plain' ? { decidePast: hold } : {});
    const cancelled = first.engine.backtest(first.request, {
      signal: abort.signal,
      onProgress({ done }) {
        share = done;
        abortInTime();
      },
    });
    await expect(cancelled).rejects.toThrow('enough');
    expect(recipe === 'filtered' || first.pool.aborted.includes('decidePast')).toBe(true);
    const made = (await first.kept.keys()).map((key) => key.split('/')[1]!);
    const left = days.filter((day) => !made.includes(day));
    expect(made.length).toBeGreaterThanOrEqual(5);
    expect(left).not.toEqual([]);

    const second = open(first.kept);
    const told: string[] = [];
    const { result } = await second.engine.backtest(second.request, {
      onProgress: ({ detail = '' }) => told.push(detail),
    });
    expect(told[0]).toBe(`decision ${made.length} of 8`);
    const models = recipe === 'plain' ? new Set(left.map((day) => day < days[4]!)).size : 2;
    expect([second.count('simulatePast'), second.count('fitPast')]).toEqual([left.length, models]);
    const fresh = open();
    expect(result).toEqual((await fresh.engine.backtest(fresh.request)).result);

    const third = open(first.kept);
    expect((await third.engine.backtest({ ...third.request, costBps: 0 })).result.decisions).toHaveLength(32);
    expect(third.pool.ran).toEqual(['judge']);
  });

  it.each([
    ['plain', 1],
    // Each model goes on from the one before.
    ['filtered', 2],
  ])('are used again when the prices have gone on: recipe %s', async (recipe, trained) => {
    const strategy = { ...options.strategy, params: { recipe } };
    const first = backtestFixture({ prices: { ...market, dates: market.dates.slice(0, 560) } });
    await first.engine.backtest({ ...first.request, strategy });
    const later = backtestFixture({ decisions: first.kept });
    await later.engine.backtest({ ...later.request, strategy });
    expect([first.count('simulatePast'), later.count('simulatePast'), later.count('fitPast')]).toEqual([4, 4, trained]);
  });

  it('are used again when a model has gone live meanwhile, fitted as they were', async () => {
    const { engine, request, pool } = backtestFixture();
    const until = days[2]!;
    const { result } = await engine.backtest({ ...request, until });
    const { universe, strategy } = request;
    await engine.train({ universe, strategy, seed: 1 });
    pool.ran.length = 0;
    expect((await engine.backtest({ ...request, until })).result).toEqual(result);
    expect(pool.ran).toEqual(['judge']);

    await engine.train({
      universe,
      strategy: { ...strategy, params: { ...strategy.params, memory: 'window' } },
      seed: 1,
    });
    await engine.backtest({ ...request, until });
    const decided = ['simulatePast', 'simulatePast', 'decidePast', 'decidePast'];
    expect(pool.ran).toEqual(['judge', 'fit', 'fitPast', ...decided, 'judge']);
  });

  it('are made anew when the strategy fits its models in another way', async () => {
    const first = backtestFixture();
    await first.engine.backtest({ ...first.request, until: days[2]! });
    vi.spyOn(cvarLstm, 'settingsOf').mockReturnValue({ units: 32 });
    const second = backtestFixture({ decisions: first.kept });
    await second.engine.backtest({ ...second.request, until: days[2]! });
    expect(second.count('simulatePast')).toBe(2);
  });

  it.each<[string, Partial<typeof options>]>([
    ['limits', { limits: [0.05] }],
    ['alpha', { mandate: { ...options.mandate, risk: { alpha: 0.95 } } }],
    ['constraint', { mandate: bounded(0.9) }],
    ['number of scenarios', { sampling: { ...options.sampling, scenarios: 101 } }],
    ['horizon', { mandate: { ...options.mandate, horizonDays: 11 } }],
    ['seed', { sampling: { ...options.sampling, seed: 2 } }],
    ['window', { window: 510 }],
    ['recipe', { strategy: { ...options.strategy, params: { recipe: 'plain' } } }],
    ['strategy', { strategy: { ...options.strategy, id: 'equal-weight' } }],
  ])('are made anew for another %s', async (_what, changed) => {
    const first = backtestFixture();
    await first.engine.backtest({ ...first.request, until: days[2]! });
    const second = backtestFixture({ decisions: first.kept });
    await second.engine.backtest({ ...second.request, ...changed, until: days[3]! });
    expect(second.count('simulatePast')).toBeGreaterThanOrEqual(2);
    expect((await second.kept.keys()).length).toBe(first.count('simulatePast') + second.count('simulatePast'));
  });
});

describe('a fault', () => {
  it('of one decision is logged, stays in the timeline, and is tried again the next time', async () => {
    const first = backtestFixture({
      others: {
        decidePast: (day, onProgress) =>
          day.drawn.source.until === days[2] ? Promise.reject(new Error('broken')) : decidePast(day, onProgress),
      },
    });
    const { result } = await first.engine.backtest(first.request);
    const failed = result.decisions.filter(({ status }) => status === 'failed');
    expect(failed.map(({ date, limit }) => [date, limit])).toEqual(
      (['equal', 'min', 0.001, 0.05] as const).map((limit) => [days[2], limit]),
    );
    expect(result.byLimit.map(({ decisions, feasible }) => [decisions, feasible])).toEqual([
      [8, 7],
      [8, 7],
      [8, 0],
      [8, 7],
    ]);
    expect(first.logged).toEqual([{ err: expect.objectContaining({ message: 'broken' }), date: days[2] }]);

    const second = backtestFixture({ decisions: first.kept });
    const again = await second.engine.backtest(second.request);
    // Those after it have not seen its outcome.
    expect(second.count('simulatePast')).toBe(6);
    expect(again.result.decisions.every(({ status }) => status !== 'failed')).toBe(true);
  });

  it('of a training fails its decisions and no others', async () => {
    const { engine, request, logged, count } = backtestFixture({
      others: {
        fitPast: ({ history }) =>
          history.until === days[0] ? Promise.reject(new Error('no model')) : trainSmall(history.prices),
      },
    });
    const { result } = await engine.backtest(request);
    const equal = result.decisions.filter(({ limit }) => limit === 'equal');
    expect(equal.map(({ status }) => status)).toEqual([...Array(4).fill('failed'), ...Array(4).fill('optimal')]);
    expect(equal[0]?.weights).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(count('simulatePast')).toBe(4);
    expect(logged).toEqual([{ err: expect.objectContaining({ message: 'no model' }), date: days[0] }]);
  });

  it('that a person can correct ends the backtest', async () => {
    const { engine, request, logged } = backtestFixture({
      others: { fitPast: () => Promise.reject(new UserError('The price of T0 does not move.')) },
    });
    await expect(engine.backtest(request)).rejects.toThrow('The price of T0 does not move.');
    expect(logged).toEqual([]);
  });
});
