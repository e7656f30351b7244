import { constraintError } from '../constraints/problem.ts';
import { portfolioLosses, tail } from '../risk.ts';
import type { Matrix } from '../types.ts';
import type { Evaluation } from './evaluator.ts';
import { type Behind, isKept, PRECISION } from './problem.ts';

/** The returns of the assets less the benchmark's, whose losses are those of falling behind it. */
export interface ScenariosBehind {
  /** (M, n) */
  readonly scenarios: Matrix;
  /** The size of the largest difference, at least 1e-9. */
  readonly largest: number;
}

/**
 * Weights sum to 1, so what a portfolio c·w falls behind a benchmark b is a loss of the same weights: −(c − b)·w.
 * @throws Error when the benchmark has another number of scenarios, or is not finite
 */
export function scenariosBehind({ rows, cols, data }: Matrix, { benchmark }: Behind): ScenariosBehind {
  if (benchmark.length !== rows) throw new Error(`a benchmark of ${benchmark.length} scenarios, assets of ${rows}`);
  const differences = new Float64Array(data.length);
  let largest = 1e-9;
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) {
      differences[at] = data[at]! - benchmark[row]!;
      const size = Math.abs(differences[at]!);
      if (!(size < Infinity)) throw new Error(`expected a finite benchmark, got ${benchmark[row]}`);
      if (size > largest) largest = size;
    }
  }
  return { scenarios: { rows, cols, data: differences }, largest };
}

/** What weights fall behind at least, by linear functions that are added where they are looked at. */
export class CutsBehind {
  readonly #differences: Matrix;
  readonly #alpha: number;
  readonly #factor: number;
  readonly #slopes: Float64Array[] = [];
  #closest: { readonly weights: Float64Array; readonly needed: number } = {
    weights: new Float64Array(0),
    needed: Infinity,
  };

  /**
   * @param differences (M, n) the returns of the assets less the benchmark's
   * @param factor by how much a limit must exceed the CVaR
   */
  constructor(differences: Matrix, alpha: number, factor = 1) {
    this.#factor = factor;
    this.#differences = differences;
    this.#alpha = alpha;
  }

  /** Each (n): a limit that weights keep is at least its product with them. */
  get slopes(): readonly Float64Array[] {
    return this.#slopes;
  }

  /**
   * Adds cuts where the limit is exceeded: there, and halfway to what falls behind least so far, where they are deeper.
   * @param weights (n)
   * @returns the limit that they keep
   */
  cutAbove(limit: number, weights: Float64Array): number {
    const needed = this.#look(weights, limit);
    const { weights: nearest } = this.#closest;
    if (needed > limit && nearest.length > 0) {
      this.#look(
        weights.map((weight, at) => (weight + nearest[at]!) / 2),
        limit,
      );
    }
    return needed;
  }

  #look(weights: Float64Array, limit: number): number {
    const { cols, data } = this.#differences;
    const worst = tail(portfolioLosses(this.#differences, weights), this.#alpha);
    const needed = this.#factor * worst.cvar;
    if (needed <= limit) return needed;
    const slope = new Float64Array(cols);
    worst.indices.forEach((row, at) => {
      for (let col = 0; col < cols; col++) slope[col]! -= this.#factor * worst.weights[at]! * data[row * cols + col]!;
    });
    this.#slopes.push(slope);
    if (needed < this.#closest.needed) this.#closest = { weights, needed };
    return needed;
  }
}

/** What the solver's tolerance needs above the smallest value, for a program that is not barely feasible. */
const roomOf = (unit: number): number => PRECISION * unit;

/** Whether the limit holds at weights with room to spare, so that a search may start from them. */
export const startsWithin = (cvar: number, { limit }: Behind, unit: number): boolean => cvar <= limit - roomOf(unit);

/**
 * The limit, raised slightly where it is the smallest CVaR of falling behind that can be reached, or below it within
 * the tolerance.
 * @param least that CVaR
 * @throws UserError (`constraints.behind-too-low`) when the limit is below it
 */
export function reachableLimit(least: number, behind: Behind, unit: number): Behind {
  const room = roomOf(unit);
  if (!isKept(least + 2 * room, behind.limit)) {
    throw constraintError('constraints.behind-too-low', { limit: behind.limit, least });
  }
  return { ...behind, limit: Math.max(behind.limit, least + room) };
}

/** By how much a portfolio breaks the limit; negative where it keeps it, −∞ without one. */
export const excessBehind = ({ behind }: Evaluation, limit: Behind | undefined): number =>
  behind === undefined || limit === undefined ? -Infinity : behind.tail.cvar - limit.limit;
