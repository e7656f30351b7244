import { describe, expect, it } from 'vitest';
import { FIRST_KAPPA, kappasOf, nextKappa, outcomesOver } from '../../../src/engine/backtest/kappa.ts';
import type { RuleDecision } from '../../../src/engine/backtest/types.ts';
import type { Prices } from '../../../src/engine/types.ts';

/** A loses 10 %, B gains 10 %, from the day of the decision until the end of its horizon. */
const prices: Prices = {
  dates: ['2024-01-01', '2024-01-02', '2024-01-03'],
  tickers: ['A', 'B'],
  closes: [
    [100, 50],
    [20, 80],
    [90, 55],
  ],
};
const decision = (limit: RuleDecision['limit'], weights: readonly number[], valueAtRisk = 0.05): RuleDecision => ({
  limit,
  status: 'optimal',
  weights,
  valueAtRisk,
});
const [lost, gained] = [decision(0.1, [1, 0]), decision('min', [0, 1])];
const alpha = 0.95;
const after = (kappa: number, ...decisions: RuleDecision[]) => nextKappa(kappa, outcomesOver(decisions, prices), alpha);

describe('κ', () => {
  it('grows by the share of portfolios that lost more than they said, less what was promised', () => {
    expect(after(FIRST_KAPPA, lost)).toBeCloseTo(Math.exp(0.1 * 0.95), 12);
    expect(after(FIRST_KAPPA, lost, gained)).toBeCloseTo(Math.exp(0.1 * (0.5 - 0.05)), 12);
    expect(after(1.2, lost, gained)).toBeCloseTo(1.2 * Math.exp(0.1 * (0.5 - 0.05)), 12);
  });

  it('shrinks slowly, never below 1, where none did', () => {
    expect(after(1.2, gained)).toBeCloseTo(1.2 * Math.exp(-0.1 * 0.05), 12);
    expect(after(FIRST_KAPPA, gained)).toBe(1);
  });

  it('grows to 1.5 at most', () => {
    expect(after(1.49, lost)).toBeCloseTo(1.5, 12);
  });

  it('counts a loss of just the value-at-risk as promised', () => {
    const loss = 1 - 90 / 100;
    expect(after(1.2, decision(0.1, [1, 0], loss + 1e-9))).toBeLessThan(1.2);
    expect(after(1.2, decision(0.1, [1, 0], loss - 1e-9))).toBeGreaterThan(1.2);
  });

  it('does not count what promised nothing: equal weights, what failed, and what kept no limit', () => {
    const none: RuleDecision[] = [
      decision('equal', [1, 0]),
      { ...lost, status: 'infeasible' },
      { limit: 0.1, status: 'failed', weights: [1, 0] },
    ];
    expect(after(1.2, ...none)).toBe(1.2);
    expect(after(1.2, ...none, gained)).toBe(after(1.2, gained));
  });

  it('is handed on from date to date', () => {
    const [first] = outcomesOver([lost], prices);
    const [second] = outcomesOver([gained], prices);
    const all = [
      { ...first!, date: '2024-01-01' },
      { ...second!, date: '2024-01-31' },
    ];
    expect(kappasOf(all, alpha)).toEqual([1, after(1, lost), after(after(1, lost), gained)]);
  });

  it('sees the first and the last of the prices alone, as money that is held does', () => {
    const between = { ...prices, closes: prices.closes.with(1, [500, 1]) };
    expect(nextKappa(1, outcomesOver([lost, gained], between), alpha)).toBe(after(1, lost, gained));
  });
});
