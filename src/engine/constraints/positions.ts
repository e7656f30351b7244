// How many assets a split may hold, as far as bounds alone can tell.
import { sparsityOf } from './beyond-bounds.ts';
import type { Constraint } from './constraint.ts';
import { type Polytope, ROUNDING, sum } from './polytope.ts';
import type { ConstraintProblem } from './problem.ts';

type Bounds = Pick<Polytope, 'lower' | 'upper'>;

/**
 * Why no number of positions holds all the money: so many that they fit under the upper bounds, so few that each can be
 * as large as it must. Assets with a lower bound are held. Undefined when some number may.
 */
export function positionsProblem(constraints: readonly Constraint[], bounds: Bounds): ConstraintProblem | undefined {
  const assets = bounds.lower.length;
  const sparsity = sparsityOf(constraints, assets);
  if (sparsity === undefined) return undefined;
  const { most, least } = sparsity;
  const counts = Array.from({ length: assets }, (_, k) => k + 1).filter((count) => canHold(bounds, count, least));
  if (counts.some((count) => count <= most)) return undefined;
  return counts.length > 0 ? 'constraints.max-assets-too-few' : 'constraints.min-position-too-high';
}

/** Whether `count` positions of at least `size` add up to 1 within the bounds. */
function canHold({ lower, upper }: Bounds, count: number, size: number): boolean {
  const assets = [...lower.keys()];
  const must = assets.filter((j) => lower[j]! > 0);
  if (must.length > count || must.some((j) => upper[j]! < size - ROUNDING)) return false;
  const free = assets.filter((j) => lower[j] === 0 && upper[j]! >= Math.max(size - ROUNDING, 0) && upper[j]! > 0);
  const most = free.map((j) => upper[j]!).toSorted((a, b) => b - a);
  const chosen = most.slice(0, count - must.length);
  if (chosen.length < count - must.length) return false;
  const least = sum(must.map((j) => Math.max(lower[j]!, size))) + chosen.length * size;
  return least <= 1 + ROUNDING && sum(must.map((j) => upper[j]!)) + sum(chosen) >= 1 - ROUNDING;
}
