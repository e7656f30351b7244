import { describe, expect, it } from 'vitest';
import { parseCpcv, parseLimit, parseStrategies } from '../../../src/commands/compare/options.ts';
import { compareJson } from '../../../src/commands/compare/output.ts';
import { compareReply } from '../../../src/commands/compare/reply.ts';
import { compareText } from '../../../src/commands/compare/terminal-text.ts';
import type { CompareAnswer } from '../../../src/engine-service/compare.ts';
import { renderReply } from '../../../src/discord/render.ts';
import { replyToText } from '../../../src/terminal/output.ts';
import { compareAnswer } from '../../support/compare-answer.ts';

const now = Date.parse('2024-01-15T12:00:00Z');
const usual = compareAnswer();
const say = (answer: CompareAnswer): string => replyToText(compareReply({ answer, now }));

/** As many as there may be, with names as long as any. */
const many = compareAnswer(
  {},
  { names: ['cvar-lstm', 'minimum-cvar', 'minimum-variance', 'risk-parity', 'max-sharpe', 'rank', 'weekly-lstm'] },
);

/** With these figures of the first strategy in place of its own. */
function withFirst(changes: object, of = usual): CompareAnswer {
  const entries = Object.entries(of.comparison.strategies);
  const strategies = Object.fromEntries(
    entries.map(([name, figures], k) => [name, k === 0 ? Object.assign({}, figures, changes) : figures]),
  );
  return { ...of, comparison: { ...of.comparison, strategies } };
}

