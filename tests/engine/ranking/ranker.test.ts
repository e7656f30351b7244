import { describe, expect, it } from 'vitest';
import { scoresOf } from '../../../src/engine/ranking/ranker.ts';

describe('scores', () => {
  it('are ranks ÷ their number, of which equal expectations share the mean', () => {
    const all = [true, true, true, true];
    expect(scoresOf([0.02, -0.01, 0.03, 0], all)).toEqual([0.75, 0.25, 1, 0.5]);
    expect(scoresOf([0.02, 0.02, 0.03, 0], all)).toEqual([0.625, 0.625, 1, 0.25]);
    expect(scoresOf([0, 0], [true, true])).toEqual([0.75, 0.75]);
  });

  it('leave out what nothing buys', () => {
    expect(scoresOf([0.02, 0.5, -0.01], [true, false, true])).toEqual([1, 0, 0.5]);
  });
});
