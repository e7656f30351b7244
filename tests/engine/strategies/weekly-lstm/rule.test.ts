import { describe, expect, it } from 'vitest';
import { uniforms } from '../../../../src/engine/random.ts';
import { weeklyWeights, withinCap } from '../../../../src/engine/strategies/weekly-lstm/rule.ts';

const THIRD = 1 / 3;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const near = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 12) as unknown);

/** Seeded forecasts of 2 to 15 stocks, up, down or mixed. */
const forecasts = Array.from({ length: 500 }, (_, at) => {
  const next = uniforms(at, 'forecasts');
  const lift = (at % 3) - 1;
  return Array.from({ length: 2 + Math.floor(next() * 14) }, () => (next() - 0.5) * 0.2 + lift * 0.1);
});

describe('a cap on each share', () => {
  it.each([
    [
      [0.6, 0.25, 0.1, 0.05],
      [THIRD, THIRD, 2 / 9, 1 / 9],
    ],
    [
      [0.4, 0.3, 0.3],
      [THIRD, THIRD, THIRD],
    ],
    [
      [0.3, 0.3, 0.2, 0.2],
      [0.3, 0.3, 0.2, 0.2],
    ],
    // Two stocks cannot fill the money.
    [
      [0.9, 0.1, 0],
      [THIRD, THIRD, 0],
    ],
    [
      [1, 0],
      [THIRD, 0],
    ],
    [
      [0, 0],
      [0, 0],
    ],
  ])('fills others as water would: %j', (shares, expected) => {
    expect(withinCap(shares, THIRD)).toEqual(near(expected));
  });

  it('keeps the sum where it can, the order, and the proportions of what is below the cap', () => {
    for (const changes of forecasts) {
      const shares = changes.map((change) => Math.max(0, change));
      const total = sum(shares);
      if (total === 0) continue;
      const given = shares.map((share) => share / total);
      const kept = withinCap(given, THIRD);
      const positive = given.filter((share) => share > 0).length;
      expect(sum(kept)).toBeCloseTo(Math.min(1, positive * THIRD), 12);
      expect(Math.max(...kept)).toBeLessThanOrEqual(THIRD);
      const below = kept.flatMap((share, j) => (share > 0 && share < THIRD - 1e-9 ? [share / given[j]!] : []));
      for (const scale of below) expect(scale).toBeCloseTo(below[0]!, 9);
      for (const scale of below) expect(scale).toBeGreaterThan(1 - 1e-9);
    }
  });
});

describe('the rule of a week', () => {
  it('buys what is to rise in proportion, and holds nothing else', () => {
    expect(weeklyWeights([0.01, 0.02, 0.01, -0.05], { isShort: false, mostEach: 1 })).toEqual(
      near([0.25, 0.5, 0.25, 0]),
    );
  });

  it('sells short in the same proportion, the larger side with all the money', () => {
    expect(weeklyWeights([0.03, 0.01, -0.02], { isShort: true, mostEach: 1 })).toEqual(near([0.75, 0.25, -0.5]));
    expect(weeklyWeights([0.02, -0.03, -0.01], { isShort: true, mostEach: 1 })).toEqual(near([0.5, -0.75, -0.25]));
  });

  it('weighs by the distance from the average where all are to rise', () => {
    const changes = [0.01, 0.02, 0.06];
    expect(weeklyWeights(changes, { isShort: false, mostEach: 1 })).toEqual(near([0, 0, 1]));
    expect(weeklyWeights([0.01, 0.02, 0.05, 0.08], { isShort: false, mostEach: 1 })).toEqual(near([0, 0, 0.2, 0.8]));
    expect(weeklyWeights(changes, { isShort: true, mostEach: 1 })).toEqual(near([-2 / 3, -1 / 3, 1]));
  });

  it('holds all alike where all are to rise alike', () => {
    expect(weeklyWeights([0.01, 0.01, 0.01, 0.01], { isShort: true })).toEqual(near([0.25, 0.25, 0.25, 0.25]));
  });

  it.each([true, false])('keeps cash where none is to rise, short %s', (isShort) => {
    expect(weeklyWeights([-0.01, 0, -0.2], { isShort })).toEqual([0, 0, 0]);
  });

  it('keeps the rest as cash where fewer than three rise', () => {
    expect(weeklyWeights([0.04, -0.01, -0.02], { isShort: false })).toEqual(near([THIRD, 0, 0]));
    expect(weeklyWeights([0.04, 0.01, -0.02], { isShort: false })).toEqual(near([THIRD, THIRD, 0]));
  });

  it('keeps its bounds whatever the forecasts', () => {
    let borrowed = 0;
    for (const changes of forecasts) {
      const long = weeklyWeights(changes, { isShort: false });
      expect(Math.min(...long)).toBeGreaterThanOrEqual(0);
      expect(sum(long)).toBeLessThanOrEqual(1 + 1e-12);
      const short = weeklyWeights(changes, { isShort: true });
      expect(Math.max(...long, ...short.map(Math.abs))).toBeLessThanOrEqual(THIRD + 1e-12);
      expect(sum(short.map(Math.abs))).toBeLessThanOrEqual(2 + 1e-12);
      if (short.some((weight) => weight < 0)) borrowed += 1;
      const allRise = changes.every((change) => change > 0);
      const centre = allRise ? sum(changes) / changes.length : 0;
      for (const [j, change] of changes.entries()) {
        expect(long[j]! > 0 && change < centre - 1e-12).toBe(false);
        expect(short[j]! * (change - centre)).toBeGreaterThanOrEqual(-1e-12);
      }
    }
    expect(borrowed).toBeGreaterThan(200);
  });

  it('depends on the proportions of the forecasts alone, and not on the order of the stocks', () => {
    for (const changes of forecasts) {
      const weights = weeklyWeights(changes, { isShort: true });
      const larger = changes.map((change) => change * 7);
      expect(weeklyWeights(larger, { isShort: true })).toEqual(near(weights));
      expect(weeklyWeights(changes.toReversed(), { isShort: true })).toEqual(near(weights.toReversed()));
    }
  });
});
