import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { energyScore, ensembleSpread } from '../../src/engine/scores.ts';
import type { Matrix } from '../../src/engine/types.ts';
import { randomNumbers } from '../support/numbers.ts';
import { describeShared, sharedFile } from '../support/shared.ts';

const matrix = (members: readonly (readonly number[])[]): Matrix => ({
  rows: members.length,
  cols: members[0]!.length,
  data: Float64Array.from(members.flat()),
});

describe('the energy score', () => {
  it('is the mean distance from what came less half the mean distance of two members', () => {
    // 5, 0 and 4 away; 5, 4 and 3 from each other.
    const ensemble = matrix([
      [3, 4],
      [0, 0],
      [0, 4],
    ]);
    expect(ensembleSpread(ensemble)).toBeCloseTo(4, 14);
    expect(energyScore(ensemble, [0, 0])).toBeCloseTo(3 - 2, 14);
  });

  it('has a spread that does not change when all members move together', () => {
    const members = Array.from({ length: 40 }, () => [...randomNumbers()(3)]);
    const moved = members.map((member) => member.map((value, j) => value + 7 - 3 * j));
    expect(ensembleSpread(matrix(moved))).toBeCloseTo(ensembleSpread(matrix(members)), 12);
  });

  it('does not reward a larger ensemble: those of 4 and of 64 score the same on average', () => {
    const next = randomNumbers(3);
    const mean = (size: number): number => {
      const scores = Array.from({ length: 20_000 }, () =>
        energyScore({ rows: size, cols: 2, data: Float64Array.from(next(2 * size)) }, next(2)),
      );
      return scores.reduce((sum, score) => sum + score, 0) / scores.length;
    };
    expect(Math.abs(mean(4) - mean(64))).toBeLessThan(0.008);
  });

  it('is lowest for the true distribution: neither too wide, nor too narrow, nor shifted', () => {
    const next = randomNumbers(5);
    const truth = next(400);
    const scoreOf = (scale: number, shift: number): number => {
      const ensemble = { rows: 200, cols: 2, data: Float64Array.from(truth, (value) => scale * value + shift) };
      const [came, spread] = [randomNumbers(6), ensembleSpread(ensemble)];
      let total = 0;
      for (let k = 0; k < 2000; k += 1) total += energyScore(ensemble, came(2), spread);
      return total;
    };
    const best = scoreOf(1, 0);
    for (const other of [scoreOf(1.5, 0), scoreOf(0.6, 0), scoreOf(1, 0.3)]) expect(other).toBeGreaterThan(best);
  });
});

describeShared('the energy score that others have published', () => {
  it('is the same, in the fair form and in the other', () => {
    const { fct, obs, ES_fair, ES_nrg } = JSON.parse(
      readFileSync(sharedFile('data/risk-test-vectors.json'), 'utf8'),
    ).scores;
    const members = fct[0].map((_: number, i: number) => fct.map((row: number[]) => row[i]));
    const ensemble = matrix(members);
    expect(energyScore(ensemble, obs)).toBeCloseTo(ES_fair, 6);
    // The other form counts a member's distance from itself too.
    const { rows } = ensemble;
    expect(energyScore(ensemble, obs, (ensembleSpread(ensemble) * (rows - 1)) / rows)).toBeCloseTo(ES_nrg, 6);
  });
});
