import { describe, expect, it } from 'vitest';
import type { Progress } from '../../src/engine/types.ts';
import { UserError } from '../../src/errors.ts';
import { createHandlers } from '../../src/workers/tasks.ts';
import { randomPrices } from '../support/random-prices.ts';
import { trainSmall } from '../support/small-model.ts';
import { backtestRig, market, type terms } from './backtest-rig.ts';

/** Eight decisions: rows 510, 520, …, 580; trained at 510 and 550. */
const days = [510, 520, 530, 540, 550, 560, 570, 580].map((row) => market.dates[row]!);
const { decide } = createHandlers();

describe('a backtest', () => {
  it('answers with every decision, every rule and what it is about', async () => {
    const { engine, request, count } = backtestRig();
    const { result, ...about } = await engine.backtest(request);
    expect([...new Set(result.decisions.map(({ date }) => date))]).toEqual(days);
    expect(result.decisions).toHaveLength(8 * 4);
    expect(result.byLimit.map(({ limit }) => limit)).toEqual(['equal', 'min', 0.001, 0.05]);
    expect(about).toEqual({
      request,
      universe: 'prices.csv',
      tickers: ['T0', 'T1', 'T2'],
      prices: { source: 'prices.csv', from: market.dates[0], until: market.dates[590], stale: false, notes: [] },
      seconds: expect.any(Number),
    });
    expect([count('trainPast'), count('decide'), count('judge')]).toEqual([2, 8, 1]);
  });

  it('compares with an index, which it does not buy', async () => {
    const prices = { ...randomPrices({ days: 600, assets: 4 }), tickers: ['A', 'B', '^I', 'C'] };
    const { engine, request } = backtestRig({ prices });
    const { tickers, index, result } = await engine.backtest(request);
    expect([tickers, index]).toEqual([['A', 'B', 'C'], '^I']);
    expect(result.decisions[0]?.weights).toHaveLength(3);
    expect(result.paths.at(-1)?.rule).toBe('index');
  });

  it('gives the same, however many decisions are made at once', async () => {
    const results = await Promise.all(
      [1, 5].map(async (threads) => {
        const { engine, request } = backtestRig({ threads });
        return (await engine.backtest(request)).result;
      }),
    );
    expect(results[0]).toEqual(results[1]);
  });

  it('is computed once for equal requests in flight', async () => {
    const { engine, request, count } = backtestRig();
    const [first, second] = await Promise.all([engine.backtest(request), engine.backtest({ ...request })]);
    expect(second).toBe(first);
    expect(count('decide')).toBe(8);
  });

  it('tells how many decisions are made and how long the others take', async () => {
    const { engine, request } = backtestRig();
    const told: Progress[] = [];
    await engine.backtest(request, { onProgress: (progress) => told.push(progress) });
    expect(told.map(({ detail }) => detail)).toEqual([...Array(9).keys()].map((made) => `decision ${made} of 8`));
    expect(told[4]).toMatchObject({ stage: 'backtest', done: 0.5, secondsLeft: expect.any(Number) });
    expect(told.at(-1)).toMatchObject({ done: 1, secondsLeft: 0 });
  });

  it('begins each training with the model before it, when asked to', async () => {
    const starts: (string | undefined)[] = [];
    const hashes: string[] = [];
    const { engine, request } = backtestRig({
      others: {
        async trainPast({ history, recipe, seed, start }) {
          starts.push(start?.manifest.weightsHash);
          const artefact = await trainSmall(history.prices, { recipe, seed, start });
          hashes.push(artefact.manifest.weightsHash);
          return artefact;
        },
      },
    });
    await engine.backtest({ ...request, isWarmStarted: true, retrainDays: 20 });
    expect(starts).toEqual([undefined, ...hashes.slice(0, 3)]);
    expect(new Set(hashes).size).toBe(4);
  });

  it('trains on a window that moves, when asked to', async () => {
    const seen: [number, string][] = [];
    const { engine, request } = backtestRig({
      others: {
        trainPast({ history }) {
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
    ['from', { from: market.dates[100]! }],
    ['until', { until: market.dates[511]! }],
    ['window', { window: 100 }],
    ['scenarios', { scenarios: 100_000_000 }],
  ])('refuses bad terms before anything is trained: %s', async (option, changed) => {
    const { engine, request, pool } = backtestRig();
    await expect(engine.backtest({ ...request, ...changed })).rejects.toMatchObject({ name: 'UserError', option });
    expect(pool.ran).toEqual([]);
  });

  it('refuses constraints that nothing meets before anything is trained', async () => {
    const { engine, request, pool } = backtestRig();
    const refused = engine.backtest({ ...request, bounds: { minWeight: 0, maxWeight: 0.2 } });
    await expect(refused).rejects.toMatchObject({ name: 'UserError', code: 'constraints.max-weight-too-low' });
    expect(pool.ran).toEqual([]);
  });
});

describe('decisions that were made', () => {
  it('are kept through a cancellation, and not made again; nor is a model trained that none needs', async () => {
    const first = backtestRig();
    const abort = new AbortController();
    const cancelled = first.engine.backtest(first.request, {
      signal: abort.signal,
      onProgress: ({ done }) => done >= 5 / 8 && abort.abort(new Error('enough')),
    });
    await expect(cancelled).rejects.toThrow('enough');
    expect(first.pool.aborted.length).toBeGreaterThan(0);
    const made = (await first.kept.keys()).map((key) => key.split('/')[1]!);
    const left = days.filter((day) => !made.includes(day));
    expect(made.length).toBeGreaterThanOrEqual(5);
    expect(left).not.toEqual([]);

    const second = backtestRig({ decisions: first.kept });
    const told: string[] = [];
    const { result } = await second.engine.backtest(second.request, {
      onProgress: ({ detail = '' }) => told.push(detail),
    });
    expect(told[0]).toBe(`decision ${made.length} of 8`);
    const models = new Set(left.map((day) => day < days[4]!)).size;
    expect([second.count('decide'), second.count('trainPast')]).toEqual([left.length, models]);
    const fresh = backtestRig();
    expect(result).toEqual((await fresh.engine.backtest(fresh.request)).result);

    const third = backtestRig({ decisions: first.kept });
    expect((await third.engine.backtest({ ...third.request, costBps: 0 })).result.decisions).toHaveLength(32);
    expect(third.pool.ran).toEqual(['judge']);
  });

  it('are used again when the prices have gone on', async () => {
    const first = backtestRig({ prices: { ...market, dates: market.dates.slice(0, 560) } });
    await first.engine.backtest(first.request);
    const later = backtestRig({ decisions: first.kept });
    await later.engine.backtest(later.request);
    expect([first.count('decide'), later.count('decide'), later.count('trainPast')]).toEqual([4, 4, 1]);
  });

  it.each<[string, Partial<typeof terms>]>([
    ['limits', { limits: [0.05] }],
    ['alpha', { alpha: 0.95 }],
    ['bounds', { bounds: { minWeight: 0, maxWeight: 0.9 } }],
    ['scenarios', { scenarios: 101 }],
    ['horizon', { horizonDays: 11 }],
    ['seed', { seed: 2 }],
    ['window', { window: 510 }],
    ['recipe', { recipe: 'seed' }],
  ])('are made anew for another %s', async (_what, changed) => {
    const first = backtestRig();
    await first.engine.backtest({ ...first.request, until: days[2]! });
    const second = backtestRig({ decisions: first.kept });
    await second.engine.backtest({ ...second.request, ...changed, until: days[3]! });
    expect(second.count('decide')).toBeGreaterThanOrEqual(2);
    expect((await second.kept.keys()).length).toBe(first.count('decide') + second.count('decide'));
  });
});

describe('a fault', () => {
  it('of one decision is logged, stays in the timeline, and is tried again the next time', async () => {
    const first = backtestRig({
      others: {
        decide: (problem, onProgress) =>
          problem.history.until === days[2] ? Promise.reject(new Error('broken')) : decide(problem, onProgress),
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

    const second = backtestRig({ decisions: first.kept });
    const again = await second.engine.backtest(second.request);
    expect(second.count('decide')).toBe(1);
    expect(again.result.decisions.every(({ status }) => status !== 'failed')).toBe(true);
  });

  it('of a training fails its decisions and no others', async () => {
    const { engine, request, logged, count } = backtestRig({
      others: {
        trainPast: ({ history }) =>
          history.until === days[0] ? Promise.reject(new Error('no model')) : trainSmall(history.prices),
      },
    });
    const { result } = await engine.backtest(request);
    const equal = result.decisions.filter(({ limit }) => limit === 'equal');
    expect(equal.map(({ status }) => status)).toEqual([...Array(4).fill('failed'), ...Array(4).fill('optimal')]);
    expect(equal[0]?.weights).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(count('decide')).toBe(4);
    expect(logged).toEqual([{ err: expect.objectContaining({ message: 'no model' }), date: days[0] }]);
  });

  it('that a person can mend ends the backtest', async () => {
    const { engine, request, logged } = backtestRig({
      others: { trainPast: () => Promise.reject(new UserError('The price of T0 does not move.')) },
    });
    await expect(engine.backtest(request)).rejects.toThrow('The price of T0 does not move.');
    expect(logged).toEqual([]);
  });
});
