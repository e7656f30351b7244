import { describe, expect, it } from 'vitest';
import { withLimit, withoutLimit } from '../../../src/engine/mandate.ts';
import { missedBy } from '../../../src/engine/missed.ts';
import { riskProblem } from '../../../src/engine/optimize/problem.ts';
import { buy, type Order } from '../../../src/engine/purchase.ts';
import { createJudge, type MeasuredPortfolio } from '../../../src/engine/samples.ts';
import type { Matrix } from '../../../src/engine/types.ts';
import type { AllocateAnswer } from '../../../src/engine-service/answers.ts';
import type { Holdings } from '../../../src/engine-service/holdings.ts';
import { DEFAULT_STRATEGY } from '../../../src/engine/strategies/index.ts';
import { DEFAULT_SAMPLING } from '../../../src/parse.ts';
import { allocateJson } from '../../../src/commands/allocate/terminal.ts';
import { allocationReply } from '../../../src/commands/allocate/reply.ts';
import { replyToText } from '../../../src/terminal/output.ts';
import { atLeast, atMost, inWords } from '../../support/constraints.ts';
import { mandateOver } from '../../support/mandate.ts';

const best: MeasuredPortfolio = {
  weights: [0.7, 0.2996, 0.0004],
  expectedReturn: 0.0234,
  cvar: 0.0795,
  valueAtRisk: 0.055,
  leastLimit: 0.08,
  freshCvar: 0.0792,
  standardError: 0.00056,
};
const minimum: MeasuredPortfolio = {
  weights: [0.1, 0.2, 0.7],
  expectedReturn: 0.004,
  cvar: 0.0431,
  valueAtRisk: 0.031,
  leastLimit: 0.0439,
  freshCvar: 0.0428,
  standardError: 0.0004,
};

const equal: MeasuredPortfolio = {
  weights: [1 / 3, 1 / 3, 1 / 3],
  expectedReturn: 0.01,
  cvar: 0.055,
  valueAtRisk: 0.04,
  leastLimit: 0.0558,
  freshCvar: 0.0554,
  standardError: 0.0005,
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
  allocation: { status: 'optimal', portfolio: best, minimum, outcomes: [] },
  equalWeight: equal,
  model: { trainedUntil: '2026-11-18', skill: -0.0123, recipe: 'filtered', kappa: 1 },
  prices: { source: 'Yahoo Finance', from: '2016-01-04', until: '2026-11-19', stale: false, notes: [] },
  seconds: { prices: 0, model: 0, scenarios: 0, optimize: 0, total: 0 },
  ...changes,
});

/** 10,000 USD in shares of 1,500, 40 and 3,000. */
const holdings = (changes: Partial<Holdings> = {}): Holdings => ({
  amount: 10_000,
  currency: 'USD',
  units: [4, 75, 0],
  values: [6000, 3000, 0],
  cash: 1000,
  cost: 0,
  missed: [],
  allowsMore: false,
  prices: [1500, 40, 3000],
  lotPrices: [1500, 40, 3000],
  isFractional: [false, false, false],
  portfolio: {
    weights: [0.6, 0.3, 0],
    expectedReturn: 0.0211,
    cvar: 0.0712,
    valueAtRisk: 0.0488,
    leastLimit: 0.0718,
    freshCvar: 0.0709,
    standardError: 0.0005,
  },
  ...changes,
});

const losing: Matrix = { rows: 2, cols: 3, data: Float64Array.of(-0.2, -0.2, -0.2, 0.1, 0.1, 0.1) };

