import { describe, expect, it } from 'vitest';
import { shareInterval } from '../../../src/engine/record/bootstrap.ts';

describe('the interval of a share', () => {
  it('is what independent windows of one promise give: that of the binomial', () => {
    const windows = Array.from({ length: 400 }, (_, at) => ({ promised: 1, broken: at % 20 === 0 ? 1 : 0 }));
    const [low, high] = shareInterval(windows)!;
    expect(low).toBeGreaterThan(0.025);
    expect(low).toBeLessThan(0.035);
    expect(high).toBeGreaterThan(0.065);
    expect(high).toBeLessThan(0.078);
  });

  it('is wider where all that is broken lies in a few windows', () => {
    const spread = Array.from({ length: 40 }, () => ({ promised: 20, broken: 1 }));
    const together = Array.from({ length: 40 }, (_, at) => ({ promised: 20, broken: at < 2 ? 20 : 0 }));
    expect(shareInterval(spread)).toEqual([0.05, 0.05]);
    const [low, high] = shareInterval(together)!;
    expect([low, high > 0.1]).toEqual([0, true]);
  });

  it('is the same each time, and none without a window', () => {
    const windows = [
      { promised: 3, broken: 1 },
      { promised: 5, broken: 0 },
    ];
    expect(shareInterval(windows)).toEqual(shareInterval(windows));
    expect(shareInterval([])).toBeUndefined();
  });
});
