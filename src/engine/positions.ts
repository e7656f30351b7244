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
  /** (n) What stays in any case, such as half a share where whole ones are traded: fractions of the whole money; absent: nothing. */
  readonly kept?: readonly number[];
  /** What is held before; absent: money alone, and trades cost nothing. */
  readonly trading?: TradingTerms;
}

export interface TradingTerms {
  /** (n) Fractions of the whole money; the rest is cash. */
  readonly held: readonly number[];
  /** The most that may be bought, a fraction of the whole money; `Infinity` restricts nothing. */
  readonly mostTurnover: number;
  /** A fraction of the money traded. */
  readonly cost: number;
}

/** How much more cash counts than a distance: of equals the purchase with less cash is the nearer. */
export const SPENDING = 1.001;
/** How much more it counts what a lower end misses. */
export const MISSING = 10;

/** How far what is bought is from weights (n), with the cash that is left and what lower ends miss. */
export function distance(positions: Positions, wanted: readonly number[]): number {
  const { weights, feasible } = positions;
  const left = 1 - weights.reduce((sum, weight) => sum + weight, 0);
  const apart = wanted.reduce((sum, weight, j) => sum + Math.abs(weight - weights[j]!), 0);
  const below = weights.reduce(
    (sum, weight, j) => sum + (wanted[j]! > 0 ? Math.max(0, feasible.lower[j]! - weight) : 0),
    0,
  );
  const rowsBelow = feasible.rows.reduce((sum, row) => sum + Math.max(0, -excess(row, weights)), 0);
  return apart + SPENDING * left + MISSING * (below + rowsBelow);
}

/** What trades from `held` to weights (n) buy and sell, as fractions of the whole money. */
function traded(
  held: ArrayLike<number>,
  weights: ArrayLike<number>,
): { readonly buys: number; readonly sells: number } {
  let [buys, sells] = [0, 0];
  for (let j = 0; j < weights.length; j++) {
    const change = weights[j]! - held[j]!;
    if (change > 0) buys += change;
    else sells -= change;
  }
  return { buys, sells };
}

/** What is bought so far, in lots. The rest of the money is cash, without profit and loss. */
export class Positions {
  readonly #options: PositionsOptions;
  /** (n) */
  readonly lots: readonly number[];
  readonly limit: number;
  readonly feasible: Polytope;
  /** (n) Numbers of lots, beside what stays in any case. */
  counts: Float64Array;
  /** (M) */
  readonly #losses: Float64Array;
  /** (M) Of a purchase that is tried: a new array for each would take longer than its CVaR. */
  readonly #tried: Float64Array;

  constructor(options: PositionsOptions) {
    this.#options = options;
    this.lots = options.lots;
    this.limit = options.limit;
    this.feasible = options.feasible;
    this.counts = new Float64Array(options.lots.length);
    this.#losses = new Float64Array(options.scenarios.rows);
    this.#tried = new Float64Array(options.scenarios.rows);
    this.set(this.counts);
  }

  /** @param counts (n) Numbers of lots, instead of those before */
  set(counts: ArrayLike<number>): void {
    this.counts = Float64Array.from(counts);
    portfolioLosses(this.#options.scenarios, this.weights, this.#losses);
  }

  add(j: number, count: number): void {
    if (count === 0) return;
    this.#lossesWith(j, count, this.#losses);
    this.counts = this.counts.with(j, this.counts[j]! + count);
  }

  /** (n) Fractions of the whole money. */
  get weights(): Float64Array {
    return this.#weightsOf(this.counts);
  }

  /** A fraction of the whole money, after the cost of the trades. */
  get cash(): number {
    return this.#cashAt(this.weights);
  }

  #cashAt(weights: Float64Array): number {
    const { trading } = this.#options;
    return 1 - weights.reduce((sum, weight) => sum + weight, 0) - (trading ? costOf(trading, weights) : 0);
  }

  cvar(): number {
    return cvar(this.#losses, this.#options.alpha);
  }

  isWithinLimit(): boolean {
    return this.limit === Infinity || this.#keepsLimit(this.#losses);
  }

  /** Whether with `count` more lots there is still cash, and the upper bounds, the rows and the limit are kept. */
  fits(j: number, count: number): boolean {
    const { feasible, trading } = this.#options;
    const { upper, rows } = feasible;
    const weights = this.#weightsOf(this.counts.with(j, this.counts[j]! + count));
    return (
      (trading === undefined
        ? count <= this.cash / this.lots[j]! + ROUNDING
        : this.#cashAt(weights) >= -ROUNDING * this.lots[j]! - 1e-15 &&
          traded(trading.held, weights).buys <= trading.mostTurnover + ROUNDING) &&
      weights[j]! <= upper[j]! + ROUNDING &&
      rows.every((row) => excess(row, weights) <= ROUNDING) &&
      (this.limit === Infinity || this.#keepsLimit(this.#lossesWith(j, count, this.#tried)))
    );
  }

  /** @param least what is bought of an asset is at least this fraction of the money, or nothing */
  keepsAll(least = 0): boolean {
    return (
      this.counts.every((_, j) => this.fits(j, 0)) && this.weights.every((one) => one === 0 || one >= least - ROUNDING)
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

  #weightsOf(counts: Float64Array): Float64Array {
    const { kept } = this.#options;
    return counts.map((count, j) => count * this.lots[j]! + (kept?.[j] ?? 0));
  }

  /** @param into receives the losses */
  #lossesWith(j: number, count: number, into: Float64Array): Float64Array {
    const { rows, cols, data } = this.#options.scenarios;
    const [weight, losses] = [count * this.lots[j]!, this.#losses];
    for (let row = 0, at = j; row < rows; row++, at += cols) into[row] = losses[row]! - weight * data[at]!;
    return into;
  }
}

/** What trades to weights (n) cost, as a fraction of the whole money. */
export function costOf({ held, cost }: TradingTerms, weights: ArrayLike<number>): number {
  const { buys, sells } = traded(held, weights);
  return cost * (buys + sells);
}
