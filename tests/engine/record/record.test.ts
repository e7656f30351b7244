import { describe, expect, it } from 'vitest';
import type { DecisionOutcome } from '../../../src/engine/backtest/types.ts';
import { summariseRecord, type Walk } from '../../../src/engine/record/record.ts';

interface One {
  readonly limit: DecisionOutcome['limit'];
  readonly realised: number;
  readonly status?: DecisionOutcome['status'];
  readonly predicted?: number;
  readonly loosestLimit?: number;
}

const day = (at: number): string => new Date(Date.UTC(2010, at, 1)).toISOString().slice(0, 10);

/** Decisions that promised a value-at-risk of 0.8 and a CVaR of 0.95 of their limit. */
function walk(dates: readonly (readonly One[])[], offset = 0): Walk {
  const decisions = dates.flatMap((all, at) =>
    all.map(({ limit, realised, status = 'optimal', predicted = 0.01, loosestLimit = 1 }): DecisionOutcome => {
      const risk = typeof limit === 'number' ? limit : 0.05;
      return {
        date: day(at),
        until: day(at + 1),
        limit,
        status,
        weights: [1],
        predicted,
        valueAtRisk: 0.8 * risk,
        cvar: 0.96 * risk,
        freshCvar: 0.95 * risk,
        loosestLimit,
        realised,
        realisedNet: realised,
      };
    }),
  );
  return { offset, decisions, kappas: dates.map(() => 1.1) };
}

const times = <T>(count: number, of: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => of(at));
/** 100 dates; each twentieth loses `deep` × the limit. */
const usual = (deep: number) =>
  times(100, (at) => [
    { limit: 'equal' as const, realised: 0 },
    { limit: 'min' as const, realised: 0 },
    { limit: 0.1, realised: at % 20 === 7 ? -deep * 0.1 : 0.02 },
  ]);

/** The lower limit is kept on 59 of the dates. */
const dates = (count: number) =>
  times(count, (at) => [
    { limit: 0.05, realised: 0, status: at < 59 ? ('optimal' as const) : ('infeasible' as const) },
    { limit: 0.1, realised: 0 },
  ]);

const steady = (predicted: number) => times(90, (at) => [{ limit: 0.1, predicted, realised: 0.01 * Math.sin(at) }]);

describe('a record', () => {
  it('counts what was promised and broken under each limit, and averages the deepest losses', () => {
    const { decisions, byLimit, pooled, worst } = summariseRecord([walk(usual(1.5))], 0.95);
    expect(decisions).toBe(100);
    expect(byLimit).toEqual([
      expect.objectContaining({ limit: 0.1, feasible: 100, violations: 5, realisedToLimit: expect.closeTo(1.5, 12) }),
    ]);
    expect(byLimit[0]).toMatchObject({ predicted: expect.closeTo(0.01, 12), used: expect.closeTo(0.95, 12) });
    expect(byLimit[0]!.realised).toBeCloseTo(0.95 * 0.02 - 0.05 * 0.15, 12);
    expect(byLimit[0]!.kupiecP).toBeCloseTo(1, 6);
    expect(byLimit[0]!.z2).toBeCloseTo(1 - 0.15 / 0.095, 12);
    expect(pooled).toMatchObject({ limits: [0.1], feasible: 100, violations: 5, kappa: expect.closeTo(1.1, 12) });
    expect(worst[0]).toEqual({ date: day(7), limit: 0.1, loss: expect.closeTo(0.15, 12) });
  });

  it('leaves out what promised nothing: a limit that was not kept, what failed, equal weights and the least risky', () => {
    const mixed = times(20, (at) => [
      { limit: 'equal' as const, realised: -0.9 },
      { limit: 'min' as const, realised: -0.9 },
      { limit: 0.1, realised: -0.9, status: at < 10 ? ('infeasible' as const) : ('failed' as const) },
      { limit: 0.2, realised: 0.01 },
    ]);
    const { byLimit, pooled } = summariseRecord([walk(mixed)], 0.95);
    expect(byLimit).toMatchObject([
      { limit: 0.1, feasible: 0, violations: 0 },
      { limit: 0.2, feasible: 20, violations: 0 },
    ]);
    expect(pooled).toMatchObject({ feasible: 20, violations: 0 });
  });

  it('pools limits with 60 feasible decisions in every walk, or all where there are none', () => {
    expect(summariseRecord([walk(dates(80)), walk(dates(80), 5)], 0.95).pooled).toMatchObject({
      limits: [0.1],
      feasible: 160,
    });
    expect(summariseRecord([walk(dates(80)), walk(dates(40), 5)], 0.95).pooled.limits).toEqual([0.05, 0.1]);
  });

  it('averages the deepest losses of each walk, since walks overlap', () => {
    const { pooled } = summariseRecord([walk(usual(1)), walk(usual(2), 5)], 0.95);
    expect(pooled.realisedToLimit).toBeCloseTo(1.5, 12);
    expect(pooled.violations).toBe(10);
  });

  it('tests each walk by itself, and shows the one that the tests like least', () => {
    const alone = summariseRecord([walk(usual(2))], 0.95).byLimit[0]!;
    const both = summariseRecord([walk(usual(1)), walk(usual(2), 5)], 0.95).byLimit[0]!;
    expect(both.z2).toBe(alone.z2);
    expect(both.z2Critical).toBe(alone.z2Critical);
  });

  it('measures how much of a limit is used only where it decides', () => {
    const loose = times(70, () => [{ limit: 0.1, realised: 0, loosestLimit: 0.08 }]);
    expect(summariseRecord([walk(loose)], 0.95).pooled.used).toBeUndefined();
  });

  it('says within what two in three returns came of their predictions', () => {
    const missed = times(90, (at) => [
      { limit: 0.1, predicted: 0.01, realised: 0.01 + (at % 2 ? -1 : 1) * 0.001 * at },
    ]);
    expect(summariseRecord([walk(missed)], 0.95).byLimit[0]!.within).toBeCloseTo(0.059, 12);
  });

  it('tells an overstated profit from chance', () => {
    expect(summariseRecord([walk(steady(0.03))], 0.95).pooled.tPredictedMinusRealised).toBeGreaterThan(4);
    expect(Math.abs(summariseRecord([walk(steady(0))], 0.95).pooled.tPredictedMinusRealised!)).toBeLessThan(1);
  });

  it('has the largest losses first, in units of their limits, one a date, at most five', () => {
    const falling = times(8, (at) => [
      { limit: 0.05, realised: -0.01 * at },
      { limit: 0.2, realised: -0.02 * at },
    ]);
    const { worst } = summariseRecord([walk(falling)], 0.95);
    expect(worst.map(({ limit, loss }) => [limit, Math.round(1000 * loss)])).toEqual([
      [0.05, 70],
      [0.05, 60],
      [0.05, 50],
      [0.05, 40],
      [0.05, 30],
    ]);
  });
});
