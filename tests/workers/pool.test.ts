import { afterAll, describe, expect, it } from 'vitest';
import { sampleMarket } from '../../src/data/sample.ts';
import type { Progress } from '../../src/engine/types.ts';
import { UserError } from '../../src/errors.ts';
import { createPool } from '../../src/workers/pool.ts';

const pool = createPool(2);
afterAll(() => pool.close());

const scenarios = { rows: 4, cols: 2, data: Float64Array.of(0.1, 0.01, -0.2, -0.01, 0.3, 0.02, 0.05, 0) };
const limit = { lossLimit: 0.5, alpha: 0.75 };
const prices = sampleMarket();
const training = { prices, until: prices.dates.at(-1) ?? '', recipe: 'seed', seed: 1 } as const;

describe('the worker pool', () => {
  it('answers from another thread', async () => {
    const solution = await pool.run('solve', { scenarios, limit, bounds: { minWeight: 0, maxWeight: 1 } });
    expect(solution).toMatchObject({
      status: 'optimal',
      best: { weights: [expect.closeTo(1, 6), expect.closeTo(0, 6)] },
    });
  });

  it('brings a UserError back as one, with its option', async () => {
    const error = await pool
      .run('solve', { scenarios, limit, bounds: { minWeight: 0, maxWeight: 0.4 } })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ option: 'max-weight' });
  });

  it('brings a fault back as an ordinary error', async () => {
    const broken = { rows: 4, cols: 2, data: new Float64Array(3).fill(Number.NaN) };
    const error = await pool
      .run('solve', { scenarios: broken, limit, bounds: { minWeight: 0, maxWeight: 1 } })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(UserError);
  });

  it('tells progress while a task runs, really stops it when aborted, and goes on working', async () => {
    const abort = new AbortController();
    const steps: Progress[] = [];
    const trained = pool.run('train', training, {
      signal: abort.signal,
      onProgress(step) {
        steps.push(step);
        abort.abort();
      },
    });
    await expect(trained).rejects.toMatchObject({ name: 'AbortError' });
    expect(steps[0]).toMatchObject({ stage: 'training', done: expect.any(Number) });
    await expect(
      pool.run('solve', { scenarios, limit, bounds: { minWeight: 0, maxWeight: 1 } }),
    ).resolves.toBeDefined();
  });
});
