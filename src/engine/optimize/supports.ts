import { type Polytope, sum } from '../constraints/polytope.ts';
import type { Sparsity } from './problem.ts';

/** Certified lower bounds on the objective of every portfolio of a branch. */
export interface Bounds {
  readonly bound: number;
  /** What is known of another limit. */
  readonly boundUnder: (limit: number) => number;
}

/** A part of the sparse portfolios, by the assets that are held for sure and those that are not. */
export interface Branch extends Bounds {
  readonly inside: ReadonlySet<number>;
  readonly outside: ReadonlySet<number>;
}

const UNBOUNDED: Bounds = { bound: -Infinity, boundUnder: () => -Infinity };

/** A smaller weight counts as 0: it comes from a solver's tolerance. */
const NONE = 1e-9;

/** Which assets a sparse portfolio may hold, and how the choice is divided. */
export class Supports {
  readonly #feasible: Polytope;
  readonly #most: number;
  readonly #least: number;

  constructor(feasible: Polytope, { most, least }: Sparsity) {
    this.#feasible = feasible;
    this.#least = least;
    // More positions than this are together more than all the money.
    this.#most = least > 0 ? Math.min(most, Math.floor(1 / least + NONE)) : most;
  }

  /** All that is allowed. Assets with a lower bound are held, and those too small for a position are not. */
  root(): Branch {
    const { lower, upper } = this.#feasible;
    const assets = [...lower.keys()];
    return {
      inside: new Set(assets.filter((at) => lower[at]! > 0)),
      outside: new Set(assets.filter((at) => lower[at] === 0 && upper[at]! < this.#least)),
      ...UNBOUNDED,
    };
  }

  /** The portfolios that hold these assets and no others. */
  only(inside: ReadonlySet<number>): Branch {
    const outside = [...this.#feasible.lower.keys()].filter((at) => !inside.has(at));
    return { inside, outside: new Set(outside), ...UNBOUNDED };
  }

  /** The largest of weights (n), as many as can be held at their size or above; with those that must be. */
  largestOf(weights: ArrayLike<number>): Branch {
    const { inside, outside } = this.root();
    const open = [...this.#feasible.lower.keys()]
      .filter((at) => !inside.has(at) && !outside.has(at) && weights[at]! >= Math.max(NONE, this.#least / 2))
      .toSorted((a, b) => weights[b]! - weights[a]!);
    return this.only(new Set([...inside, ...open.slice(0, Math.max(0, this.#most - inside.size))]));
  }

  /** These assets and at most so many others, the ones with the lowest reduced costs (n) below 0. */
  widened(support: ReadonlySet<number>, reducedCosts: Float64Array, most: number): Branch {
    const { inside, outside } = this.root();
    const joining = [...this.#feasible.lower.keys()]
      .filter((at) => !support.has(at) && !outside.has(at) && reducedCosts[at]! < 0)
      .toSorted((a, b) => reducedCosts[a]! - reducedCosts[b]!)
      .slice(0, most);
    return { ...this.only(new Set([...support, ...joining])), inside };
  }

  /** Weights without the limits on their number and size; undefined where bounds alone leave none. */
  polytopeOf({ inside, outside }: Branch): Polytope | undefined {
    const { lower, upper, rows } = this.#feasible;
    const free = this.#most - inside.size;
    const isOut = (at: number): boolean => outside.has(at) || (free <= 0 && !inside.has(at));
    const least = lower.map((bound, at) => (inside.has(at) ? Math.max(bound, this.#least) : 0));
    const most = upper.map((bound, at) => (isOut(at) ? 0 : bound));
    if (free < 0 || least.some((bound, at) => bound > most[at]! + NONE) || sum(least) > 1 + NONE) return undefined;
    const open = most.filter((_, at) => !inside.has(at)).toSorted((a, b) => b - a);
    const reached = sum(open.subarray(0, free)) + sum(most.filter((_, at) => inside.has(at)));
    return reached < 1 - NONE ? undefined : { lower: least, upper: most, rows };
  }

  /** What can be held of the assets that weights (n) hold; undefined where these are not sparse. */
  polytopeAt(weights: ArrayLike<number>): Polytope | undefined {
    const support = this.supportOf(weights);
    return support && this.polytopeOf(this.only(support));
  }

  /** The assets that weights (n) hold; undefined where these are too many, or one is too small. */
  supportOf(weights: ArrayLike<number>): ReadonlySet<number> | undefined {
    const held = Array.from({ length: weights.length }, (_, at) => at).filter((at) => weights[at]! > NONE);
    const isSmall = held.some((at) => weights[at]! < this.#least - NONE);
    return isSmall || held.length > this.#most ? undefined : new Set(held);
  }

  /**
   * Divides a branch whose best weights (n) are not sparse. Where they hold too many, the assets are decided one after
   * the other, the largest first: all of the largest are held (the first part), or one of them is not.
   */
  split({ inside, outside }: Branch, weights: Float64Array, bounds: Bounds): Branch[] {
    const part = (held: readonly number[], none: readonly number[]): Branch => ({
      inside: new Set([...inside, ...held]),
      outside: new Set([...outside, ...none]),
      ...bounds,
    });
    const open = [...weights.keys()].filter((at) => weights[at]! > NONE && !inside.has(at));
    const largest = open.toSorted((a, b) => weights[b]! - weights[a]!).slice(0, this.#most - inside.size);
    if (largest.length === open.length) {
      const doubt = (at: number): number => Math.min(weights[at]!, this.#least - weights[at]!);
      const [at] = open.toSorted((a, b) => doubt(b) - doubt(a));
      if (at === undefined) throw new Error('expected weights that are not sparse');
      return [part([at], []), part([], [at])];
    }
    const others = largest.map((at, before) => part(largest.slice(0, before), [at]));
    return [part(largest, []), ...others];
  }
}
