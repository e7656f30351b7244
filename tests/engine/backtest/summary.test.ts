import { describe, expect, it } from 'vitest';
import { summarise } from '../../../src/engine/backtest/summary.ts';
import type { DecisionOutcome } from '../../../src/engine/backtest/types.ts';
import { acerbiSzekely, christoffersen, kupiec } from '../../../src/engine/calibration.ts';
import { z2Critical } from '../../../src/engine/z2-critical.ts';

const decision = (realised: number, others: Partial<DecisionOutcome> = {}): DecisionOutcome => ({
  date: '2024-01-01',
  until: '2024-02-01',
  limit: 0.08,
  status: 'optimal',
  weights: [1],
  predicted: 0.02,
  valueAtRisk: 0.05,
  cvar: 0.08,
  realised,
  realisedNet: realised - 0.5,
  ...others,
});

const realised = [0.01, -0.06, 0.03, -0.1, 0.02, -0.05];
const feasible = realised.map((r) => decision(r));

describe('one limit over all its decisions', () => {
  it('counts losses beyond the value-at-risk, before costs, and tests them', () => {
    const summary = summarise(0.08, feasible, 0.95);
    const p = 1 - 0.95;
    const losses = realised.map((r) => -r);
    const forecasts = { losses, valuesAtRisk: losses.map(() => 0.05), cvars: losses.map(() => 0.08) };
    expect(summary).toMatchObject({ limit: 0.08, decisions: 6, feasible: 6, violations: 2 });
    expect(summary.predicted).toBeCloseTo(0.02, 12);
    expect(summary.realised).toBeCloseTo(-0.025, 12);
    expect(summary.kupiecP).toBe(kupiec(2, 6, p).pValue);
    expect(summary.christoffersenP).toBe(christoffersen([false, true, false, true, false, false]).pValue);
    expect(summary).toMatchObject(acerbiSzekely(forecasts, p));
    expect(summary.z2Critical).toBe(z2Critical(6, p, { seed: 1 }));
    expect(summary.esRatio).toBeCloseTo((0.06 + 0.1) / 0.16, 12);
  });

  it('looks at feasible decisions alone', () => {
    const others = [decision(-0.9, { status: 'infeasible' }), decision(-0.9, { status: 'failed' })];
    expect(summarise(0.08, [...others, ...feasible], 0.95)).toEqual({
      ...summarise(0.08, feasible, 0.95),
      decisions: 8,
    });
  });

  it('takes feasible decisions for a pair only where they follow each other', () => {
    const infeasible = decision(-0.9, { status: 'infeasible' });
    const apart = feasible.toSpliced(2, 0, infeasible);
    const summary = summarise(0.08, apart, 0.95);
    expect(summary.christoffersenP).toBe(christoffersen([false, true, undefined, false, true, false, false]).pValue);
    expect(summary.christoffersenP).not.toBe(summarise(0.08, feasible, 0.95).christoffersenP);
    const alone = summarise(0.08, [feasible[0]!, infeasible, feasible[1]!], 0.95);
    expect(alone).toMatchObject({ feasible: 2, violations: 1 });
    expect(alone).not.toHaveProperty('christoffersenP');
  });

  it('has no means and no tests where no decision was feasible', () => {
    expect(summarise(0.01, [decision(-0.1, { status: 'infeasible' })], 0.95)).toEqual({
      limit: 0.01,
      decisions: 1,
      feasible: 0,
      violations: 0,
    });
  });

  it('leaves out what needs a violation, or two decisions', () => {
    const quiet = summarise('min', [decision(0.01)], 0.95);
    expect(quiet).toMatchObject({ feasible: 1, violations: 0, z2: 1 });
    for (const absent of ['z1', 'esRatio', 'christoffersenP']) expect(quiet).not.toHaveProperty(absent);
  });
});
