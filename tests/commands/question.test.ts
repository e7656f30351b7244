import { describe, expect, it } from 'vitest';
import { SIZES } from '../../src/charts/theme.ts';
import { allocationChart } from '../../src/commands/allocate/chart.ts';
import { extrapolation } from '../../src/commands/extrapolation.ts';
import { boundedSentence, describeQuestion, restate, type Question } from '../../src/commands/question.ts';
import { describeSavedQuery } from '../../src/commands/saved-query.ts';
import type { Constraint } from '../../src/engine/constraints/index.ts';
import { chooseStrategy } from '../../src/engine/strategies/index.ts';
import { chartInput, layOut } from '../support/charts.ts';
import { mandateOver } from '../support/mandate.ts';

const atMost: Constraint = { kind: 'max-weight', weight: 0.4 };
const atLeast: Constraint = { kind: 'min-weight', weight: 0.02 };
const mandate = { ...mandateOver(21, { limit: 0.07125 }), constraints: [atMost, atLeast] };

describe('a question', () => {
  it.each<[Question, string]>([
    [{ mandate: mandateOver(1) }, '1 trading day, alpha 95%'],
    [{ mandate }, 'limit 7.125%, 21 trading days, alpha 95%, at least 2% per asset, at most 40% per asset'],
    [
      { mandate, settingsUsed: { parts: ['max-weight'] } },
      "limit 7.125%, 21 trading days, alpha 95%, at least 2% per asset; at most 40% per asset, from this server's settings",
    ],
    [
      { mandate, settingsUsed: { parts: ['horizon', 'alpha', 'max-weight'], isEarlier: true } },
      "limit 7.125%, at least 2% per asset; 21 trading days, alpha 95% and at most 40% per asset, from the server's settings at that time",
    ],
    [
      { mandate: mandateOver(21), settingsUsed: { parts: ['horizon', 'alpha'] } },
      "21 trading days and alpha 95%, from this server's settings",
    ],
    [
      { mandate: mandateOver(21), settingsUsed: { parts: ['horizon'], leftOut: ['tech <= 40%'] } },
      "alpha 95%; 21 trading days, from this server's settings; without tech <= 40% of this server's settings, which names other assets",
    ],
    [{ mandate: mandateOver(21), limits: [0.08] }, 'limit 8%, 21 trading days, alpha 95%'],
    [{ mandate: mandateOver(21), limits: [0.04, 0.05, 0.08] }, '3 limits from 4% to 8%, 21 trading days, alpha 95%'],
    [{ mandate: { constraints: [atMost], risk: { alpha: 0.9 } } }, 'alpha 90%, at most 40% per asset'],
    [
      { mandate: mandateOver(1), strategy: chooseStrategy('weekly-lstm', { target: 'price' }) },
      '1 trading day, alpha 95%, strategy weekly-lstm, target price',
    ],
    [
      { mandate: mandateOver(1), strategy: chooseStrategy('rank', { trees: '20' }) },
      '1 trading day, alpha 95%, strategy rank, trees 20',
    ],
  ])('is restated whole, with what came from the settings: %j', (question, text) => {
    expect(describeQuestion(question)).toBe(text);
  });

  it('that was stored before its source was is restated without it', () => {
    expect(describeSavedQuery({ universe: 'us12', mandate })).toBe(
      'limit 7.125%, us12, 21 trading days, alpha 95%, at least 2% per asset, at most 40% per asset',
    );
  });

  it('that was stored does not claim that the settings are still the same', () => {
    expect(describeSavedQuery({ universe: 'us12', mandate, settingsUsed: { parts: ['max-weight'] } })).toMatch(
      /; at most 40% per asset, from the server's settings at that time$/,
    );
  });

  it('has bounds that an impossible answer blames, or none', () => {
    const sentence = 'The average loss cannot be brought below 5%.';
    expect(boundedSentence(mandate, sentence)).toBe(
      'Within these bounds, the average loss cannot be brought below 5%.',
    );
    expect(boundedSentence(mandateOver(21), sentence)).toBe(sentence);
  });
});

describe('extrapolation', () => {
  it.each([
    [63, [0.05, 0], []],
    [64, [0.05], ['Extrapolation: the model was not judged on horizons of more than 63 trading days.']],
    [21, [0.05, -0.51], ['Extrapolation: the model was not judged on gains even in the worst cases.']],
    [
      252,
      [-0.51],
      [
        'Extrapolation: the model was not judged on horizons of more than 63 trading days and gains even in the worst cases.',
      ],
    ],
    // It is shown as 0.00%.
    [21, [-0.00001], []],
  ])('is said of %d days and a CVaR of %j', (horizonDays, cvars, sentences) => {
    expect(extrapolation(horizonDays, cvars)).toEqual(sentences);
  });
});

describe('the question in a picture', () => {
  const everything = { parts: ['horizon', 'alpha', 'max-weight', 'min-weight'], isEarlier: true };
  const longest = { mandate: { ...mandate, horizonDays: 252, risk: { alpha: 0.9725, limit: 0.07125 } } };

  it.each([
    ['short', restate({ mandate: mandateOver(21) }, [])],
    ['long', restate({ mandate, settingsUsed: { parts: ['max-weight'] } }, [])],
    ['longest', restate({ ...longest, settingsUsed: everything }, [-0.5])],
  ])('fits, and leaves the plot its height: %s', async (_, asked) => {
    const plain = await layOut(allocationChart(chartInput()));
    for (const status of ['optimal', 'infeasible'] as const) {
      const chart = await layOut(allocationChart(chartInput({ asked, status, isLeastRisky: true })));
      chart.ctx.font = `normal ${SIZES.label}px "Inter Latin"`;
      const lines = [chart.options.plugins?.subtitle?.text ?? []].flat();
      expect(lines.join(' ')).toContain(asked.question);
      for (const line of lines) expect(chart.ctx.measureText(line).width).toBeLessThan(SIZES.width - 20 - 16);
      expect(Math.abs(chart.chartArea.height - plain.chartArea.height)).toBeLessThan(6);
    }
  });
});
