import { afterAll, describe, expect, it } from 'vitest';
import { historyUntil } from '../../src/engine/history.ts';
import { scoreForecasts } from '../../src/engine/lstm/score-forecasts.ts';
import type { Mandate } from '../../src/engine/mandate.ts';
import { drawSamples } from '../../src/engine/strategies/drawn.ts';
import type { Progress } from '../../src/engine/types.ts';
import { UserError } from '../../src/errors.ts';
import { createPool } from '../../src/workers/pool.ts';
import type { Tasks } from '../../src/workers/task-types.ts';
import { atMost } from '../support/constraints.ts';
import { randomPrices } from '../support/random-prices.ts';
import { trainSmall } from '../support/small-model.ts';

const onCrash = (error: unknown): never => {
  throw error;
};
const pool = createPool({ threads: 1, hasTimeLimits: true, onCrash });
afterAll(() => pool.close());

const prices = randomPrices({ assets: 2 });
const scenarios = { rows: 4, cols: 2, data: Float64Array.of(0.1, 0.01, -0.2, -0.01, 0.3, 0.02, 0.05, 0) };
const mandate: Mandate = { horizonDays: 5, constraints: [], risk: { alpha: 0.75, limit: 0.5 } };
const subject = { strategy: 'cvar-lstm', model: await trainSmall(prices), history: historyUntil(prices) };
const drawn = await drawSamples(
  { ...subject, horizonDays: 5, sampling: { scenarios: 50, seed: 1 } },
  { now: () => performance.now() },
);
const decision: Tasks['decide']['input'] = { mandates: [mandate], drawn: { ...drawn, samples: { scenarios } } };
const training = {
  strategy: 'cvar-lstm',
  history: historyUntil(randomPrices()),
  params: { recipe: 'plain' },
  seed: 1,
};
const isDecided = async (): Promise<void> =>
  expect(await pool.run('decide', decision)).toMatchObject({ decisions: [{ status: 'optimal' }] });

describe('the worker pool', () => {
  it('answers from another thread', async () => {
    expect(await pool.run('decide', decision)).toMatchObject({
      decisions: [{ status: 'optimal', portfolio: { weights: [expect.closeTo(1, 6), expect.closeTo(0, 6)] } }],
      equalWeight: { weights: [0.5, 0.5] },
    });
  });

  it('brings a UserError back as one, with its option, its code and its data', async () => {
    const constraints = [atMost(0.4)];
    const changes: Partial<typeof decision>[] = [
      { mandates: [{ ...mandate, constraints }] },
      { drawn: { ...decision.drawn, strategy: 'none' } },
    ];
    const [tooTight, unknown] = await Promise.all(
      changes.map((changed) => pool.run('decide', { ...decision, ...changed }).catch((error: unknown) => error)),
    );
    for (const error of [tooTight, unknown]) expect(error).toBeInstanceOf(UserError);
    expect(tooTight).toMatchObject({
      code: 'constraints.max-weight-too-low',
      data: { conflicts: [{ constraints, mend: [{ to: { kind: 'max-weight', weight: 0.5 } }] }] },
    });
    expect(unknown).toMatchObject({
      option: 'strategy',
      code: 'strategies.unknown',
      data: { known: expect.arrayContaining(['cvar-lstm']), got: 'none' },
    });
  });

  it('brings a fault back as an ordinary error', async () => {
    const broken = { rows: 4, cols: 2, data: new Float64Array(3).fill(Number.NaN) };
    const samples = { scenarios: broken };
    const error = await pool.run('decide', { ...decision, drawn: { ...drawn, samples } }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(UserError);
  });

  it('answers with its only thread while a training goes on', async () => {
    const abort = new AbortController();
    const steps: Progress[] = [];
    const first = Promise.withResolvers<void>();
    const trained = pool.run('fit', training, {
      signal: abort.signal,
      onProgress(step) {
        steps.push(step);
        first.resolve();
      },
    });
    const ended = Promise.allSettled([trained]);
    await first.promise;
    expect(steps[0]).toMatchObject({ stage: 'training', done: expect.any(Number) });
    await isDecided();
    abort.abort();
    expect(await ended).toMatchObject([{ status: 'rejected', reason: { name: 'AbortError' } }]);
  });

  it('answers with its only thread while a backtest has another busy', async () => {
    const abort = new AbortController();
    const begun = Promise.withResolvers<void>();
    const busy = pool.run('fitPast', training, { signal: abort.signal, onProgress: () => begun.resolve() });
    const waiting = pool.run('fitPast', training, { signal: abort.signal });
    const ended = Promise.allSettled([busy, waiting]);
    await begun.promise;
    await isDecided();
    abort.abort();
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('scores two models, both of which cross to another thread', async () => {
    const longer = randomPrices({ days: 540 });
    const history = historyUntil(longer);
    const [champion, challenger] = [await trainSmall(longer), await trainSmall(longer, { seed: 2 })];
    const scores = await pool.run('score', { strategy: 'cvar-lstm', history, champion, challenger });
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
      ...[1, 2, 3].map((seed) => pool.run('fit', { ...training, seed }, { signal })),
      ...[1, 2].map(() => pool.run('decide', decision, { signal })),
    ]);
    expect(pool.queue()).toEqual({ running: 2, waiting: 3 });
    abort.abort();
    await works;
    expect(pool.queue()).toEqual({ running: 0, waiting: 0 });
  });

  it('lets no queue of trainings hold up an answer', async () => {
    const abort = new AbortController();
    const trainings = Promise.allSettled(
      [1, 2, 3].map((seed) => pool.run('fit', { ...training, seed }, { signal: abort.signal })),
    );
    await isDecided();
    abort.abort();
    expect((await trainings).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });
});
