import { describe, expect, it } from 'vitest';
import type { FrontierAnswer } from '../../../src/engine-service/answers.ts';
import { withLimit } from '../../../src/engine/mandate.ts';
import type { PricedPortfolio } from '../../../src/engine/samples.ts';
import { frontierReply } from '../../../src/commands/frontier/reply.ts';
import { DEFAULT_STRATEGY } from '../../../src/engine/strategies/index.ts';
import { DEFAULT_SAMPLING } from '../../../src/parse.ts';
import { replyToText } from '../../../src/terminal/output.ts';
import { mandateOver } from '../../support/mandate.ts';

const split = (cvar: number, expectedReturn: number, weights: readonly number[]): PricedPortfolio => ({
  weights,
  expectedReturn,
  cvar,
  valueAtRisk: 0.7 * cvar,
  leastLimit: 1.01 * cvar,
});

/** A straight line of splits of three assets, from a CVaR of 4 % to one of 12 %. */
const points = Array.from({ length: 9 }, (_, at) => {
  const share = at / 8;
  return split(0.04 + 0.08 * share, 0.004 + 0.02 * share, [share, 0.7 - 0.7 * share, 0.3 - 0.3 * share]);
});

const mandate = mandateOver(21);

/** @param limit absent: none was asked for */
const answer = (limit?: number, shown = points): FrontierAnswer => ({
  request: {
    universe: { kind: 'named', name: 'sample' },
    strategy: DEFAULT_STRATEGY,
    mandate: limit === undefined ? mandate : withLimit(mandate, limit),
    sampling: DEFAULT_SAMPLING,
    points: 9,
  },
  universe: 'sample',
  tickers: ['AAA', 'BBBB', 'C'],
  frontier: {
    points: shown,
    minimum: shown[0]!,
    equalWeight: split(0.0655, 0.0081, [1 / 3, 1 / 3, 1 / 3]),
    gap: 0,
    minimumGap: 0,
  },
  model: { trainedUntil: '2026-11-18', skill: -0.0123, recipe: 'filtered', kappa: 1 },
  prices: { source: 'Yahoo Finance', from: '2016-01-04', until: '2026-11-19', stale: false, notes: [] },
  seconds: { prices: 0, model: 0, scenarios: 0, optimize: 0, total: 0 },
});

const now = Date.parse('2026-11-20T12:00:00Z');
const say = (given: FrontierAnswer, mostRows = 100, weightsPerRow = 2) =>
  replyToText(frontierReply({ answer: given, mostRows, weightsPerRow, now }));

const rows = (mostRows: number) => frontierReply({ answer: answer(), mostRows, weightsPerRow: 2, now }).table ?? [];