describe('a comparison in words', () => {
  it('has a row for each strategy and the index, within the width of an embed', () => {
    for (const answer of [usual, many]) {
      const { table = [] } = compareReply({ answer, now });
      for (const line of table) expect(Array.from(line).length).toBeLessThanOrEqual(40);
      expect(table.filter((line) => line.startsWith('equal-weight'))).toHaveLength(3);
      expect(table.filter((line) => line.startsWith('^IXIC'))).toHaveLength(3);
    }
  });

  it('says the whole of it, with risk beside profit, and no advice', () => {
    expect(say(usual)).toMatchInlineSnapshot(`
      "Comparison · 3 strategies · 21 trading days · us12
      ==================================================

      None of 2 strategies differs from equal weights (1/N) by more than chance, by a bootstrap of Sharpe ratios at the 5% level, with all 2 tried.
      The worst 5% of outcomes went beyond the limit of 8% on average by cvar-lstm (1.21 ×), minimum-cvar (1.23 ×) and equal-weight (1.19 ×). That is the mean of the worst 2.5 of 50 outcomes: too few to tell much.
      The limit could not be kept by cvar-lstm on 27 of 50 dates: there the least risky split was held instead of own weights.
      The most profit: cvar-lstm, +6.53% per year and a drawdown of 24.2%. The smallest drawdown: equal-weight, +6.05% per year and a drawdown of 21.9%.
      What had the best Sharpe ratio on half of the days fell below the median on the other half in 50% of 12,870 splits (probability of backtest overfitting; 50% is chance).
      Asked: limit 8%, 21 trading days, alpha 95%.

                    Return   Drop  Sharpe
      cvar-lstm      +6.5%  24.2%    0.45
      minimum-cvar   +5.5%  24.2%    0.39
      equal-weight   +6.1%  21.9%    0.41
      ^IXIC          +3.9%  19.5%    0.30

                     Vol.  Sortino  Calmar
      cvar-lstm     17.1%     0.66    0.27
      minimum-cvar  18.3%     0.55    0.23
      equal-weight  18.2%     0.60    0.28
      ^IXIC         18.7%     0.43    0.20

                    Tail    p  all  Luck
      cvar-lstm     1.21  .53  .68  0.19
      minimum-cvar  1.23  .28  .38  0.23
      equal-weight  1.19    –    –  0.22
      ^IXIC         1.00  .68    –     –

      Period                  2020-01-02 to 2024-01-11, 50 decisions
      Terms                   New weights every 21 days, after costs of 0.10%, the same for all
      Kept, broken, turnover  cvar-lstm 23 of 50, 4 broken, turnover 0.9; minimum-cvar 32 of 50, 5 broken, turnover 0.8; equal-weight 8 broken, turnover 0.8
      Index                   ^IXIC
      Prices                  Yahoo Finance, until 2024-01-11 (4 days old).
      Scenarios               5,000, seed 1
      In the tables           Return, Vol.: profit and volatility per year. Drop: largest drawdown. All after costs. Tail: CVaR ÷ the limit. CVaR: the mean of the worst outcomes, before costs; ÷ the limit, at most about 1 is a promise kept. p: how often chance alone makes a Sharpe ratio differ so much from that of equal-weight (1/N); all: the most different one of those compared. Luck: the probability that the best of as many without skill shows such a Sharpe ratio. What was tried elsewhere is not counted. Kept: decisions that could keep the limit. Broken: losses beyond value-at-risk. Turnover: portfolios traded per year.

      What held in the past may not hold again. Nothing is tuned on this comparison. Not investment advice.
      "
    `);
  });

  it('fits into one message with as many strategies as there may be', () => {
    const { embeds } = JSON.parse(JSON.stringify(renderReply(compareReply({ answer: many, now }))));
    const text = JSON.stringify(embeds[0]);
    expect(text.length).toBeLessThan(6_500);
    for (const part of ['In the tables', 'weekly-lstm', 'of 50, ', 'Not investment advice'])
      expect(text).toContain(part);
  });

  it('says which differ from equal weights, and which would had nothing else been tried', () => {
    const found = say(withFirst({ sharpe: 9, against: { p: 0.001, pTried: 0.002, t: 3 } }));
    expect(found).toContain(
      'cvar-lstm did better than equal weights (1/N), by a bootstrap of Sharpe ratios at the 5% level',
    );
    const worse = say(withFirst({ sharpe: -9, against: { p: 0.001, pTried: 0.002, t: -3 } }));
    expect(worse).toContain('cvar-lstm did worse than equal weights (1/N)');
    const alone = say(withFirst({ against: { p: 0.03, pTried: 0.06, t: 2 } }));
    expect(alone).toContain('None of 2 strategies differs from equal weights (1/N) by more than chance');
    expect(alone).toContain('cvar-lstm would, had nothing else been tried.');
  });

  it('says who went beyond the limit, and that a few outcomes tell little', () => {
    expect(say(withFirst({ realisedToLimit: 1.27 }))).toMatch(
      /beyond the limit of 8% on average by cvar-lstm \(1\.27 ×\)/,
    );
    expect(say(usual)).toContain('the worst 2.5 of 50 outcomes: too few to tell much');
    const long = { ...usual, comparison: { ...usual.comparison, tail: 6 } };
    expect(say(long)).not.toContain('too few');
    const free = compareAnswer({ limit: 'unlimited' });
    expect(say(free)).not.toContain('limit of');
    expect(say(free)).toContain('No limit was set.');
  });

  it('says where strategies held the least risky split instead of their own weights', () => {
    const said = (feasible: number): string => say(withFirst({ feasible, decisions: 50 }, many));
    expect(said(0)).toContain('The limit could not be kept by cvar-lstm on 50 of 50 dates');
    const none = Object.entries(many.comparison.strategies).map(([name, one]) => [name, { ...one, feasible: 0 }]);
    const same = { ...many, comparison: { ...many.comparison, strategies: Object.fromEntries(none) } };
    expect(say(same)).toContain(
      'max-sharpe, rank and weekly-lstm on 50 of 50 dates: there the least risky split was held instead of own weights.',
    );
    expect(say(same)).not.toMatch(/could not be kept by.*equal-weight/);
    expect(say(compareAnswer({ limit: 'unlimited' }))).not.toContain('could not be kept');
    const kept = none.map(([name, one]) => [name, { ...Object(one), feasible: 50 }]);
    const all = { ...many, comparison: { ...many.comparison, strategies: Object.fromEntries(kept) } };
    expect(say(all)).not.toContain('could not be kept');
  });

  it('says what was not decided, in amber', () => {
    expect(say(usual)).not.toContain('Not decided');
    const failed = withFirst({ failed: 3 });
    expect(say(failed)).toMatch(/Not decided +cvar-lstm 3 of 50, because of an error/);
    expect([usual, failed].map((answer) => compareReply({ answer, now }).tone)).toEqual(['answer', 'warning']);
  });

  it('says what cross-validation does, and that decisions are not made anew', () => {
    const text = compareText(compareAnswer({}, { cpcv: { groups: 10, training: 8 } }), now);
    expect(text).toContain('45 splits of 10 groups of days, 8 for training.');
    expect(text).toContain('over 9 paths of test days. Decisions stay as they were made');
    expect(text).toContain('Sharpe on test days');
  });
});

