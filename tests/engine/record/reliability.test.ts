import { describe, expect, it } from 'vitest';
import { QUANTILE_LEVELS, quantilesOf, reliabilityOf } from '../../../src/engine/record/reliability.ts';

/** 0.5, 1.5, …, 99.5 */
const spread = Array.from({ length: 100 }, (_, k) => k + 0.5);
const lossesOf = (outcomes: readonly number[]) => Float64Array.from(outcomes, (one) => -one);

describe('quantiles', () => {
  it('have their share of the outcomes below them, in whatever order these are', () => {
    expect(quantilesOf(lossesOf(spread.toReversed()))).toEqual([5.5, 10.5, 25.5, 50.5, 75.5, 90.5, 95.5]);
  });

  it('of one outcome are it', () => {
    expect(quantilesOf(lossesOf([0.02]))).toEqual(QUANTILE_LEVELS.map(() => 0.02));
  });
});

describe('the reliability of quantiles', () => {
  const quantiles = QUANTILE_LEVELS.map((level) => 100 * level);

  it('is what was predicted, where that was true', () => {
    const decisions = spread.map((realised) => ({ realised, quantiles }));
    expect(reliabilityOf(decisions)).toEqual(QUANTILE_LEVELS.map((level) => ({ level, below: level })));
  });

  it('shows losses that come too often', () => {
    const decisions = spread.map((realised) => ({ realised: realised < 10 ? -1 : realised, quantiles }));
    expect(reliabilityOf(decisions)[0]).toEqual({ level: 0.05, below: 0.1 });
  });

  it('counts only decisions that have quantiles', () => {
    expect(reliabilityOf([{ realised: 0 }])).toEqual([]);
    expect(reliabilityOf([{ realised: 0 }, { realised: 99, quantiles }]).at(-1)).toEqual({ level: 0.95, below: 0 });
  });
});
