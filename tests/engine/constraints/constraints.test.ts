import { describe, expect, it } from 'vitest';
import {
  type Constraint,
  constraintSchema,
  constraintsSchema,
  feasibleSet,
  mayBeMet,
} from '../../../src/engine/constraints/index.ts';
import { UserError } from '../../../src/errors.ts';
import { assets, atLeast, atMost } from '../../support/constraints.ts';

function refusal(count: number, ...constraints: readonly Constraint[]): UserError {
  try {
    feasibleSet(constraints, assets(count));
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('the constraints were accepted');
}

describe('constraints', () => {
  it('survive JSON, and nothing else is one', () => {
    const constraints = [atMost(0.4), atLeast(0.02)];
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

  it('name the value that is out of range', () => {
    const { error } = constraintSchema.safeParse(atMost(40));
    expect(error?.issues).toMatchObject([{ code: 'too_big', path: ['weight'] }]);
  });
});

describe('the feasible set', () => {
  it('is long only without constraints', () => {
    expect(feasibleSet([], assets(2))).toEqual({
      lower: Float64Array.of(0, 0),
      upper: Float64Array.of(1, 1),
      rows: [],
    });
  });

  it('has the tightest of several bounds, in any order', () => {
    const bounds = { lower: new Float64Array(4).fill(0.1), upper: new Float64Array(4).fill(0.4), rows: [] };
    expect(feasibleSet([atMost(0.4), atLeast(0.1), atMost(0.7), atLeast(0.05)], assets(4))).toEqual(bounds);
    expect(feasibleSet([atLeast(0.05), atMost(0.7), atLeast(0.1), atMost(0.4)], assets(4))).toEqual(bounds);
  });

  it('accepts exactly 1/n on either side, and a third or a seventh written with a few digits', () => {
    for (const count of [1, 3, 7, 49]) {
      expect(() => feasibleSet([atMost(1 / count), atLeast(1 / count)], assets(count))).not.toThrow();
    }
    const { upper } = feasibleSet([atMost(0.3333333333)], assets(3));
    expect(3 * upper[0]!).toBe(1);
    for (const seventh of [0.142857, 0.14285714]) {
      expect(feasibleSet([atMost(seventh)], assets(7)).upper).toEqual(new Float64Array(7).fill(1 / 7));
    }
    expect(feasibleSet([atLeast(0.142858)], assets(7)).lower).toEqual(new Float64Array(7).fill(1 / 7));
    expect(() => feasibleSet([atMost(0.14285)], assets(7))).toThrow(UserError);
    expect(() => feasibleSet([atLeast(0.14286)], assets(7))).toThrow(UserError);
  });
});

describe('an impossible constraint', () => {
  it.each<[string, number, readonly Constraint[]]>([
    ['constraints.max-weight-too-low', 12, [atMost(0.05)]],
    ['constraints.max-weight-too-low', 12, [atMost(0.4), atMost(0.05)]],
    ['constraints.min-weight-too-high', 12, [atLeast(0.1)]],
    ['constraints.bounds-cross', 12, [atMost(0.05), atLeast(0.06)]],
  ])('has the code %s', (code, count, constraints) => {
    expect(refusal(count, ...constraints)).toMatchObject({ code });
    expect(mayBeMet(constraints, assets(count))).toBe(false);
    expect(mayBeMet([], assets(count))).toBe(true);
  });

  it('is worded without the name of any flag', () => {
    for (const { message, option } of [
      refusal(12, atMost(0.05)),
      refusal(12, atLeast(0.1)),
      refusal(5, atLeast(0.5), atMost(0.4)),
    ]) {
      expect(message).not.toMatch(/m(ax|in)[-_]weight/);
      expect(option).toBeUndefined();
    }
  });
});
