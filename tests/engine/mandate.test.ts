import { describe, expect, it } from 'vitest';
import { limitOf, mandateSchema, withLimit, withoutLimit, type Mandate } from '../../src/engine/mandate.ts';

const mandate: Mandate = {
  horizonDays: 21,
  constraints: [
    { kind: 'max-weight', weight: 0.4 },
    { kind: 'min-weight', weight: 0.05 },
  ],
  risk: { alpha: 0.95 },
};

describe('a mandate', () => {
  it('survives the store, with a limit and without', () => {
    for (const one of [mandate, withLimit(mandate, 0.08)]) {
      expect(mandateSchema.parse(JSON.parse(JSON.stringify(one)))).toEqual(one);
    }
  });

  it('takes a limit and gives it up, and stays otherwise what it was', () => {
    const limited = withLimit(mandate, 0.08);
    expect(limited).toEqual({ ...mandate, risk: { alpha: 0.95, limit: 0.08 } });
    expect(limitOf(limited)).toBe(0.08);
    expect(withLimit(limited, 0.1).risk).toEqual({ alpha: 0.95, limit: 0.1 });
    expect(withoutLimit(limited)).toEqual(mandate);
    expect(withoutLimit(limited).risk).not.toHaveProperty('limit');
    expect(() => limitOf(mandate)).toThrow('expected a mandate with a limit');
  });

  it.each([
    ['a constraint of no known kind', { ...mandate, constraints: [{ kind: 'max-wait', weight: 0.4 }] }],
    ['a weight beyond 100%', { ...mandate, constraints: [{ kind: 'max-weight', weight: 40 }] }],
    ['what it does not know', { ...mandate, lossLimit: 0.08 }],
    ['a limit that is no number', { ...mandate, risk: { alpha: 0.95, limit: null } }],
  ])('is not read with %s', (_what, stored) => {
    expect(mandateSchema.safeParse(stored).success).toBe(false);
  });
});
