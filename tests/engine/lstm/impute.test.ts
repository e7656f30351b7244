import { describe, expect, it } from 'vitest';
import { imputeStale } from '../../../src/engine/lstm/impute.ts';

/** Six days of two assets, of which A's moves tell the days apart; the last three have recorded errors. */
const series = { data: Float32Array.from([-2, 10, -1, 20, 0, 30, 1, 40, 2, 50, -0.9, 60]), cols: 2 };
const residuals = { rows: 3, cols: 2, data: Float64Array.from([0.1, 0.4, 0.2, 0.5, 0.3, 0.6]) };
const block = { from: 3, to: 6 };
const scaling = { means: [0, 0], deviations: [1, 0.001] };

/** B is stale on these days. */
const staleOn = (...days: number[]) =>
  Uint8Array.from({ length: 12 }, (_, i) => (i % 2 === 1 && days.includes(i >> 1) ? 1 : 0));

const errorsOfB = (...days: number[]) => {
  const { data } = imputeStale({ residuals, block, series, scaling, stale: staleOn(...days) });
  return [data[1], data[3], data[5]];
};

describe('imputeStale', () => {
  it("takes the asset's error of the day on which the others moved most alike", () => {
    // Day 5, with A at −0.9, is most like day 1, which has no recorded error: B's 20 deviations from its mean.
    expect(errorsOfB(5)).toEqual([0.4, 0.5, expect.closeTo(0.02, 9)]);
    // Day 3, with A at 1, is as far from day 2 as from day 4, the newer.
    expect(errorsOfB(3)).toEqual([0.5, 0.5, 0.6]);
  });

  it('takes none of another stale day', () => {
    expect(errorsOfB(3, 4)).toEqual([expect.closeTo(0.03, 9), expect.closeTo(0.03, 9), 0.6]);
  });

  it('leaves the errors of the others', () => {
    const { data } = imputeStale({ residuals, block, series, scaling, stale: staleOn(3, 4, 5) });
    expect([data[0], data[2], data[4]]).toEqual([0.1, 0.2, 0.3]);
  });
});
