import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CONSTRAINT_OPTIONS } from '../../src/commands/constraint-options.ts';
import { checkConstraints } from '../../src/commands/constraints.ts';
import { type Constraint, constraintSchema } from '../../src/engine/constraints/index.ts';

const tickers = (assets: number): string[] => Array.from({ length: assets }, (_, at) => `A${at}`);
const most = (weight: number): Constraint => ({ kind: 'max-weight', weight });
const least = (weight: number): Constraint => ({ kind: 'min-weight', weight });

describe('constraints that nothing meets', () => {
  it('name their source when both come from the server’s settings', () => {
    const settings = [most(0.4), least(0.5)];
    expect(() => checkConstraints(settings, tickers(5), settings)).toThrow(
      "raise max_weight; min_weight 50% and max_weight 40% come from this server's settings, both of which those who",
    );
    expect(() => checkConstraints(settings, tickers(5), [])).toThrow(/raise max_weight\.$/);
    expect(() => checkConstraints([most(0.4)], tickers(5), [])).not.toThrow();
  });
});

describe('the options of constraints', () => {
  it('give each kind that the engine knows', () => {
    const { oneOf } = z
      .object({ oneOf: z.array(z.object({ properties: z.object({ kind: z.object({ const: z.string() }) }) })) })
      .parse(z.toJSONSchema(constraintSchema));
    expect(CONSTRAINT_OPTIONS.flatMap(({ kinds }) => kinds).toSorted()).toEqual(
      oneOf.map(({ properties }) => properties.kind.const).toSorted(),
    );
  });
});
