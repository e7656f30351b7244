import { excess, type LinearRow, type Polytope, sum } from '../constraints/polytope.ts';
import type { Trading } from './problem.ts';
import { turnoverOf } from './trading.ts';

/** A row counts as met within this: the rounding error of a sum of a few hundred weights. */
const NEGLIGIBLE = 1e-13;
const MAX_PASSES = 1000;

/**
 * Moves a solver's weights, which are feasible up to its tolerance, to feasible weights: within the bounds, the rows
 * and the turnover, and summing to 1, as exactly as floating point allows.
 */
export function roundToFeasible(weights: ArrayLike<number>, feasible: Polytope, trading?: Trading): Float64Array {
  const rounded = roundToBox(weights, feasible);
  const isBroken = (row: LinearRow): boolean => Math.abs(excess(row, rounded)) > NEGLIGIBLE;
  const breaksTurnover = trading !== undefined && turnoverOf(rounded, trading.held) - trading.mostTurnover > NEGLIGIBLE;
  if (breaksTurnover || feasible.rows.some(isBroken)) projectOntoRows(rounded, feasible, trading);
  return rounded;
}

/** Clips to the bounds, then adds what is missing to the assets with the most room, or subtracts the excess. */
function roundToBox(weights: ArrayLike<number>, { lower, upper }: Polytope): Float64Array {
  const rounded = Float64Array.from(weights, (weight, at) => Math.min(Math.max(weight, lower[at]!), upper[at]!));
  let missing = 1 - sum(rounded);
  while (missing !== 0) {
    const room = rounded.map((weight, at) => (missing > 0 ? upper[at]! - weight : weight - lower[at]!));
    const roomiest = room.indexOf(Math.max(...room));
    const step = Math.min(Math.abs(missing), room[roomiest]!);
    rounded[roomiest]! += Math.sign(missing) * step;
    const left = 1 - sum(rounded);
    if (Math.abs(left) >= Math.abs(missing)) break;
    missing = left;
  }
  return rounded;
}

/** Cyclic projections (Kaczmarz 1937) onto the budget and the rows, each only in weights that have room. */
function projectOntoRows(weights: Float64Array, { lower, upper, rows }: Polytope, trading: Trading | undefined): void {
  const budget: LinearRow = { lower: 1, upper: 1, coefficients: new Float64Array(weights.length).fill(1) };
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    let isSettled = true;
    const turnover = trading === undefined ? [] : [turnoverRow(weights, trading)];
    for (const row of [...rows, ...turnover, budget]) {
      const over = excess(row, weights);
      if (Math.abs(over) <= NEGLIGIBLE) continue;
      isSettled = false;
      const hasRoom = (at: number): boolean =>
        over * row.coefficients[at]! > 0 ? weights[at]! > lower[at]! : weights[at]! < upper[at]!;
      const along = row.coefficients.map((coefficient, at) => (hasRoom(at) ? coefficient : 0));
      const square = along.reduce((total, coefficient) => total + coefficient * coefficient, 0);
      if (square === 0) continue;
      along.forEach((coefficient, at) => {
        const moved = weights[at]! - (over / square) * coefficient;
        weights[at] = Math.min(Math.max(moved, lower[at]!), upper[at]!);
      });
    }
    if (isSettled) return;
  }
}

/** The limit on turnover as a row that all weights meet that keep it, and that is equal to it for these. */
export function turnoverRow(weights: Float64Array, { held, mostTurnover }: Trading): LinearRow {
  const isBought = weights.map((weight, at) => (weight > held[at]! ? 1 : 0));
  const upper = isBought.reduce((total, bought, at) => total + bought * held[at]!, mostTurnover);
  return { lower: -Infinity, upper, coefficients: isBought };
}
