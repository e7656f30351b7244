import { weightBounds } from '../../src/commands/records.ts';
import { feasibleSet } from '../../src/engine/constraints/index.ts';
import type { Polytope } from '../../src/engine/constraints/polytope.ts';
import type { Matrix } from '../../src/engine/types.ts';

/** The long-only weights of the assets of these scenarios, each in [minWeight, maxWeight]. */
export const longOnly = ({ cols }: Matrix, { minWeight = 0, maxWeight = 1 } = {}): Polytope =>
  feasibleSet(
    weightBounds({ minWeight, maxWeight }),
    Array.from({ length: cols }, (_, at) => `A${at}`),
  );
