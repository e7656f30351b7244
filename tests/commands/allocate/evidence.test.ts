import { describe, expect, it } from 'vitest';
import { allocationReply } from '../../../src/commands/allocate/reply.ts';
import { allocateJson } from '../../../src/commands/allocate/terminal.ts';
import { originFields } from '../../../src/commands/provenance.ts';
import { noPastOf } from '../../../src/commands/record-words.ts';
import type { ModelProvenance } from '../../../src/engine-service/answers.ts';
import type { Past } from '../../../src/engine/record/past.ts';
import { DEFAULT_STRATEGY } from '../../../src/engine/strategies/index.ts';
import type { Reply } from '../../../src/reply.ts';
import { openFileEngine } from '../../support/file-engine.ts';

const past: Past = {
  scope: 'universe',
  limits: [0.05, 0.06],
  horizonDays: 5,
  alpha: 0.95,
  feasible: 120,
  dates: 60,
  violations: 6,
  realisedToLimit: 1.02,
  predicted: 0.014,
  realised: 0.016,
};

async function answered(changes: Partial<ReturnType<typeof openFileEngine>['request']> = {}) {
  const { engine, request } = openFileEngine();
  return engine.allocate({ ...request, ...changes });
}

const fieldOf = ({ fields = [] }: Reply, name: string) => fields.find((one) => one.name === name)?.value;
const now = Date.UTC(2024, 0, 2);

describe('beside an answer', () => {
  it('stand equal weights, on the same scenarios', async () => {
    const answer = await answered();
    const { tickers, allocation, equalWeight } = answer;
    expect(equalWeight.weights).toEqual(tickers.map(() => 1 / tickers.length));
    expect(equalWeight.expectedReturn).toBeLessThan(allocation.portfolio.expectedReturn);
    expect(fieldOf(allocationReply({ answer, now }), 'Equal weights instead')).toMatch(
      /^[+−]\d\.\d\d% expected, CVaR \d\.\d\d%$/,
    );
    const { weights: _, ...figures } = equalWeight;
    expect(allocateJson(answer)).toMatchObject({ equalWeight: figures });
  });

  it('stand no equal weights where they are the answer', async () => {
    const answer = await answered({ strategy: { ...DEFAULT_STRATEGY, id: 'equal-weight' } });
    expect(fieldOf(allocationReply({ answer, now }), 'Equal weights instead')).toBeUndefined();
  });

  it('stands the standard error of the CVaR on fresh scenarios', async () => {
    const answer = await answered();
    const { standardError } = answer.allocation.portfolio;
    expect(standardError).toBeGreaterThan(0);
    expect(allocateJson(answer)).toMatchObject({ standardError });
    const shown = fieldOf(allocationReply({ answer, now }), 'CVaR on fresh scenarios');
    expect(shown).toMatch(/^\d\.\d\d% ± \d\.\d\d%$/);
    expect(Number.parseFloat(shown!.split('± ')[1]!) / 100).toBeGreaterThanOrEqual(standardError - 1e-9);
  });

  it('stands what past answers came to, once there is a record', async () => {
    const answer = await answered();
    const without = allocationReply({ answer, now });
    expect(fieldOf(without, 'Expected profit')).toContain('the least certain figure here');
    expect(fieldOf(without, 'Record')).toBeUndefined();
    expect(fieldOf(allocationReply({ answer, now, ...noPastOf(answer) }), 'Record')).toBe(
      'None of 60 past dates or more: record --horizon 5 makes what the prices allow.',
    );
    expect(allocateJson(answer)).toMatchObject({ past: null });
    const reply = allocationReply({ answer: { ...answer, past }, now });
    expect(fieldOf(reply, 'Expected profit')).toMatch(
      /^[+−]\d\.\d\d%; past ones over 5 days under 5–6% \(at alpha 95%\): predicted \+1\.40%, came true \+1\.60%$/,
    );
    expect(fieldOf(reply, 'Record')).toContain('In 120 past decisions on 60 dates over 5 days of this universe');
    expect(fieldOf(allocationReply({ answer: { ...answer, past }, now, noPast: 'none' }), 'Record')).toContain(
      'In 120',
    );
    expect(allocateJson({ ...answer, past })).toMatchObject({ past });
  });

  it('stands that there is no record only where one could say something', () => {
    const { request } = openFileEngine();
    expect(noPastOf({ request })).toHaveProperty('noPast');
    expect(noPastOf({ request: { ...request, asOf: '2016-01-04' } })).toEqual({});
    expect(noPastOf({ request: { ...request, strategy: { ...DEFAULT_STRATEGY, id: 'equal-weight' } } })).toEqual({});
  });
});

const skill = (value: number) => ({ value, meanCoefficient: value, dates: 40 });
const modelField = (forecastSkill?: ModelProvenance['forecastSkill'], kappa = 1, worth?: string) => {
  const model = {
    trainedUntil: '2024-01-01',
    skill: 0,
    recipe: 'filtered',
    ...(forecastSkill && { forecastSkill }),
    ...(worth !== undefined && { worth }),
    kappa,
  };
  const prices = { source: 'x', from: '2015-01-01', until: '2024-01-01', stale: false, notes: [] };
  return originFields({ model, prices, request: { sampling: { scenarios: 10, seed: 1 } } }, now)[0]?.value;
};

describe('the skill of forecasts', () => {
  it('is carried from the scenarios into the answer', async () => {
    const { model } = await answered();
    expect(model.forecastSkill?.composite).toEqual({
      value: expect.any(Number),
      meanCoefficient: expect.any(Number),
      dates: expect.any(Number),
    });
    const plain = await answered({ strategy: { ...DEFAULT_STRATEGY, params: { recipe: 'plain' } } });
    expect(plain.model).not.toHaveProperty('forecastSkill');
  });

  it('is spoken of where there is none', () => {
    expect(modelField({ composite: skill(0), lstm: skill(0) })).toMatch(
      /\(filtered\)\. No forecast skill: a higher limit mostly buys more ups and downs\.$/,
    );
    expect(modelField({ composite: skill(0.02), lstm: skill(0) })).not.toContain('No forecast skill');
    expect(modelField({ composite: skill(0.02), lstm: skill(0) })).toContain('The LSTM has shown no skill');
    expect(modelField({ composite: skill(0.02), lstm: skill(0.01) })).toMatch(/\(filtered\)$/);
    // A strategy's own forecasts are others than those of the scenarios.
    const beside = modelField({ composite: skill(0), lstm: skill(0) }, 1, 'The ranks are no better than chance.');
    expect(beside).toMatch(
      /\. The ranks are no better than chance\. The scenarios' forecasts have shown no skill: a higher limit mostly/,
    );
    // Not measured is not none.
    expect(modelField({ composite: { ...skill(0), dates: 8 } })).toContain('Too few past dates to measure forecasts');
    // With no forecasts of the past, none has shown any.
    expect(modelField({ composite: skill(0.02) })).toContain('The LSTM has shown no skill');
  });
});

it('κ is said where it changes what is foretold', () => {
  expect(modelField(undefined, 1.004)).not.toContain('as large');
  expect(modelField(undefined, 1.1)).toMatch(
    /Ups and downs are taken 1\.10 × as large, because past losses went beyond what was promised\.$/,
  );
});
