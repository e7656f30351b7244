import { describe, expect, it } from 'vitest';
import { pastOfSplit } from '../../../src/engine/portfolio/past.ts';
import { replayEpisodes, replayWorst } from '../../../src/engine/portfolio/replay.ts';
import type { Prices } from '../../../src/engine/types.ts';

const days = (from: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => new Date(Date.parse(from) + at * 86_400_000).toISOString().slice(0, 10));

const pricesOf = (dates: readonly string[], closeOf: (date: string, at: number) => readonly number[]): Prices => ({
  dates,
  tickers: ['AAA', 'BBB'],
  closes: dates.map(closeOf),
});

/** AAA falls by half in March 2020 and stays there; BBB rises by a tenth in February. */
const pandemic = pricesOf(days('2020-01-01', 200), (date) => [
  date < '2020-03-10' ? 100 : date < '2020-03-20' ? 40 : 50,
  date < '2020-02-10' ? 10 : 11,
]);

describe('replayEpisodes', () => {
  it('replays the months that the prices have whole, from the close before them', () => {
    const replays = replayEpisodes(pandemic, [0.5, 0.3]);
    expect(replays.map(({ event }) => event)).toEqual(['the pandemic']);
    const { return: whole, returns, maxDrawdown } = replays[0]!;
    expect(returns).toEqual([-0.5, expect.closeTo(0.1, 12)]);
    expect(whole).toBeCloseTo(-0.25 + 0.03, 12);
    // From 1.03 to 0.73: a fifth is cash.
    expect(maxDrawdown).toBeCloseTo(0.3 / 1.03, 12);
  });

  it('leaves out months that the prices have in part', () => {
    const late = pricesOf(days('2020-02-02', 200), () => [1, 1]);
    const short = pricesOf(days('2020-01-01', 70), () => [1, 1]);
    expect([...replayEpisodes(late, [1, 0]), ...replayEpisodes(short, [1, 0])]).toEqual([]);
  });
});

describe('replayWorst', () => {
  it('finds the days in which the split lost most', () => {
    expect(replayWorst(pandemic, [1, 0], 5)).toMatchObject({
      return: -0.6,
      returns: [-0.6, 0],
      until: expect.stringMatching(/^2020-03-1/),
    });
  });
});

describe('pastOfSplit', () => {
  it('compares the split with equal weights, period by period', () => {
    const growing = pricesOf(days('2020-01-01', 22), (_, at) => [1.01 ** at, 1]);
    const past = pastOfSplit(growing, [1, 0], { horizonDays: 10, valueAtRisk: 0.1 });
    expect(past).toMatchObject({ periods: 2, from: '2020-01-02', until: '2020-01-22', beyond: 0 });
    expect(past.split.worst).toBeCloseTo(1.01 ** 10 - 1, 12);
    expect(past.equal.worst).toBeCloseTo((1.01 ** 10 - 1) / 2, 12);
    expect(past.split.maxDrawdown).toBe(0);
  });

  it('counts the periods that lost more than the value-at-risk of today, and lets cash earn nothing', () => {
    const past = pastOfSplit(pandemic, [0.5, 0], { horizonDays: 20, valueAtRisk: 0.2 });
    expect(past.beyond).toBe(1);
    expect(past.split.worst).toBeCloseTo(-0.25, 12);
  });
});
