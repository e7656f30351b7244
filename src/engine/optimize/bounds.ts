// Pure: which weights are allowed at all.
import { UserError } from '../../errors.ts';
import type { Bounds } from '../types.ts';

/** How far a sum of bounds may miss 1 by rounding: a third of 100% typed as 0.3333333333 is a third. */
const rounding = 1e-9;

/**
 * Bounds that at least one portfolio of `assets` assets meets.
 * @throws UserError when no weights can meet the ones given.
 */
export function checkBounds(assets: number, { minWeight, maxWeight }: Bounds): Bounds {
  checkFraction(minWeight, 'min-weight');
  checkFraction(maxWeight, 'max-weight');
  if (minWeight > maxWeight) {
    throw new UserError(
      `Expected min-weight to be at most max-weight, got ${percent(minWeight)} and ${percent(maxWeight)}: lower min-weight or raise max-weight.`,
      'min-weight',
    );
  }
  if (assets * maxWeight < 1 - rounding) {
    const most = percent(maxWeight);
    const reached = assets === 1 ? `1 asset at most ${most} reaches` : `${assets} assets at most ${most} each reach`;
    const enough = Math.ceil(1e4 / assets - rounding) / 1e4;
    throw new UserError(
      `${reached} only ${percent(assets * maxWeight)}: raise max-weight to at least ${percent(enough)}.`,
      'max-weight',
    );
  }
  if (assets * minWeight > 1 + rounding) {
    const enough = Math.floor(1e4 / assets + rounding) / 1e4;
    throw new UserError(
      `${assets} assets at least ${percent(minWeight)} each need ${percent(assets * minWeight)}: lower min-weight to at most ${percent(enough)}.`,
      'min-weight',
    );
  }
  return { minWeight: Math.min(minWeight, 1 / assets), maxWeight: Math.max(maxWeight, 1 / assets) };
}

/** The allowed weights next to a solver's: inside the bounds, and summing to 1 as nearly as floating point can. */
export function tidy(weights: ArrayLike<number>, { minWeight, maxWeight }: Bounds): Float64Array {
  const tidied = Float64Array.from(weights, (weight) => Math.min(Math.max(weight, minWeight), maxWeight));
  let missing = 1 - sum(tidied);
  while (missing !== 0) {
    const room = tidied.map((weight) => (missing > 0 ? maxWeight - weight : weight - minWeight));
    const roomiest = room.indexOf(Math.max(...room));
    const step = Math.min(Math.abs(missing), room[roomiest]!);
    tidied[roomiest]! += Math.sign(missing) * step;
    const left = 1 - sum(tidied);
    if (Math.abs(left) >= Math.abs(missing)) break;
    missing = left;
  }
  return tidied;
}

export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let at = 0; at < values.length; at++) total += values[at]!;
  return total;
}

function checkFraction(weight: number, option: string): void {
  if (weight >= 0 && weight <= 1) return;
  throw new UserError(`Expected ${option} between 0% and 100%, got ${percent(weight)}.`, option);
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toFixed(4))}%`;
}
