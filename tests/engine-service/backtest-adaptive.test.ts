import { setTimeout } from 'node:timers/promises';
// A backtest of a strategy that learns from how its decisions came out: one after the other, with κ.
import { describe, expect, it } from 'vitest';
import { nextKappa, outcomesOver } from '../../src/engine/backtest/kappa.ts';
import { daysBetween } from '../../src/engine/history.ts';
import type { Tasks } from '../../src/workers/task-types.ts';
import { HANDLERS } from '../../src/workers/tasks.ts';
import { randomPrices } from '../support/random-prices.ts';
import { fitSmall } from '../support/small-pool.ts';
import { backtestFixture, options } from './backtest-fixture.ts';

/** Eight decisions: rows 510, 520, …, 580; trained at 510 and 550. */
const rows = [510, 520, 530, 540, 550, 560, 570, 580];
/** Calm, and then three times as wild: more is lost than was promised. */
const prices = (() => {
  const calm = randomPrices({ days: 600 });
  const closes = calm.closes.map((row) => [...row]);
  for (let t = 511; t < closes.length; t += 1) {
    closes[t] = closes[t - 1]!.map((close, j) => close * (1 + 3 * (calm.closes[t]![j]! / calm.closes[t - 1]![j]! - 1)));
  }
  return { ...calm, closes };
})();

function open(recipe: string, fails?: number) {
  const days: Tasks['decidePast']['input'][] = [];
  const trainings: Tasks['fitPast']['input'][] = [];
  const hashes: string[] = [];
  const made = backtestFixture({
    prices,
    threads: 3,
    others: {
      decidePast: async (day, onProgress) => {
        days.push(day);
        // Long enough for the next day to be decided beside the first, by a guess.
        if (days.length === 1) await setTimeout(200);
        const isBroken = fails !== undefined && day.drawn.source.until === prices.dates[rows[fails]!];
        if (isBroken) throw new Error('broken');
        return HANDLERS.decidePast(day, onProgress);
      },
      fitPast: async (input, onProgress) => {
        trainings.push(input);
        const model = await fitSmall(input, onProgress);
        hashes.push(model.manifest.weightsHash);
        return model;
      },
    },
  });
  const request = {
    ...made.request,
    strategy: { ...options.strategy, params: { recipe } },
    limits: [0.001, 0.08, 0.2],
  };
  return { days, trainings, hashes, backtest: () => made.engine.backtest(request) };
}

describe('a backtest of an adaptive strategy', () => {
  it.each([undefined, 2])('gives each decision the κ that those before it have led to; failing: %s', async (fails) => {
    const { days, backtest } = open('filtered', fails);
    const { result } = await backtest();
    // Where the outcome of the decision before was not the likely one, a day is decided once more: the last one counts.
    const last = new Map(days.map(({ drawn: { source, kappa } }) => [source.until, kappa]));
    expect(days.length).toBeGreaterThan(last.size);
    let kappa = 1;
    const expected = rows.map((row) => {
      const before = kappa;
      const decided = result.decisions.filter(({ date }) => date === prices.dates[row]);
      kappa = nextKappa(kappa, outcomesOver(decided, daysBetween(prices, row, row + 11)), 0.9);
      return before;
    });
    expect(rows.map((row) => last.get(prices.dates[row]!))).toEqual(expected);
    expect(last.size).toBe(rows.length);
    expect(Math.max(...expected)).toBeGreaterThan(1.05);
    expect(new Set(expected).size).toBeGreaterThan(4);
    const failed = result.decisions.filter(({ status }) => status === 'failed');
    expect(failed).toHaveLength(fails === undefined ? 0 : 5);
  });

  it('gives each training the model before it, from whose weights it does not start', async () => {
    const { trainings, hashes, backtest } = open('filtered');
    await backtest();
    expect(trainings.map(({ previous }) => previous?.manifest.weightsHash)).toEqual([undefined, hashes[0]]);
    expect(trainings.map(({ start }) => start)).toEqual([undefined, undefined]);
  });
});

describe('a backtest of another', () => {
  it('has no κ, and no model goes on from the one before it', async () => {
    const { days, trainings, backtest } = open('plain');
    await backtest();
    expect(days.map(({ drawn }) => drawn.kappa)).toEqual(rows.map(() => 1));
    expect(trainings.map(({ previous }) => previous)).toEqual([undefined, undefined]);
  });
});
