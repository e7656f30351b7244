import { describe, expect, it } from 'vitest';
import type { BacktestAnswer } from '../../../src/engine-service/answers.ts';
import type { LimitSummary } from '../../../src/engine/backtest/types.ts';
import { backtestReply } from '../../../src/commands/backtest/reply.ts';
import { backtestText } from '../../../src/commands/backtest/terminal-text.ts';
import { replyToText } from '../../../src/terminal/output.ts';
import { backtestAnswer, equalWeightAnswer } from '../../support/backtest-answer.ts';

const now = Date.parse('2024-01-15T12:00:00Z');
const usual = backtestAnswer();
const say = (answer: BacktestAnswer): string => replyToText(backtestReply({ answer, now }));

const plain: LimitSummary = { limit: 0.08, decisions: 50, feasible: 50, violations: 2, kupiecP: 0.8 };

/** With these limits in place of what came of them. */
const withLimits = (...byLimit: Partial<LimitSummary>[]): BacktestAnswer => ({
  ...usual,
  result: { ...usual.result, byLimit: byLimit.map((each) => Object.assign({}, plain, each)) },
});

describe('a backtest reply', () => {
  it('says so when no limit was broken', () => {
    const text = say(withLimits({ limit: 0.05, feasible: 1, violations: 0 }, { limit: 0.08, violations: 0 }));
    expect(text).toContain('No limit was broken even once.');
    expect(text).not.toContain('Broken most often');
  });

  it('has a row for each limit and each path, and states its sources', () => {
    expect(say(usual)).toMatchInlineSnapshot(`
      "Backtest · 21 trading days · us12
      =================================

      1 of 10 limits held, by Kupiec's test of how often value-at-risk was broken (5% of decisions may) and Acerbi and Szekely's test of how deeply, both at the 5% level. With few decisions the tests miss much. Broken most often: 11%, 10 of 50 times, against 2.5 promised.
      Could be kept: up to 2% on no date, 3% on 10 of 50 dates, from 7% on every date.
      Profit was overstated by 4.92 points: +5.47% per 21 trading days was predicted, +0.56% was realised before costs.
      Asked: 12 limits from 1% to 12%, 21 trading days, alpha 95%.

      Limit  Kept  Predicted    Real  Broken  Tail
      1%        0          –       –       –     –
      2%        0          –       –       –     –
      3%       10     +2.70%  +0.76%       2  1.18
      4%       15     +3.20%  +1.18%       2  1.19
      5%       23     +3.70%  +0.78%       4  1.03
      6%       32     +4.20%  +0.37%       5  1.18
      7%       50     +4.70%  +0.62%       9  1.21
      8%       50     +5.20%  +0.58%       9  1.20
      9%       50     +5.70%  +0.54%       9  1.20
      10%      50     +6.20%  +0.50%       9  1.19
      11%      50     +6.70%  +0.46%      10  1.14
      12%      50     +7.20%  +0.42%      10  1.14
      equal    50     +5.20%  +0.65%       8  0.97
      min      50     +3.69%  +0.70%       7  1.32

      Path   Per year  Drawdown  Sharpe
      3%       +6.41%    24.20%    0.46
      4%       +6.56%    24.20%    0.47
      5%       +6.53%    24.20%    0.45
      6%       +5.53%    24.20%    0.39
      7%       +5.09%    24.79%    0.35
      8%       +3.84%    28.20%    0.28
      9%       +2.51%    31.49%    0.22
      10%      +1.08%    34.68%    0.18
      11%      −0.42%    38.20%    0.14
      12%      −2.01%    41.70%    0.11
      equal    +6.05%    21.86%    0.41
      min      +6.82%    24.20%    0.49
      index    +3.92%    19.49%    0.30

      Period         2020-01-02 to 2024-01-11, 50 decisions
      Retraining     every 63 trading days, on all earlier days
      Costs          0.10% of the value traded, deducted in the paths only
      Index          ^IXIC
      Prices         Yahoo Finance, until 2024-01-11 (4 days old).
      Scenarios      5,000, seed 1
      In the tables  Kept: dates on which the limit could be kept. Predicted, Real: average profit on these dates. Broken: losses beyond value-at-risk. Tail: average of these losses, realised ÷ predicted; above 1 is worse than predicted. equal: equal weights. min: the least risky split on each date.

      What held in the past may not hold again. Not investment advice.
      "
    `);
  });

  it('warns when no limit could be kept, and shows the least risky split', () => {
    const none = backtestAnswer({ limits: [0.01] }, { decisions: 3, hasIndex: false });
    const reply = backtestReply({ answer: none, now });
    expect(reply.tone).toBe('warning');
    expect(reply.body).toContain('None of these limits could be kept on any date');
    expect(reply.table?.filter((line) => line.startsWith('1%'))).toEqual([
      '1%        0          –       –       –     –',
    ]);
    expect(reply.table?.filter((line) => line.startsWith('min'))).toHaveLength(2);
    expect(JSON.stringify(reply)).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('names a strategy that is not the default, and says that it did not keep what others could', () => {
    const some = backtestReply({ answer: equalWeightAnswer([0.04, 0.06, 0.09]), now });
    expect(some.title).toBe('Backtest · Equal weights · 21 trading days · us12');
    expect(some.body).toMatch(/^Every asset gets the same share of the money/);
    expect(some.body).toContain('Could be kept by this strategy: up to 6% on no date, from 9% on every date.');
    expect(JSON.stringify(some.fields)).toContain('dates on which the limit could be kept by this strategy.');

    const none = equalWeightAnswer([0.04, 0.055]);
    expect(backtestReply({ answer: none, now })).toMatchObject({
      tone: 'warning',
      body: expect.stringContaining('None of these limits could be kept by this strategy on any date. `min`'),
    });
    expect(backtestText(none, now)).toMatch(/^Backtest · Equal weights · 21 trading days · us12\n/);

    // Of limits so low, or at the smallest CVaR itself, it is true that no split could keep them.
    const impossible = equalWeightAnswer([0.02, 0.035]);
    expect(backtestReply({ answer: impossible, now }).body).toContain('None of these limits could be kept on any date');
  });

  it('counts a limit as held when chance explains its violations, or there are too few of them', () => {
    const text = say(
      withLimits(
        { limit: 0.05, violations: 9, kupiecP: 0.001 },
        { limit: 0.06, violations: 3, kupiecP: 0.7 },
        { limit: 0.07, violations: 0, kupiecP: 0.02 },
        { limit: 'min', violations: 20, kupiecP: 0 },
      ),
    );
    expect(text).toContain('2 of 3 limits held');
    expect(text).toContain('Broken most often: 5%, 9 of 50 times, against 2.5 promised.');
  });

  it('does not count a limit as held when its losses were deeper than chance explains', () => {
    const text = say(
      withLimits({ limit: 0.05, z2: -1.3, z2Critical: -1.2 }, { limit: 0.06, z2: -1.1, z2Critical: -1.2 }),
    );
    expect(text).toContain('1 of 2 limits held');
  });

  it('names no worst limit when none was broken', () => {
    const text = say(withLimits({ violations: 0 }, { limit: 0.1, violations: 0 }));
    expect(text).toContain('2 of 2 limits held');
    expect(text).toContain('No limit was broken even once.');
    expect(text).not.toContain('Broken most often');
  });

  it('explains the period when no first day was given', () => {
    const { from: _, ...request } = usual.request;
    expect(say({ ...usual, request })).toMatch(
      /Period .*50 decisions: the last three years, as far as there was enough data/,
    );
    expect(say(usual)).not.toContain('three years');
  });

  it.each([
    [0.05, 0.01, 'overstated by 4.00 points: +5.00% per 21 trading days was predicted, +1.00% was realised'],
    [0.01, 0.03, 'understated by 2.00 points'],
    [0.01, 0.0101, 'as predicted: +1.00%'],
    [0.01, -0.02, '−2.00% was realised'],
  ])('tells a profit of %d that was %d', (predicted, realised, words) => {
    expect(say(withLimits({ predicted, realised }))).toContain(words);
  });

  it('weighs limits by the dates on which they could be kept', () => {
    const text = say(
      withLimits(
        { feasible: 10, predicted: 0.05, realised: 0 },
        { limit: 0.1, feasible: 40, predicted: 0.1, realised: 0 },
      ),
    );
    expect(text).toContain('+9.00% per 21 trading days was predicted');
  });

  it.each<[string, BacktestAnswer]>([
    ['Every limit could be kept on every date.', withLimits({}, { limit: 0.1 })],
    [
      'Could be kept: 4% on 9 of 50 dates, 12% on 38 of 50 dates.',
      withLimits({ limit: 0.04, feasible: 9 }, { feasible: 27 }, { limit: 0.12, feasible: 38 }),
    ],
    ['Could be kept: 8% on 20 of 50 dates.', withLimits({ feasible: 20 })],
    ['Could be kept: up to 7% on no date, from 8% on every date.', withLimits({ limit: 0.07, feasible: 0 }, {})],
  ])('tells %s', (sentence, answer) => {
    expect(say(answer)).toContain(sentence);
  });

  it.each([
    [{ retrainDays: 0, window: 1000 }, 'at every decision, on the 1,000 days before'],
    [{ isWarmStarted: true }, 'every 63 trading days, on all earlier days, starting from the previous model'],
  ] as const)('tells how models were trained: %o', (changes, words) => {
    expect(say(backtestAnswer({ limits: [0.08], ...changes }, { decisions: 3 }))).toContain(words);
  });

  it('reports decisions that failed', () => {
    const answer = backtestAnswer(
      { limits: [0.08] },
      { decisions: 4, change: (choice, at) => (at === 1 ? { limit: choice.limit, status: 'failed' } : choice) },
    );
    expect(say(answer)).toContain('3 of 12 because of an error');
  });

  it('shows its pictures', () => {
    const image = { name: 'a.png', png: new Uint8Array(), description: 'A' };
    expect(backtestReply({ answer: usual, images: [image], now }).images).toEqual([image]);
    expect(backtestReply({ answer: usual, now })).not.toHaveProperty('images');
  });
});
