import { describe, expect, it } from 'vitest';
import { byDate, chanceInterval, cumulative, rollingShares } from '../../../src/commands/record/over-time.ts';
import { isViolation } from '../../../src/engine/backtest/summary.ts';
import { recordAnswer } from '../../support/record-answer.ts';

const { record, walks } = recordAnswer();
const [{ decisions } = { decisions: [] }] = walks;

/** log n! */
const logFactorial = (n: number): number =>
  Array.from({ length: n }, (_, k) => Math.log(k + 1)).reduce((a, b) => a + b, 0);

/** P(count ≤ k), each term by itself. */
const atMost = (k: number, n: number, p: number): number =>
  Array.from({ length: k + 1 }, (_, i) =>
    Math.exp(logFactorial(n) - logFactorial(i) - logFactorial(n - i) + i * Math.log(p) + (n - i) * Math.log(1 - p)),
  ).reduce((a, b) => a + b, 0);

describe('reliability over time', () => {
  const dates = byDate(decisions, record.pooled.limits);

  it('counts each date once, with what was promised and broken under the pooled limits', () => {
    const sum = (key: 'promised' | 'broken') => dates.reduce((total, one) => total + one[key], 0);
    expect([sum('promised'), sum('broken')]).toEqual([record.pooled.feasible, record.pooled.violations]);
    expect(new Set(dates.map(({ until }) => until)).size).toBe(dates.length);
  });

  it('leaves out dates on which nothing could be kept', () => {
    expect(byDate(decisions, [0.03])).toEqual([]);
    const four = decisions.filter(({ limit, status }) => limit === 0.04 && status === 'optimal');
    expect(byDate(decisions, [0.04])).toHaveLength(four.length);
  });

  it('rolls over windows that follow each other', () => {
    const rolled = rollingShares(dates, 24);
    expect(rolled).toHaveLength(dates.length - 23);
    const last = new Set(dates.slice(-24).map(({ until }) => until));
    const kept = decisions.filter(
      ({ until, limit, status }) =>
        last.has(until) && typeof limit === 'number' && record.pooled.limits.includes(limit) && status === 'optimal',
    );
    expect(rolled.at(-1)?.share).toBeCloseTo(kept.filter(isViolation).length / kept.length, 12);
  });

  it.each([
    [36, 0.05],
    [24, 0.1],
    [5, 0.05],
    [200, 0.01],
  ])('leaves to chance what 95%% of windows of %i dates show at %f', (window, p) => {
    const [low, high] = chanceInterval(window, p).map((share) => Math.round(share * window));
    for (const [count, share] of [
      [low!, 0.025],
      [high!, 0.975],
    ] as const) {
      expect(atMost(count, window, p)).toBeGreaterThanOrEqual(share);
      expect(atMost(count - 1, window, p)).toBeLessThan(share);
    }
  });

  it('adds up', () => {
    expect(cumulative([0.01, -0.02, 0.5])).toEqual([0.01, -0.01, 0.49]);
  });
});
