import { excess, ROUNDING, type Polytope } from './constraints/polytope.ts';
import { isKept } from './optimize/problem.ts';
import { cvar, portfolioLosses } from './risk.ts';
import type { Matrix } from './types.ts';

export interface PositionsOptions {
  /** C (M, n) */
  readonly scenarios: Matrix;
  /** (n) The smallest purchase of each asset, as a fraction of the whole money. */
  readonly lots: readonly number[];
  /** Its upper ends hold for what is bought. Its lower ends cannot: one share may cost more than they ask for. */
  readonly feasible: Polytope;
  readonly alpha: number;
  /** The largest CVaR, 0 or more, as a fraction of the whole money; `Infinity` where risk is measured, not limited. */
  readonly limit: number;
}

/** What is bought so far, in lots. The rest of the money is cash, without profit and loss. */
export class Positions {
  readonly #options: PositionsOptions;
  /** (n) */
  readonly lots: readonly number[];
  readonly limit: number;
  /** (n) Numbers of lots. */
  counts: Float64Array;
  /** (M) */
  readonly #losses: Float64Array;
  /** (M) Of a purchase that is tried: a new array for each would take longer than its CVaR. */
  readonly #tried: Float64Array;

  constructor(options: PositionsOptions) {
    this.#options = options;
    this.lots = options.lots;
    this.limit = options.limit;
    this.counts = new Float64Array(options.lots.length);
    this.#losses = new Float64Array(options.scenarios.rows);
    this.#tried = new Float64Array(options.scenarios.rows);
  }

  /** @param counts (n) Numbers of lots, instead of those before */
  set(counts: ArrayLike<number>): void {
    this.counts = Float64Array.from(counts);
    portfolioLosses(this.#options.scenarios, this.#weights(this.counts), this.#losses);
  }

  add(j: number, count: number): void {
    if (count === 0) return;
    this.#lossesWith(j, count, this.#losses);
    this.counts = this.counts.with(j, this.counts[j]! + count);
  }

  /** A fraction of the whole money. */
  get cash(): number {
    return 1 - this.#weights(this.counts).reduce((sum, weight) => sum + weight, 0);
  }

  cvar(): number {
    return cvar(this.#losses, this.#options.alpha);
  }

  isWithinLimit(): boolean {
    return this.limit === Infinity || this.#keepsLimit(this.#losses);
  }

  /** Whether with `count` more lots there is still cash, and the upper bounds, the rows and the limit are kept. */
  fits(j: number, count: number): boolean {
    const { upper, rows } = this.#options.feasible;
    const weights = this.#weights(this.counts.with(j, this.counts[j]! + count));
    return (
      count <= this.cash / this.lots[j]! + ROUNDING &&
      weights[j]! <= upper[j]! + ROUNDING &&
      rows.every((row) => excess(row, weights) <= ROUNDING) &&
      (this.limit === Infinity || this.#keepsLimit(this.#lossesWith(j, count, this.#tried)))
    );
  }

  /** The most lots that fit, at most `wanted`. As the CVaR is convex, fewer lots fit where more do. */
  most(j: number, wanted: number): number {
    if (this.fits(j, wanted)) return wanted;
    let [fitting, tooMany] = [0, wanted];
    while (tooMany - fitting > 1) {
      const middle = Math.floor((fitting + tooMany) / 2);
      if (this.fits(j, middle)) fitting = middle;
      else tooMany = middle;
    }
    return fitting;
  }

  #keepsLimit(losses: Float64Array): boolean {
    return isKept(cvar(losses, this.#options.alpha), this.limit);
  }

  #weights(counts: Float64Array): Float64Array {
    return counts.map((count, j) => count * this.lots[j]!);
  }

  /** @param into receives the losses */
  #lossesWith(j: number, count: number, into: Float64Array): Float64Array {
    const { rows, cols, data } = this.#options.scenarios;
    const [weight, losses] = [count * this.lots[j]!, this.#losses];
    for (let row = 0, at = j; row < rows; row++, at += cols) into[row] = losses[row]! - weight * data[at]!;
    return into;
  }
}
