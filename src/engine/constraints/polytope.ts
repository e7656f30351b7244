/** lower ≤ a·w ≤ upper. Equal ends make an equation; an infinite end restricts nothing. */
export interface LinearRow {
  readonly lower: number;
  readonly upper: number;
  /** a (n) */
  readonly coefficients: Float64Array;
}

/** The allowed weights w (n): Σ w = 1, lower ≤ w ≤ upper, and all rows. Long-only: lower ≥ 0. */
export interface Polytope {
  /** (n) */
  readonly lower: Float64Array;
  /** (n) */
  readonly upper: Float64Array;
  readonly rows: readonly LinearRow[];
}

export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let at = 0; at < values.length; at++) total += values[at]!;
  return total;
}

/** How far weights are outside a row: positive above its upper end, negative below its lower one, 0 inside. */
export function excess({ lower, upper, coefficients }: LinearRow, weights: ArrayLike<number>): number {
  let activity = 0;
  for (let at = 0; at < coefficients.length; at++) activity += coefficients[at]! * weights[at]!;
  return activity > upper ? activity - upper : activity < lower ? activity - lower : 0;
}

/** How far sums and weights may miss a constraint by rounding, so that 0.3333333333 counts as a third. */
export const ROUNDING = 1e-9;

/** Whether weights (n) are in the polytope, apart from rounding. */
export function isFeasible(
  { lower, upper, rows }: Polytope,
  weights: Float64Array | readonly number[],
  tolerance = ROUNDING,
): boolean {
  return (
    Math.abs(sum(weights) - 1) <= tolerance &&
    weights.every((weight, at) => weight >= lower[at]! - tolerance && weight <= upper[at]! + tolerance) &&
    rows.every((row) => Math.abs(excess(row, weights)) <= tolerance)
  );
}
