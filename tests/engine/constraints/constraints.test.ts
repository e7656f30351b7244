import { describe, expect, it } from 'vitest';
import {
  type Constraint,
  constraintSchema,
  constraintsSchema,
  feasibleSet,
} from '../../../src/engine/constraints/index.ts';
import { constraintProblemOf } from '../../../src/engine/constraints/problem.ts';
import { UserError } from '../../../src/errors.ts';

const tickers = (assets: number): string[] => Array.from({ length: assets }, (_, at) => `A${at}`);
const most = (weight: number): Constraint => ({ kind: 'max-weight', weight });
const least = (weight: number): Constraint => ({ kind: 'min-weight', weight });

function refusal(assets: number, ...constraints: readonly Constraint[]): UserError {
  try {
    feasibleSet(constraints, tickers(assets));
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('the constraints were accepted');
}

describe('constraints', () => {
  it('survive JSON, and nothing else is one', () => {
    const constraints = [most(0.4), least(0.02)];
    expect(constraintsSchema.parse(JSON.parse(JSON.stringify(constraints)))).toEqual(constraints);
    for (const wrong of [
      { kind: 'max-weight', weight: 1.5 },
      { kind: 'min-weight', weight: -0.1 },
      { kind: 'max-weight', weight: Number.NaN },
      { kind: 'max-height', weight: 0.5 },
      { kind: 'max-weight' },
    ]) {
      expect(constraintSchema.safeParse(wrong).success).toBe(false);
    }
  });
});

describe('the feasible set', () => {
  it('is long only without constraints', () => {
    expect(feasibleSet([], tickers(2))).toEqual({
      lower: Float64Array.of(0, 0),
      upper: Float64Array.of(1, 1),
      rows: [],
    });
  });

  it('has the tightest of several bounds, in any order', () => {
    const bounds = { lower: new Float64Array(4).fill(0.1), upper: new Float64Array(4).fill(0.4), rows: [] };
    expect(feasibleSet([most(0.4), least(0.1), most(0.7), least(0.05)], tickers(4))).toEqual(bounds);
    expect(feasibleSet([least(0.05), most(0.7), least(0.1), most(0.4)], tickers(4))).toEqual(bounds);
  });

  it('accepts exactly 1/n on either side, and a third written with ten digits', () => {
    for (const assets of [1, 3, 7, 49]) {
      expect(() => feasibleSet([most(1 / assets), least(1 / assets)], tickers(assets))).not.toThrow();
    }
    const { upper } = feasibleSet([most(0.3333333333)], tickers(3));
    expect(3 * upper[0]!).toBe(1);
  });

  it('refuses what is no fraction as a fault', () => {
    for (const wrong of [least(-0.1), most(1.5), most(Number.NaN)]) {
      expect(() => feasibleSet([wrong], tickers(5))).toThrow('expected a constraint');
    }
  });
});

describe('an impossible constraint', () => {
  it('says how far a maximum reaches and what would do', () => {
    expect(constraintProblemOf(refusal(12, most(0.05)))).toEqual({
      code: 'constraints.max-weight-too-low',
      data: { assets: 12, weight: 0.05, reached: expect.closeTo(0.6, 12), enough: 0.0834 },
    });
    expect(refusal(12, most(0.4), most(0.05)).code).toBe('constraints.max-weight-too-low');
  });

  it('says what a minimum needs and what would do', () => {
    expect(constraintProblemOf(refusal(12, least(0.1)))).toEqual({
      code: 'constraints.min-weight-too-high',
      data: { assets: 12, weight: 0.1, needed: expect.closeTo(1.2, 12), enough: 0.0833 },
    });
  });

  it('names both when the minimum exceeds the maximum, whatever else is the matter', () => {
    const crossing = { lower: { kind: 'min-weight', weight: 0.06 }, upper: { kind: 'max-weight', weight: 0.05 } };
    expect(constraintProblemOf(refusal(12, most(0.05), least(0.06)))).toEqual({
      code: 'constraints.bounds-cross',
      data: { ticker: 'A0', ...crossing },
    });
  });

  it('is worded without the name of any flag', () => {
    for (const { message, option } of [
      refusal(12, most(0.05)),
      refusal(12, least(0.1)),
      refusal(5, least(0.5), most(0.4)),
    ]) {
      expect(message).not.toMatch(/m(ax|in)[-_]weight/);
      expect(option).toBeUndefined();
    }
  });

  it('is possible at what is advised', () => {
    for (const assets of [2, 3, 7, 12, 300, 4999]) {
      const [reach, need] = [refusal(assets, most(0.5 / assets)), refusal(assets, least(1.5 / assets))];
      expect(() => feasibleSet([most(Number(reach.data?.['enough']))], tickers(assets))).not.toThrow();
      expect(() => feasibleSet([least(Number(need.data?.['enough']))], tickers(assets))).not.toThrow();
    }
  });
});