/** What the money really buys, of shares at 1,500, 40.004 and 3,000. */
async function boughtFor(amount: number, changes: Partial<Order> = {}): Promise<Holdings> {
  const order = {
    weights: best.weights,
    amount,
    closes: [1500, 40.004, 3000],
    decimals: [0, 0, 0],
    tickers: answer().tickers,
    mandate: mandateOver(21),
    limit: Infinity,
    ...changes,
  };
  const { closes, decimals } = order;
  const { portfolio, ...bought } = await buy(order, { scenarios: losing });
  return {
    ...bought,
    portfolio: createJudge(losing, order.mandate.risk.alpha)(portfolio),
    amount,
    currency: 'USD',
    prices: closes,
    lotPrices: closes.map((close, j) => close / 10 ** decimals[j]!),
    isFractional: decimals.map((count) => count > 0),
  };
}

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

      The average loss in the worst 5% of scenarios is 7.95% (CVaR), within the limit of 8%.
      Asked: limit 8%, 21 trading days, alpha 95%.

      Asset  Weight
      AAA     70.0%
      BBBB    30.0%
      C       <0.1%

      Expected profit                  +2.34%, the least certain figure here
      CVaR 95%                         7.95% (limit 8%), an average: single losses can be larger
      Value-at-risk 95%                5.50%
      CVaR on fresh scenarios          7.92% ± 0.06%
      Smallest limit that can be kept  4.39%
      Equal weights instead            +1.00% expected, CVaR 5.50%
      Model                            trained until 2026-11-18 (filtered); skill −0.012, no better than the plain average
      Prices                           Yahoo Finance, until 2026-11-19 (1 day old).
      Scenarios                        14,000, seed 1

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
    expect(say({ allocation: { status: 'optimal', portfolio: worse, minimum, outcomes: [] } })).toContain(
      'On scenarios that the optimiser has not seen it is 8.12%: above the limit.',
    );
    expect(say()).not.toContain('above the limit');
  });

  it('says first that no split keeps the limit', () => {
    expect(say({ allocation: { status: 'infeasible', portfolio: minimum, minimum, outcomes: [] } }))
      .toMatchInlineSnapshot(`
        "No split keeps a limit of 8% · 21 trading days · sample
        =======================================================

        The smallest limit that can be kept is 4.39%: the least risky split, below, has an average loss of 4.31% in the worst 5% of scenarios (CVaR), and a margin covers the error of simulation.
        Asked: limit 8%, 21 trading days, alpha 95%.

        Asset  Weight
        C       70.0%
        BBBB    20.0%
        AAA     10.0%

        Expected profit                  +0.40%, the least certain figure here
        CVaR 95%                         4.31% (limit 8%), an average: single losses can be larger
        Value-at-risk 95%                3.10%
        CVaR on fresh scenarios          4.28% ± 0.04%
        Smallest limit that can be kept  4.39%
        Equal weights instead            +1.00% expected, CVaR 5.50%
        Model                            trained until 2026-11-18 (filtered); skill −0.012, no better than the plain average
        Prices                           Yahoo Finance, until 2026-11-19 (1 day old).
        Scenarios                        14,000, seed 1

        Figures come from simulated scenarios and can be wrong. Not investment advice.
        "
      `);
  });

  it('shows the least risky split on request, whatever the limit', () => {
    const text = say({
      request: by('minimum-cvar'),
      allocation: { status: 'optimal', portfolio: minimum, minimum, outcomes: [] },
    });
    expect(text).toMatch(/^Least risky split · 21 trading days · sample/);
    expect(text).toContain(
      'Of all allowed splits of these assets, this one is the least risky. The average loss in the worst 5% of scenarios is 4.31% (CVaR).',
    );
    expect(text).toMatch(/^CVaR 95% +4\.31%, an average: single losses can be larger$/m);
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
      expect(reply.body?.replaceAll('**', '').split('\n')[0]?.endsWith(ending)).toBe(true);
      expect(reply.fields).toContainEqual({ name: 'Smallest limit that can be kept', value: '4.39%' });
    },
  );

  it('says that no split keeps the limit if the least risky one does not, whichever strategy found it', () => {
    const allocation = { status: 'infeasible', portfolio: minimum, minimum, outcomes: [] } as const;
    expect(say({ request: by('minimum-cvar', 0.03), allocation })).toMatch(/^No split keeps a limit of 3% · /);
  });

  it('shows what the amount buys, and money beside percentages', () => {
    expect(say({ holdings: holdings() })).toMatchInlineSnapshot(`
      "Split within 8% · 21 trading days · sample
      ==========================================

      The average loss in the worst 5% of scenarios is 7.95% (CVaR), within the limit of 8%. With what 10,000.00 USD buys, in the worst 5% of scenarios you lose 712 USD on average; the expected profit is 211 USD.
      Asked: limit 8%, 21 trading days, alpha 95%.

      Asset  Weight       USD  Shares
      AAA     70.0%  6,000.00       4
      BBBB    30.0%  3,000.00      75
      C       <0.1%      0.00       0
      Cash           1,000.00

      Expected profit                  +2.34%, the least certain figure here; as bought +2.11%, 211 USD
      CVaR 95%                         7.95% (limit 8%), an average: single losses can be larger; as bought 7.12%, 712 USD
      Value-at-risk 95%                5.50%; as bought 4.88%, 488 USD
      CVaR on fresh scenarios          7.92% ± 0.06%; as bought 7.09%, 709 USD
      Smallest limit that can be kept  4.39%
      Equal weights instead            +1.00% expected, CVaR 5.50%
      Cash                             Buying more would break the limit.
      Too small for a share            4.00 USD buys no share of C at 3,000.00.
      Model                            trained until 2026-11-18 (filtered); skill −0.012, no better than the plain average
      Prices                           Yahoo Finance, until 2026-11-19 (1 day old).
      Scenarios                        14,000, seed 1

      Figures come from simulated scenarios and can be wrong. Not investment advice.
      "
    `);
  });

  it('says why cash is left that would pay for a share', () => {
    const field = /^Cash +Buying more would break the limit\.$/m;
    expect(say({ holdings: holdings({ cash: 39.99 }) })).not.toMatch(field);
    expect(say({ holdings: holdings({ cash: 40 }) })).toMatch(field);
    const isFractional = [false, true, false];
    expect(say({ holdings: holdings({ cash: 9.99, isFractional }) })).not.toMatch(field);
    expect(say({ holdings: holdings({ cash: 10, isFractional }) })).toMatch(field);
  });

  it('says why cash is left though more would fit', () => {
    const open = { cash: 50, allowsMore: true };
    expect(say({ holdings: holdings(open) })).toMatch(/^Cash +Buying more would not come nearer to these weights\.$/m);
    const text = say({ holdings: holdings({ ...open, isMostProfitable: true }) });
    expect(text).toMatch(/^Cash +Buying more would not raise the expected profit\.$/m);
    expect(text).toContain('these are the whole shares with the highest expected profit found within the limit.');
  });

  it('shows what is bought for its expected profit though it has no weight', () => {
    const text = say({ holdings: holdings({ units: [2, 75, 1], values: [3000, 3000, 3000], isMostProfitable: true }) });
    expect(text).toMatch(/^C +<0.1% +3,000.00 +1$/m);
  });

  it('says what is gained where even the worst cases gain, and that a loss is expected', () => {
    const portfolio = { ...holdings().portfolio, cvar: -0.005, expectedReturn: -0.001 };
    expect(say({ holdings: holdings({ portfolio }) })).toContain(
      'With what 10,000.00 USD buys, even in the worst 5% of scenarios you gain 50.00 USD on average; the expected loss is 10.00 USD.',
    );
  });

  it('shows units of coins, and names no currency that it does not know', () => {
    const { currency: _currency, ...others } = holdings({
      units: [4, 0.078125, 0],
      isFractional: [false, true, false],
    });
    const text = say({ holdings: others });
    expect(text).toMatch(/Asset +Weight +Money +Units/);
    expect(text).toMatch(/BBBB +30.0% +3,000.00 +0.078125/);
    expect(text).toContain('you lose 712 on average');
  });

  it('says that nothing is bought instead of showing zeros', async () => {
    const text = say({ holdings: await boughtFor(39) });
    expect(text).toContain(
      'Too small for a share            27.30 USD buys no share of AAA at 1,500.00; 11.68 USD buys no share of BBBB at 40.01; 1 other weight is too small too.',
    );
    expect(text).not.toMatch(/Shares|as bought|you lose|^Cash/m);
  });

  it('says what buys the first share, to the cent', async () => {
    expect(say({ holdings: await boughtFor(40) })).toContain(
      '40.00 USD buys no share of anything; the cheapest here, a share of BBBB, costs 40.01 USD.',
    );
    expect((await boughtFor(40.01)).units).toEqual([0, 1, 0]);
    expect(say({ holdings: await boughtFor(40.01) })).toContain('With what 40.01 USD buys, ');
  });

  it.each([
    ['the limit', [], { limit: 0.08 }],
    ['the limit or a constraint', [atMost(0.5)], {}],
  ])('says so where the money would do, but %s forbids it', async (why, constraints, changes) => {
    const { request } = answer();
    const mandate = { ...request.mandate, constraints };
    const nothing = await boughtFor(60, { mandate, ...changes });
    expect(nothing.units).toEqual([0, 0, 0]);
    const text = say({ request: { ...request, mandate }, holdings: nothing });
    expect(text).toContain(`60.00 USD would pay for a share of BBBB, but that would break ${why}.`);
    expect(text).not.toContain('costs');
    expect((await boughtFor(60)).units).toEqual([0, 1, 0]);
  });

  it('names what the shares bought do not keep, in its own words, with what it is', async () => {
    const { request, tickers } = answer();
    const constraints = [
      ...inWords('BBBB >= 60%; 2 * C >= AAA + 10%; BBBB = 30%; behind AAA <= 1%', tickers),
      atLeast(0.05),
      atMost(0.9),
    ];
    const missed = missedBy({
      tickers,
      mandate: { constraints },
      weights: [0.45, 0.5, 0],
      problem: riskProblem(losing, tickers, {
        constraints: inWords('behind AAA <= 1%', tickers),
        risk: { alpha: 0.5 },
      }),
    });
    const bought = { ...(await boughtFor(10_000)), missed };
    expect(say({ request, holdings: bought })).toMatch(
      /^Not kept as bought +BBBB >= 60% \(50\.00%\); 2 \* C >= AAA \+ 10% \(missed by 55\.00%\); BBBB = 30% \(50\.00%\); at least 5% per asset \(C 0\.00%\)\.$/m,
    );
    expect(allocateJson(answer({ holdings: bought }))).toMatchObject({
      bought: {
        missed: [{ constraint: constraints[0], value: 0.5 }, { value: -0.45 }, {}, { assets: [{ ticker: 'C' }] }],
      },
    });
    expect(allocateJson(answer({ holdings: holdings() }))).not.toHaveProperty('bought.missed');
  });

  it('speaks of the smallest part of a coin', async () => {
    const coin = { decimals: [0, 3, 0], closes: [1500, 4004, 3000] };
    expect(say({ holdings: await boughtFor(4, coin) })).toContain(
      '4.00 USD buys no share of anything; the cheapest here, the smallest part of BBBB, costs 4.01 USD.',
    );
    expect((await boughtFor(4.01, coin)).units).toEqual([0, 0.001, 0]);
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

describe('a strategy whose own weights do not keep the limit', () => {
  const strategy = { id: 'risk-parity', params: {} };
  const allocation: AllocateAnswer['allocation'] = { status: 'optimal', portfolio: best, minimum, outcomes: [] };
  const request = { ...answer().request, strategy };

  it('says how much of the money is placed otherwise', () => {
    const sentence =
      'To keep the limit, 12.3% of the money is placed otherwise than this strategy alone would place it.';
    expect(say({ request, allocation: { ...allocation, moved: 0.1234 } })).toContain(sentence);
    expect(say({ request, allocation })).not.toContain('otherwise');
  });

  it('has it in its JSON, and nothing where the weights are its own', () => {
    const moved = answer({ request, allocation: { ...allocation, moved: 0.1234 } });
    expect(allocateJson(moved)).toMatchObject({ status: 'optimal', strategy: 'risk-parity', moved: 0.1234 });
    expect(JSON.stringify(allocateJson(answer({ request, allocation })))).not.toContain('moved');
  });
});

describe('a search for few assets that ended early', () => {
  it('says by how much more another split may earn', () => {
    const allocation: AllocateAnswer['allocation'] = { status: 'optimal', portfolio: best, minimum, outcomes: [] };
    const sentence = 'It is the best found: the search ended early, and another split may earn up to 0.13% more.';
    expect(say({ allocation: { ...allocation, gap: 0.00123 } })).toContain(sentence);
    expect(say({ allocation })).not.toContain('best found');
  });

  it('leaves open whether a limit can be kept', () => {
    const allocation: AllocateAnswer['allocation'] = {
      status: 'infeasible',
      portfolio: minimum,
      minimum,
      minimumGap: 0.004,
      outcomes: [],
    };
    const text = say({ allocation, request: by(DEFAULT_STRATEGY.id, 0.04) });
    expect(text).toContain('No split was found that keeps a limit of 4%');
    expect(text).toContain('the search ended early, and another split may lose up to 0.40% less.');
    expect(text).toContain('Smallest limit found');
    expect(text).not.toContain('that can be kept');
  });
});

it('says what the trades to the split cost', () => {
  const { request } = answer();
  const mandate = { ...request.mandate, constraints: [{ kind: 'cost', rate: 0.002 } as const] };
  expect(say({ request: { ...request, mandate } })).toContain('+2.34%, after 0.2% for trades, the least certain');
});

it('does not count the index of a benchmark among what is not held', () => {
  const portfolio = { ...best, weights: [0.6, 0.4, 0, 0] };
  const changes: Partial<AllocateAnswer> = {
    tickers: ['AAA', 'BBBB', 'C', '^GSPC'],
    allocation: { status: 'optimal', portfolio, minimum, outcomes: [] },
  };
  expect(JSON.stringify(allocationReply({ answer: answer(changes), now: 0 }))).toContain('1 other at 0%');
});
