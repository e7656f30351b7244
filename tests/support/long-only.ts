import { feasibleSet } from '../../src/engine/constraints/index.ts';
import type { Polytope } from '../../src/engine/constraints/polytope.ts';
import type { Matrix } from '../../src/engine/types.ts';
import { assets, atLeast, atMost } from './constraints.ts';

/** The long-only weights of the assets of these scenarios, each in [minWeight, maxWeight]. */
export const longOnly = ({ cols }: Matrix, { minWeight = 0, maxWeight = 1 } = {}): Polytope =>
  feasibleSet([atMost(maxWeight), atLeast(minWeight)], assets(cols));