describe('a frontier reply', () => {
  it('speaks of gains where every split gains', () => {
    const given = answer();
    const gaining = points.map((each) => Object.assign(structuredClone(each), { cvar: each.cvar - 0.2 }));
    const withPoints = (some: typeof points) => say({ ...given, frontier: { ...given.frontier, points: some } });
    expect(withPoints(gaining)).toContain('For each average gain in the worst 5% of scenarios (CVaR)');
    expect(withPoints(gaining.slice(0, 1))).toContain('has both the highest average gain in the worst 5%');
    expect(withPoints([...gaining, ...points])).toContain('For each average loss in');
  });

  it('has a row for each split, for equal weights and for the limit, and states its sources', () => {
    expect(say(answer(0.08))).toMatchInlineSnapshot(`
      "Efficient frontier · 21 trading days · sample
      =============================================

      For each average loss in the worst 5% of scenarios (CVaR), the split with the highest expected profit: from the lowest CVaR to the highest expected profit. Expected profit is the least certain figure here.
      Under a limit of 8% the expected profit reaches at least +1.15%.
      /allocate shows the whole split for one limit, checked on scenarios that the optimiser has not seen.
      Asked: limit 8%, 21 trading days, alpha 95%.

                 CVaR  Profit  Largest weights
      lowest    4.00%  +0.40%  BBBB 70.0%, C 30.0%
                5.00%  +0.65%  BBBB 61.2%, C 26.3%
                6.00%  +0.90%  BBBB 52.5%, AAA 25.0%
      equal     6.55%  +0.81%  33.3% each
                7.00%  +1.15%  BBBB 43.8%, AAA 37.5%
      limit        8%          kept by the rows above
                8.00%  +1.40%  AAA 50.0%, BBBB 35.0%
                9.00%  +1.65%  AAA 62.5%, BBBB 26.2%
               10.00%  +1.90%  AAA 75.0%, BBBB 17.5%
               11.00%  +2.15%  AAA 87.5%, BBBB 8.8%
      highest  12.00%  +2.40%  AAA 100.0%

      Smallest limit that can be kept  4.04%
      Model                            trained until 2026-11-18 (filtered); skill −0.012, no better than the plain average
      Prices                           Yahoo Finance, until 2026-11-19 (1 day old).
      Scenarios                        14,000, seed 1

      Figures come from simulated scenarios and can be wrong. Not investment advice.
      "
    `);
  });

  it('says what past decisions came to, once there is a record', () => {
    const past = {
      scope: 'limit' as const,
      limits: [0.07, 0.08, 0.09],
      horizonDays: 21,
      alpha: 0.95,
      feasible: 252,
      dates: 84,
      violations: 8,
      realisedToLimit: 1.14,
      predicted: 0.0075,
      realised: 0.0061,
    };
    const text = say({ ...answer(0.08), past });
    expect(text).toMatch(/^Expected profits +past ones: predicted \+0\.75%, came true \+0\.61%$/m);
    expect(text).toMatch(
      /^Record +In 252 past decisions on 84 dates under 7–9% losses went beyond the value-at-risk in 3%, 5% promised;/m,
    );
    expect(text).not.toContain('least certain');
  });

  it('shows a limited number of splits, including both ends', () => {
    expect(rows(100)).toHaveLength(1 + 9 + 1);
    expect(rows(4)).toHaveLength(1 + 4 + 1);
    expect(rows(4)[1]).toMatch(/^lowest/);
    expect(rows(4).at(-1)).toMatch(/^highest/);
  });

  it('names the given number of weights', () => {
    expect(say(answer(), 100, 1)).toMatch(/^lowest +4\.00% +\+0\.40% {2}BBBB 70\.0%$/m);
    expect(say(answer(), 100, 3)).toMatch(/^ +5\.00% +\+0\.65% {2}BBBB 61\.2%, C 26\.3%, AAA 12\.5%$/m);
  });

  it('says that no split keeps a limit below the lowest CVaR', () => {
    const text = say(answer(0.02));
    expect(text).toContain('No split keeps a limit of 2%: the smallest that can be kept is 4.04%.');
    expect(text).toMatch(/^limit +2% +kept by no split\nlowest/m);
  });

  it('calls the limit the same in its sentence and in its row', () => {
    const text = say(answer(0.07125));
    expect(text).toContain('Under a limit of 7.125% the expected profit');
    expect(text).toMatch(/^limit +7\.125% +kept by the rows above$/m);
  });

  it('says that every split keeps a limit above the highest', () => {
    const text = say(answer(0.5));
    expect(text).toContain('Every split here keeps a limit of 50%.');
    expect(text).toMatch(/^highest .*\nlimit +50% +kept by the rows above$/m);
  });

  it('leaves open whether a smaller limit can be kept where the search ended early', () => {
    const given = answer(0.001);
    const text = say({ ...given, frontier: { ...given.frontier, minimumGap: 0.0042 } });
    expect(text).toContain('No split was found that keeps a limit of 0.1%');
    expect(text).toContain('another split may lose up to 0.42% less.');
    expect(text).not.toContain('that can be kept');
  });

  it('does not mention a limit when none was given', () => {
    expect(rows(9).join('\n')).not.toContain('limit');
  });

  it('calls a single split the only one', () => {
    const text = say(answer(0.05, points.slice(0, 1)));
    expect(text).toContain('One split of these assets has both');
    expect(text).toMatch(/^only +4\.00%/m);
    expect(text).toContain('Every split here keeps a limit of 5%.');
  });
});
