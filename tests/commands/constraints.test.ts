import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CONSTRAINT_OPTIONS } from '../../src/commands/constraint-options.ts';
import { constraintSchema } from '../../src/engine/constraints/index.ts';

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