describe('the JSON of a comparison', () => {
  it('has the contract', () => {
    const json = JSON.parse(JSON.stringify(compareJson(compareAnswer({}, { cpcv: { groups: 10, training: 8 } }))));
    expect(Object.keys(json.strategies)).toEqual(['cvar-lstm', 'minimum-cvar', 'equal-weight']);
    const keys = ['annualReturn', 'volatility', 'sharpe', 'sortino', 'maxDrawdown', 'calmar', 'turnover', 'cvar'];
    for (const figures of Object.values<Record<string, unknown>>(json.strategies)) {
      for (const key of [...keys, 'realisedToLimit', 'violations', 'decisions', 'deflatedSharpe', 'feasible'])
        expect(figures[key]).toEqual(expect.any(Number));
    }
    expect(json.strategies['cvar-lstm'].against).toEqual({
      p: expect.any(Number),
      pTried: expect.any(Number),
      t: expect.any(Number),
    });
    expect(json.index).toMatchObject({ ticker: '^IXIC', against: { p: expect.any(Number), t: expect.any(Number) } });
    expect(json).toMatchObject({
      status: 'compared',
      tried: 3,
      from: '2020-01-02',
      until: '2024-01-11',
      seconds: 151.2,
      limit: 0.08,
      benchmark: 'equal-weight',
      overfitting: { probability: expect.any(Number), blocks: 16, splits: 12_870 },
      cpcv: { splits: 45, paths: 9, chosen: { median: expect.any(Number) } },
    });
  });
});

describe('the options of a comparison', () => {
  it('are strategies by name, one limit or none, and groups of days', () => {
    expect(parseStrategies('minimum-cvar, CVAR-LSTM minimum-cvar').map(({ id }) => id)).toEqual([
      'minimum-cvar',
      'cvar-lstm',
    ]);
    expect([parseLimit('8%', 'terminal'), parseLimit(' None ', 'terminal')]).toEqual([0.08, 'unlimited']);
    expect(parseCpcv('10,8')).toEqual({ groups: 10, training: 8 });
  });

  it.each<[() => unknown, string, string]>([
    [() => parseStrategies('cvar-lstm, best'), 'strategies', 'There is no strategy "best"'],
    [() => parseStrategies(' , '), 'strategies', 'strategies takes names separated by commas'],
    [() => parseLimit('4%,8%', 'terminal'), 'limits', 'limits takes one limit for all strategies'],
    [() => parseLimit('8', 'terminal'), 'limits', 'a bare 8 is unclear'],
    [() => parseCpcv('10'), 'cpcv', 'such as 10,8; got "10"'],
    [() => parseCpcv('10,10'), 'cpcv', 'how many of them are for training'],
    [() => parseCpcv('30,28'), 'cpcv', '4 to 16'],
  ])('are refused with one sentence', (parse, option, sentence) => {
    expect(parse).toThrow(expect.objectContaining({ option, message: expect.stringContaining(sentence) }));
  });
});
