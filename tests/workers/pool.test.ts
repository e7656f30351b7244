import { afterAll, describe, expect, it } from 'vitest';
import { historyUntil } from '../../src/engine/history.ts';
import { scoreForecasts } from '../../src/engine/lstm/contest.ts';
import type { Progress } from '../../src/engine/types.ts';
import { UserError } from '../../src/errors.ts';
import { createPool } from '../../src/workers/pool.ts';
import { longOnly } from '../support/long-only.ts';
import { randomPrices } from '../support/random-prices.ts';
import { trainSmall } from '../support/small-model.ts';

const onCrash = (error: unknown): never => {
  throw error;
};
const pool = createPool({ threads: 1, hasTimeLimits: true, onCrash });
afterAll(() => pool.close());

const scenarios = { rows: 4, cols: 2, data: Float64Array.of(0.1, 0.01, -0.2, -0.01, 0.3, 0.02, 0.05, 0) };
const problem = { scenarios, fresh: scenarios, lossLimit: 0.5, alpha: 0.75, feasible: longOnly(scenarios) };
const training = { history: historyUntil(randomPrices()), recipe: 'seed', seed: 1 } as const;

describe('the worker pool', () => {
  it('answers from another thread', async () => {
    const solution = await pool.run('allocate', problem);
    expect(solution).toMatchObject({
      status: 'optimal',
      best: { weights: [expect.closeTo(1, 6), expect.closeTo(0, 6)] },
    });
  });

  it('brings a UserError back as one, with its code and data', async () => {
    const rows = [{ lower: 0.6, upper: 0.7, coefficients: Float64Array.of(1, 1) }];
    const feasible = { ...problem.feasible, rows };
    const error = await pool.run('allocate', { ...problem, feasible }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: 'constraints.contradict', data: { assets: 2 } });
  });

  it('brings a fault back as an ordinary error', async () => {
    const broken = { rows: 4, cols: 2, data: new Float64Array(3).fill(Number.NaN) };
    const error = await pool.run('allocate', { ...problem, scenarios: broken, fresh: broken }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(UserError);
  });

  it('answers with its only thread while a training goes on', async () => {
    const abort = new AbortController();
    const steps: Progress[] = [];
    const first = Promise.withResolvers<void>();
    const trained = pool.run('train', training, {
      signal: abort.signal,
      onProgress(step) {
        steps.push(step);
        first.resolve();
      },
    });
    const ended = Promise.allSettled([trained]);
    await first.promise;
    expect(steps[0]).toMatchObject({ stage: 'training', done: expect.any(Number) });
    expect(await pool.run('allocate', problem)).toMatchObject({
      status: 'optimal',
    });
    abort.abort();
    expect(await ended).toMatchObject([{ status: 'rejected', reason: { name: 'AbortError' } }]);
  });

  it('answers with its only thread while a backtest has another busy', async () => {
    const abort = new AbortController();
    const begun = Promise.withResolvers<void>();
    const busy = pool.run('trainPast', training, { signal: abort.signal, onProgress: () => begun.resolve() });
    const waiting = pool.run('trainPast', training, { signal: abort.signal });
    const ended = Promise.allSettled([busy, waiting]);
    await begun.promise;
    expect(await pool.run('allocate', problem)).toMatchObject({
      status: 'optimal',
    });
    abort.abort();
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('holds a contest of two models, both of which cross to another thread', async () => {
    const prices = randomPrices({ days: 540 });
    const history = historyUntil(prices);
    const [champion, challenger] = [await trainSmall(prices), await trainSmall(prices, { seed: 2 })];
    const scores = await pool.run('contest', { history, champion, challenger });
    expect(scores).toEqual({
      champion: await scoreForecasts(champion, history),
      challenger: await scoreForecasts(challenger, history),
    });
    expect(scores.champion).not.toEqual(scores.challenger);
  });

  it('knows how much runs and waits, in all its lanes', async () => {
    const abort = new AbortController();
    const { signal } = abort;
    expect(pool.queue()).toEqual({ running: 0, waiting: 0 });
    const works = Promise.allSettled([
      ...[1, 2, 3].map((seed) => pool.run('train', { ...training, seed }, { signal })),
      ...[1, 2].map(() => pool.run('allocate', problem, { signal })),
    ]);
    expect(pool.queue()).toEqual({ running: 2, waiting: 3 });
    abort.abort();
    await works;
    expect(pool.queue()).toEqual({ running: 0, waiting: 0 });
  });

  it('lets no queue of trainings hold up an answer', async () => {
    const abort = new AbortController();
    const trainings = Promise.allSettled(
      [1, 2, 3].map((seed) => pool.run('train', { ...training, seed }, { signal: abort.signal })),
    );
    expect(await pool.run('allocate', problem)).toMatchObject({
      status: 'optimal',
    });
    abort.abort();
    expect((await trainings).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });
});
