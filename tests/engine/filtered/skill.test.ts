import { describe, expect, it } from 'vitest';
import { type Forecaster, RunningMoments, trailingMean } from '../../../src/engine/filtered/forecasters.ts';
import {
  correlationAcross,
  LEAST_DATES,
  measureSkill,
  skillOf,
  standardiseAcross,
} from '../../../src/engine/filtered/skill.ts';
import { dailyReturns } from '../../../src/engine/history.ts';
import { uniforms } from '../../../src/engine/random.ts';
import type { Prices } from '../../../src/engine/types.ts';
import { randomPrices } from '../../support/random-prices.ts';

const H = 20;
const prices = randomPrices({ days: 1500, assets: 8 });
const last = prices.closes.length - 1;

/** The same walks, in which asset j earns so much more a day than the one before. */
const drifting = (drift: number): Prices => ({
  ...prices,
  closes: prices.closes.map((row, t) => row.map((close, j) => close * Math.exp(drift * (j - 3.5) * t))),
});

/** Knows the returns of the next H days, or their opposite. */
const knowing = ({ closes }: Prices, sign = 1): Forecaster => ({
  id: 'lstm',
  scores: (row) => Float64Array.from(closes[row]!, (close, j) => sign * ((closes[row + H]?.[j] ?? close + j) / close)),
});

const measure = (
  some: Prices,
  { onProbation, firstRow = 300 }: { onProbation?: Forecaster; firstRow?: number } = {},
) => {
  const moments = new RunningMoments(dailyReturns(some));
  const forecasters = [trailingMean(moments)];
  return measureSkill({ forecasters, onProbation, closes: some.closes, moments, horizonDays: H, firstRow });
};

const alike = (dates: number, coefficient: number) => skillOf(Array<number>(dates).fill(coefficient), 5);

describe('a skill', () => {
  it('is the mean coefficient, trusted by how certain it is', () => {
    const coefficients = Array.from({ length: 50 }, (_, k) => 0.05 + (k % 2 === 0 ? 0.1 : -0.1));
    const variance = (50 * 0.1 ** 2) / 49 / 50;
    const trust = 0.03 ** 2 / (0.03 ** 2 + variance);
    expect(skillOf(coefficients, 200)).toEqual({
      value: expect.closeTo(0.05 * trust, 12),
      meanCoefficient: expect.closeTo(0.05, 12),
      dates: 50,
    });
  });

  it('is trusted no more than few assets allow, however alike the coefficients are', () => {
    const error = 1 / Math.sqrt((5 - 1) * 16);
    const { value } = skillOf(Array<number>(16).fill(0.2), 5);
    expect(value).toBeCloseTo((0.2 * 0.03 ** 2) / (0.03 ** 2 + error ** 2), 12);
  });

  it('is none with too few dates, or where forecasts were wrong', () => {
    expect(alike(LEAST_DATES - 1, 0.5)).toMatchObject({ value: 0, meanCoefficient: 0.5 });
    expect(alike(LEAST_DATES, 0.5).value).toBeGreaterThan(0);
    expect(alike(40, -0.5)).toMatchObject({ value: 0, meanCoefficient: -0.5 });
    expect(skillOf([], 5)).toEqual({ value: 0, meanCoefficient: 0, dates: 0 });
  });

  it('of pure noise is next to nothing', () => {
    const uniform = uniforms(2, 'noise');
    const values = Array.from(
      { length: 200 },
      () =>
        skillOf(
          Array.from({ length: 60 }, () => uniform() - 0.5),
          12,
        ).value,
    );
    expect(Math.max(...values)).toBeLessThan(0.05);
    expect(values.reduce((sum, value) => sum + value, 0) / 200).toBeLessThan(0.01);
  });
});

describe('across assets', () => {
  it('scores have mean 0 and deviation 1, and none differ where all are equal', () => {
    expect([...standardiseAcross(Float64Array.of(1, 3))]).toEqual([-1, 1]);
    expect([...standardiseAcross(Float64Array.of(2, 2, 2))]).toEqual([0, 0, 0]);
    expect(correlationAcross(Float64Array.of(1, 2, 4), Float64Array.of(3, 5, 9))).toBeCloseTo(1, 12);
    expect(correlationAcross(Float64Array.of(1, 2, 4), Float64Array.of(1, 1, 1))).toBe(0);
  });
});

describe('the skill of a history', () => {
  it('is found where assets keep earning more than others', () => {
    const { skill, bySource } = measure(drifting(0.0002));
    expect(skill.value).toBeGreaterThan(0.02);
    expect(bySource['trailing-mean']?.value).toBeCloseTo(skill.value, 12);
    expect(skill.value).toBeGreaterThan(5 * measure(prices).skill.value);
  });

  it('counts dates a horizon apart, of which the last one ends on the last day', () => {
    const seen: number[] = [];
    const watching: Forecaster = { id: 'momentum', scores: (row) => void seen.push(row) };
    const moments = new RunningMoments(dailyReturns(prices));
    const { composite, skill } = measureSkill({
      forecasters: [watching],
      closes: prices.closes,
      moments,
      horizonDays: H,
      firstRow: 300,
    });
    const dates = [...new Set(seen)];
    expect(dates.slice(-2)).toEqual([last - H, last]);
    expect(dates[0]! - 300).toBeLessThan(H);
    expect(new Set(dates.slice(1).map((row, k) => row - dates[k]!))).toEqual(new Set([H]));
    // It has no forecast at all.
    expect([[...composite], skill.dates]).toEqual([Array<number>(8).fill(0), 0]);
  });

  it('lets a forecaster on probation count once its own dates have shown skill', () => {
    const firstRow = last - H * (LEAST_DATES + 8);
    const onProbation = knowing(prices);
    const with12 = measure(prices, { onProbation, firstRow: last - H * (LEAST_DATES - 1) });
    const without12 = measure(prices, { firstRow: last - H * (LEAST_DATES - 1) });
    expect([with12.skill, with12.composite]).toEqual([without12.skill, without12.composite]);

    const counted = measure(prices, { onProbation, firstRow });
    const alone = measure(prices, { firstRow });
    expect(counted.bySource.lstm!.meanCoefficient).toBeCloseTo(1, 1);
    // On its first dates it does not count, although it would have been right.
    const gained = (counted.skill.meanCoefficient - alone.skill.meanCoefficient) * (LEAST_DATES + 8);
    expect(gained).toBeGreaterThan(2);
    expect(gained).toBeLessThan(8);
    const own = standardiseAcross(onProbation.scores(last)!);
    counted.composite.forEach((score, j) => expect(score).toBeCloseTo((alone.composite[j]! + own[j]!) / 2, 12));
  });

  it('leaves out a forecaster on probation that is wrong', () => {
    const wrong = measure(prices, { onProbation: knowing(prices, -1) });
    const alone = measure(prices);
    expect([wrong.skill, wrong.composite]).toEqual([alone.skill, alone.composite]);
    expect(wrong.bySource.lstm).toMatchObject({ value: 0, meanCoefficient: expect.closeTo(-1, 1) });
  });
});
