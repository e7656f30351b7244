import { describe, expect, it } from 'vitest';
import { pastOf } from '../../../src/engine/record/past.ts';
import type { LimitRecord, RecordSummary } from '../../../src/engine/record/record.ts';

const limit = (at: number, feasible: number, changes: Partial<LimitRecord> = {}): LimitRecord => ({
  limit: at,
  feasible,
  violations: feasible / 20,
  realisedToLimit: 1,
  predicted: 0.01,
  realised: 0.02,
  ...changes,
});

function record(byLimit: readonly LimitRecord[], pooled: Partial<RecordSummary['pooled']> = {}) {
  const feasible = byLimit.reduce((sum, one) => sum + one.feasible, 0);
  return {
    alpha: 0.95,
    horizonDays: 21,
    summary: {
      decisions: 100,
      byLimit,
      pooled: { ...limit(0, feasible), limits: byLimit.map((one) => one.limit), kappa: 1, ...pooled },
      worst: [{ date: '2020-02-19', limit: 0.15, loss: 0.29 }],
    },
  };
}

describe('what an answer says of the past', () => {
  it('is about the limits near its own, weighted by their decisions', () => {
    const own = record([limit(0.06, 900), limit(0.07, 20, { realisedToLimit: 2 }), limit(0.08, 60), limit(0.09, 900)]);
    expect(pastOf(own, [], 0.075)).toMatchObject({
      scope: 'limit',
      limits: [0.07, 0.08],
      feasible: 80,
      dates: 60,
      violations: 4,
      realisedToLimit: expect.closeTo(1.25, 12),
      worst: { loss: 0.29 },
    });
  });

  it('is about all limits where these have too few decisions, or none was asked for', () => {
    const own = record([limit(0.03, 10), limit(0.1, 90)]);
    expect(pastOf(own, [], 0.03)).toMatchObject({ scope: 'universe', limits: [0.03, 0.1], feasible: 100, dates: 90 });
    expect(pastOf(own, [], undefined)).toMatchObject({ scope: 'universe' });
  });

  it('is about many universes where its own record is too short', () => {
    const own = record([limit(0.1, 20)]);
    const other = record([limit(0.1, 60)], { realisedToLimit: 2 });
    expect(pastOf(own, [own, other], 0.1)).toMatchObject({
      scope: 'all',
      feasible: 80,
      dates: 60,
      realisedToLimit: expect.closeTo(1.75, 12),
    });
  });

  it('is about many universes where there is no record of its own yet', () => {
    expect(pastOf(undefined, [record([limit(0.1, 90)])], 0.1)).toMatchObject({ scope: 'all', feasible: 90 });
  });

  it('is of enough dates: several limits of one date are no more evidence than one', () => {
    const own = record([limit(0.09, 40), limit(0.1, 40), limit(0.11, 40)]);
    expect(pastOf(own, [own], 0.1)).toBeUndefined();
    // Nor are several universes, which mostly share their dates.
    expect(pastOf(own, [own, own], 0.1)).toBeUndefined();
  });

  it('is nothing with too few dates anywhere', () => {
    const own = record([limit(0.1, 20)]);
    expect(pastOf(undefined, [own], 0.1)).toBeUndefined();
    expect(pastOf(undefined, [], 0.1)).toBeUndefined();
    expect(pastOf(own, [own], 0.1)).toBeUndefined();
  });
});
