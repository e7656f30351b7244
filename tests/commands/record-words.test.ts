import { describe, expect, it } from 'vitest';
import {
  limitRange,
  pastProfit,
  pastSentence,
  profitSentence,
  recordSentence,
} from '../../src/commands/record-words.ts';
import type { Past } from '../../src/engine/record/past.ts';
import type { RecordSummary } from '../../src/engine/record/record.ts';
import { atMost } from '../support/constraints.ts';
import { mandateOver } from '../support/mandate.ts';
import { recordAnswer } from '../support/record-answer.ts';

const month = mandateOver(21);

const past = (changes: Partial<Past> = {}): Past => ({
  scope: 'limit',
  limits: [0.07, 0.08, 0.09],
  horizonDays: 21,
  alpha: 0.95,
  feasible: 178,
  dates: 60,
  violations: 7,
  realisedToLimit: 1.049,
  predicted: 0.014,
  realised: 0.0162,
  within: 0.042,
  worst: { date: '2020-03-02', limit: 0.15, loss: 0.2871 },
  ...changes,
});

describe('what a record says beside an answer', () => {
  it('is how often, how deep and the worst, and which limits it is about', () => {
    expect(pastSentence(past(), month)).toBe(
      'In 178 past decisions on 60 dates under 7–9% losses went beyond the value-at-risk in 4%, 5% promised; ' +
        'the worst 5% lost 1.05 × the limit; the worst under any limit lost 29% under 15%.',
    );
    expect(pastSentence(past({ limits: [0.03], dates: 178 }), month)).toContain('178 past decisions under 3% losses');
  });

  it('names the universe, or many, where its limit has too few decisions', () => {
    const universe = pastSentence(past({ scope: 'universe', limits: [0.05, 0.06] }), month);
    expect(universe).toContain('In 178 past decisions on 60 dates of this universe under 5–6% losses');
    expect(universe).toContain('the worst one lost 29% under 15%.');
    const { limits: _, ...all } = past({ scope: 'all', feasible: 1020, dates: 100 });
    expect(pastSentence(all, month)).toContain(
      'In 1,020 past decisions on 100 dates of up to 50 universes (this one has too few) losses',
    );
  });

  it('names its own horizon and confidence where they are others', () => {
    expect(pastSentence(past({ horizonDays: 63 }), mandateOver(42))).toContain(
      'In 178 past decisions on 60 dates over 63 days under 7–9%',
    );
    expect(pastSentence(past({ alpha: 0.9 }), month)).toContain(
      'under 7–9% (at alpha 90%) losses went beyond the value-at-risk in 4%, 10% promised; the worst 10% lost',
    );
    const bounded = { ...month, constraints: [atMost(0.3)] };
    expect(pastSentence(past(), bounded)).toContain('under 7–9% (without bounds) losses');
    const costly = { ...month, constraints: [{ kind: 'cost', rate: 0.001 } as const] };
    expect(pastSentence(past(), costly)).toContain('under 7–9% losses');
    expect(pastProfit(past({ alpha: 0.9 }), bounded)).toContain('past ones (without bounds, at alpha 90%): predicted');
  });

  it('has no worst one when nothing was lost', () => {
    const worst = { date: '2020-03-02', limit: 0.05, loss: -0.01 };
    expect(pastSentence(past({ worst }), month)).toMatch(/1\.05 × the limit\.$/);
  });

  it('stands beside the expected profit with what predictions came to', () => {
    expect(pastProfit(past(), month)).toBe('past ones: predicted +1.40%, came true +1.62%, two in three within ±4.20%');
    expect(pastProfit(past({ scope: 'all', horizonDays: 5 }), mandateOver(8))).toBe(
      'past ones over 5 days of up to 50 universes: predicted +1.40%, came true +1.62%, two in three within ±4.20%',
    );
  });
});

describe('the sentences of a record', () => {
  const { record } = recordAnswer();

  it('count decisions and dates', () => {
    expect(recordSentence(record, 0.95)).toMatch(
      /^In 1,273 past decisions on 120 dates under 5–15% losses went beyond/,
    );
  });

  it('say so when no limit could be kept', () => {
    const none = recordAnswer({ dates: 12, smallest: 0.3 }).record;
    expect(recordSentence(none, 0.95)).toBe('None of these limits could be kept on any of 12 past dates.');
    expect(profitSentence(none.pooled)).toBe('');
  });

  it.each([
    [0.4, ', a difference that chance explains.'],
    [-2.5, ', more than chance explains.'],
    [undefined, ' came true.'],
  ])('leave to chance what chance explains: t %s', (t, end) => {
    const { tPredictedMinusRealised: _, ...rest } = record.pooled;
    const pooled: RecordSummary['pooled'] = t === undefined ? rest : { ...rest, tPredictedMinusRealised: t };
    expect(profitSentence(pooled).endsWith(end)).toBe(true);
  });
});

it('limits are named by their ends', () => {
  expect(limitRange([0.08])).toBe('8%');
  expect(limitRange([0.07125, 0.08, 0.09])).toBe('7.125–9%');
});
