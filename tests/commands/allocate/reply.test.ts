import { describe, expect, it } from 'vitest';
import type { AllocateAnswer } from '../../../src/app.ts';
import { wholeShares, type RepricedPortfolio } from '../../../src/engine/allocate.ts';
import { allocationReply } from '../../../src/commands/allocate/reply.ts';
import { replyToText } from '../../../src/terminal/output.ts';

const best: RepricedPortfolio = {
  weights: [0.7, 0.2996, 0.0004],
  expectedReturn: 0.0234,
  cvar: 0.08,
  valueAtRisk: 0.055,
  freshCvar: 0.0795,
};
const minimum: RepricedPortfolio = {
  weights: [0.1, 0.2, 0.7],
  expectedReturn: 0.004,
  cvar: 0.0431,
  valueAtRisk: 0.031,
  freshCvar: 0.0449,
};

const answer = (changes: Partial<AllocateAnswer> = {}): AllocateAnswer => ({
  request: {
    universe: { kind: 'named', name: 'sample' },
    horizonDays: 21,
    lossLimit: 0.08,
    alpha: 0.95,
    minWeight: 0,
    maxWeight: 1,
    scenarios: 10_000,
    seed: 1,
    recipe: 'calibrated',
  },
  universe: 'sample',
  tickers: ['AAA', 'BBBB', 'C'],
  allocation: { status: 'optimal', best, minimum, gap: 0 },
  outcomes: () => new Float64Array(2),
  holdings: () => undefined,
  currency: 'USD',
  model: { trainedUntil: '2026-11-18', skill: -0.0123, recipe: 'calibrated' },
  prices: { source: 'Yahoo Finance', from: '2016-01-04', until: '2026-11-19', stale: false, notes: [] },
  seconds: { prices: 0, model: 0, scenarios: 0, optimize: 0, total: 0 },
  ...changes,
});

const now = Date.parse('2026-11-20T12:00:00Z');
const say = (changes?: Partial<AllocateAnswer>, show: 'best' | 'minimum' = 'best') =>
  replyToText(allocationReply({ answer: answer(changes), show, now }));

describe('an allocation in words', () => {
  it('gives the risk with the profit, and where everything comes from', () => {
    expect(say()).toMatchInlineSnapshot(`
      "Split within 8% · 21 trading days · sample
      ==========================================

      The average loss in the worst 5% of scenarios is 8.00% (CVaR), within the limit of 8%.

      Asset  Weight
      AAA     70.0%
      BBBB    30.0%
      C       <0.1%

      Expected profit                  +2.34%, the least certain figure here
      CVaR 95%                         8.00% (limit 8%)
      Value-at-risk 95%                5.50%
      CVaR on fresh scenarios          7.95%
      Smallest limit that can be kept  4.31%
      Model                            trained until 2026-11-18 (calibrated); skill −0.012, no better than the plain average
      Prices                           Yahoo Finance, until 2026-11-19 (1 day old).
      Scenarios                        10,000, seed 1

      Figures come from simulated scenarios and can be wrong. Not investment advice.
      "
    `);
  });

  it('says when the figure on fresh scenarios lies above the limit', () => {
    const worse = { ...best, freshCvar: 0.0812 };
    expect(say({ allocation: { status: 'optimal', best: worse, minimum, gap: 0 } })).toContain(
      'On scenarios that the optimiser has not seen it is 8.12%: above the limit.',
    );
    expect(say()).not.toContain('above the limit');
  });

  it('says first that no split keeps the limit', () => {
    expect(say({ allocation: { status: 'infeasible', minimum, gap: 0 } })).toMatchInlineSnapshot(`
      "No split keeps a limit of 8% · 21 trading days · sample
      =======================================================

      The average loss in the worst 5% of scenarios cannot be brought below 4.31% (CVaR). The split below reaches that minimum.

      Asset  Weight
      C       70.0%
      BBBB    20.0%
      AAA     10.0%

      Expected profit                  +0.40%, the least certain figure here
      CVaR 95%                         4.31% (limit 8%)
      Value-at-risk 95%                3.10%
      CVaR on fresh scenarios          4.49%
      Smallest limit that can be kept  4.31%
      Model                            trained until 2026-11-18 (calibrated); skill −0.012, no better than the plain average
      Prices                           Yahoo Finance, until 2026-11-19 (1 day old).
      Scenarios                        10,000, seed 1

      Figures come from simulated scenarios and can be wrong. Not investment advice.
      "
    `);
  });

  it('shows the least risky split when it is asked for, whatever the limit', () => {
    expect(say({}, 'minimum')).toMatch(/^Least risky split · 21 trading days · sample/);
  });

  it('counts whole shares and the cash left', () => {
    const text = say({ holdings: ({ weights }) => wholeShares(weights, 1000, [150, 40, 3]) });
    expect(text).toContain('Asset  Weight     USD  Shares');
    expect(text).toContain('AAA     70.0%  600.00       4');
    expect(text).toContain('BBBB    30.0%  280.00       7');
    expect(text).toContain('Cash           120.00');
  });

  it('says that stored prices are stale, and tells their notes', () => {
    const stale = {
      source: 'Yahoo Finance, stored 2026-11-12',
      from: '2016-01-04',
      until: '2026-11-12',
      stale: true,
      notes: ['Yahoo Finance did not answer.'],
    };
    expect(say({ prices: stale })).toContain(
      'Yahoo Finance, stored 2026-11-12, until 2026-11-12 (8 days old). Yahoo Finance did not answer.',
    );
  });
});

describe('wholeShares', () => {
  it('buys a share that can be paid for to the cent', () => {
    expect(wholeShares([0.1 + 0.2, 0.7], 1000, [100, 350])).toEqual({ shares: [3, 2], values: [300, 700], cash: 0 });
  });
});
