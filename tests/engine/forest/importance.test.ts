import { describe, expect, it } from 'vitest';
import { type Labelled, purgedFolds } from '../../../src/engine/forest/folds.ts';
import { mostImportant, permutationImportance } from '../../../src/engine/forest/importance.ts';
import { daily, plantedRows, randomWalk, shuffledFolds } from '../../support/labelled.ts';

const hyper = { trees: 20, depth: 5, leafRows: 20, tried: 7 };

const measure = (one: Labelled, seed = 1, folds = purgedFolds(one, 4)) =>
  permutationImportance(one, { folds, hyper, seed });

describe('permutation importance', () => {
  it('finds three planted features among twenty', async () => {
    for (const seed of [1, 2, 3]) {
      const planted = plantedRows(
        1200,
        20,
        seed,
        (row) => 0.4 * row[3]! + 0.3 * row[11]! + (row[3]! > 0 ? 0.4 : -0.4) * row[17]!,
      );
      const { importances, rSquared } = await measure(planted, seed);
      expect(mostImportant(importances, 3).toSorted((a, b) => a - b)).toEqual([3, 11, 17]);
      expect(rSquared).toBeGreaterThan(0.1);
    }
  });

  it('finds nothing in pure noise: R² out of sample is never above 0.02 over 20 seeds', async () => {
    const found = [];
    for (let seed = 1; seed <= 20; seed += 1) {
      const { rSquared } = await measure(
        plantedRows(500, 10, seed, () => 0),
        seed,
      );
      found.push(rSquared);
    }
    expect(Math.max(...found)).toBeLessThan(0.02);
    expect(Math.min(...found)).toBeGreaterThan(-0.3);
  });

  it('ends when it is aborted', async () => {
    const one = plantedRows(200, 4, 1, () => 0);
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(permutationImportance(one, { folds: purgedFolds(one, 3), hyper, seed: 1, signal })).rejects.toThrow(
      'stopped',
    );
  });
});

describe('purged folds', () => {
  const horizon = 5;
  /** Two rows a day. */
  const days = Int32Array.from({ length: 200 }, (_, i) => 10 + Math.floor(i / 2));
  const folds = purgedFolds({ days, horizon }, 4);

  it('test each row once', () => {
    expect(folds.flatMap(({ test }) => [...test]).toSorted((a, b) => a - b)).toEqual([...daily(200)]);
  });

  it('learn from no row whose label overlaps one that is tested, and from none within a horizon after these', () => {
    for (const { training, test } of folds) {
      const tested = [...test].map((row) => days[row]!);
      const [from, to] = [Math.min(...tested), Math.max(...tested)];
      for (const row of training) {
        const day = days[row]!;
        // Labels are of the days (day, day + horizon].
        expect(day + horizon <= from || day >= to + 2 * horizon).toBe(true);
      }
      const left = new Set([...days].filter((day) => day + horizon <= from || day >= to + 2 * horizon));
      expect(new Set([...training].map((row) => days[row]!))).toEqual(left);
    }
  });
});

describe('a random walk with labels of 21 days', () => {
  it('is foretold by folds that leak, and not by purged ones', async () => {
    const found = [];
    for (let seed = 1; seed <= 10; seed += 1) {
      const walk = randomWalk(800, seed);
      const leaking = await measure(walk, seed, shuffledFolds(walk.y.length, 5));
      const purged = await measure(walk, seed, purgedFolds(walk, 5));
      found.push({ leaking: leaking.rSquared, purged: purged.rSquared });
    }
    expect(Math.min(...found.map(({ leaking }) => leaking))).toBeGreaterThan(0.3);
    const median = found.map(({ purged }) => purged).toSorted((a, b) => a - b)[5]!;
    expect(median).toBeLessThan(-0.2);
  });
});
