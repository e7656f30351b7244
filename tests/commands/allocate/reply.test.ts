import { describe, expect, it } from 'vitest';
import { withLimit, withoutLimit } from '../../../src/engine/mandate.ts';
import type { MeasuredPortfolio } from '../../../src/engine/samples.ts';
import { wholeShares } from '../../../src/engine-service/amount.ts';
import type { AllocateAnswer } from '../../../src/engine-service/answers.ts';
import { DEFAULT_STRATEGY } from '../../../src/engine/strategies/index.ts';
import { DEFAULT_SAMPLING } from '../../../src/parse.ts';
import { allocationReply } from '../../../src/commands/allocate/reply.ts';
import { replyToText } from '../../../src/terminal/output.ts';
import { mandateOver } from '../../support/mandate.ts';

const best: MeasuredPortfolio = {
  weights: [0.7, 0.2996, 0.0004],
  expectedReturn: 0.0234,
  cvar: 0.08,
  valueAtRisk: 0.055,
  freshCvar: 0.0795,
};
const minimum: MeasuredPortfolio = {
  weights: [0.1, 0.2, 0.7],
  expectedReturn: 0.004,
  cvar: 0.0431,
  valueAtRisk: 0.031,
  freshCvar: 0.0449,
};

const equal: MeasuredPortfolio = {
  weights: [1 / 3, 1 / 3, 1 / 3],
  expectedReturn: 0.01,
  cvar: 0.055,
  valueAtRisk: 0.04,
  freshCvar: 0.0554,
};

const answer = (changes: Partial<AllocateAnswer> = {}): AllocateAnswer => ({
  request: {
    universe: { kind: 'named', name: 'sample' },
    strategy: DEFAULT_STRATEGY,
    mandate: mandateOver(21, { limit: 0.08 }),
    sampling: DEFAULT_SAMPLING,
  },
  universe: 'sample',
  tickers: ['AAA', 'BBBB', 'C'],
  allocation: { status: 'optimal', portfolio: best, minimum, gap: 0, outcomes: [] },
  currency: 'USD',
  model: { trainedUntil: '2026-11-18', skill: -0.0123, recipe: 'calibrated' },
  prices: { source: 'Yahoo Finance', from: '2016-01-04', until: '2026-11-19', stale: false, notes: [] },
  seconds: { prices: 0, model: 0, scenarios: 0, optimize: 0, total: 0 },
  ...changes,
});

/** @param limit absent: none was asked for */
const by = (id: string, limit?: number): AllocateAnswer['request'] => {
  const { request } = answer();
  const mandate = withoutLimit(request.mandate);
  return {
    ...request,
    strategy: { ...DEFAULT_STRATEGY, id },
    mandate: limit === undefined ? mandate : withLimit(mandate, limit),
  };
};

const now = Date.parse('2026-11-20T12:00:00Z');
const say = (changes?: Partial<AllocateAnswer>) => replyToText(allocationReply({ answer: answer(changes), now }));

describe('an allocation reply', () => {
  it('shows the risk with the profit, and states its sources', () => {
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

  it.each([
    [0.0004, 'skill 0.000, no better than'],
    [0.0006, 'skill 0.001, better than'],
    [-0.0004, 'skill 0.000, no better than'],
  ])('judges a skill of %d by the figure that it shows', (skill, words) => {
    expect(say({ model: { ...answer().model, skill } })).toContain(words);
  });

  it('says so when the figure on fresh scenarios is above the limit', () => {
    const worse = { ...best, freshCvar: 0.0812 };
    expect(say({ allocation: { status: 'optimal', portfolio: worse, minimum, gap: 0, outcomes: [] } })).toContain(
      'On scenarios that the optimiser has not seen it is 8.12%: above the limit.',
    );
    expect(say()).not.toContain('above the limit');
  });

  it('says first that no split keeps the limit', () => {
    expect(say({ allocation: { status: 'infeasible', portfolio: minimum, minimum, gap: 0, outcomes: [] } }))
      .toMatchInlineSnapshot(`
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

  it('shows the least risky split on request, whatever the limit', () => {
    const text = say({
      request: by('minimum-cvar'),
      allocation: { status: 'optimal', portfolio: minimum, minimum, gap: 0, outcomes: [] },
    });
    expect(text).toMatch(/^Least risky split · 21 trading days · sample/);
    expect(text).toContain(
      'Of all splits of these assets, this one is the least risky. The average loss in the worst 5% of scenarios is 4.31% (CVaR).',
    );
    expect(text).toMatch(/^CVaR 95% +4\.31%$/m);
  });

  it.each([
    [0.06, 'answer', 'Equal weights · 21 trading days · sample', '5.50% (CVaR), within the limit of 6%.'],
    [
      0.05,
      'warning',
      'Equal weights: above the limit of 5% · 21 trading days · sample',
      '5.50% (CVaR), above the limit of 5%.',
    ],
  ] as const)(
    'says of a strategy that does not choose by the limit how it stands to it: %d',
    (limit, tone, title, ending) => {
      const status = tone === 'answer' ? 'optimal' : 'infeasible';
      const reply = allocationReply({
        answer: answer({
          request: by('equal-weight', limit),
          allocation: { status, portfolio: equal, minimum, outcomes: [] },
        }),
        now,
      });
      expect(reply).toMatchObject({ tone, title });
      expect(reply.body?.replaceAll('**', '')).toMatch(/^Every asset gets the same share of the money/);
      expect(reply.body?.replaceAll('**', '').endsWith(ending)).toBe(true);
      expect(reply.fields).toContainEqual({ name: 'Smallest limit that can be kept', value: '4.31%' });
    },
  );

  it('says that no split keeps the limit if the least risky one does not, whichever strategy found it', () => {
    const allocation = { status: 'infeasible', portfolio: minimum, minimum, gap: 0, outcomes: [] } as const;
    expect(say({ request: by('minimum-cvar', 0.03), allocation })).toMatch(/^No split keeps a limit of 3% · /);
  });

  it('shows whole shares and the cash left over', () => {
    const text = say({ holdings: wholeShares(best.weights, 1000, [150, 40, 3]) });
    expect(text).toContain('Asset  Weight     USD  Shares');
    expect(text).toContain('AAA     70.0%  600.00       4');
    expect(text).toContain('BBBB    30.0%  280.00       7');
    expect(text).toContain('Cash           120.00');
  });

  it('says that stored prices are stale, and shows their notes', () => {
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
