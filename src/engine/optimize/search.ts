// Pure: cutting planes until the linear program's answer is the true one.
import { portfolioLosses, tail, type Tail } from '../risk.ts';
import type { Bounds, Matrix } from '../types.ts';
import { tidy } from './bounds.ts';
import type { Cuts } from './cuts.ts';
import type { Master } from './master.ts';
import { meanReturn } from './portfolio.ts';
import { limitTolerance, precision } from './problem.ts';

export interface Point {
  /** (n), inside the bounds and summing to 1. */
  readonly weights: Float64Array;
  readonly mean: number;
  readonly cvar: number;
}

/** A portfolio, with what a cut at it needs. */
export interface Looked {
  readonly point: Point;
  /** (M) Valid until the next look: one array serves them all, because it may hold a million. */
  readonly losses: Float64Array;
  readonly tail: Tail;
}

/** Looks at portfolios, each moved inside the bounds first. @param means (n) of the scenarios' columns */
export function createLook(scenarios: Matrix, alpha: number, bounds: Bounds, means: Float64Array) {
  const losses = new Float64Array(scenarios.rows);
  return (weights: ArrayLike<number>): Looked => {
    const allowed = tidy(weights, bounds);
    const worst = tail(portfolioLosses(scenarios, allowed, losses), alpha);
    return { point: { weights: allowed, mean: meanReturn(means, allowed), cvar: worst.cvar }, losses, tail: worst };
  };
}

/** What to minimise over the portfolios with a CVaR of at most `limit`; the program's objective bounds it. */
export interface Goal {
  readonly value: (point: Point) => number;
  readonly limit: number;
}

export interface Found {
  readonly point: Point;
  /** No portfolio that keeps the limit has a value below this: certified. */
  readonly bound: number;
}

/** How far from the best portfolio so far towards the program's answer the next cut is taken. */
const step = 0.3;
/**
 * The gap below which cuts are taken at the program's answer itself, which ends exactly and at a vertex;
 * so they are when the last cut did not change that answer.
 */
const nearlyThere = 1e-6;
const maxRounds = 20_000;

/**
 * Kelley's method (1960), stabilised: while far, the next cut is taken between the best portfolio so
 * far and the program's answer (Ben-Ameur & Neto 2007), which about halves the rounds.
 */
export class Search {
  readonly #look: ReturnType<typeof createLook>;
  readonly #master: Master;
  readonly #cuts: Cuts;

  constructor(scenarios: Matrix, alpha: number, bounds: Bounds, master: Master, cuts: Cuts) {
    this.#look = createLook(scenarios, alpha, bounds, master.means);
    this.#master = master;
    this.#cuts = cuts;
  }

  /** A portfolio to start from, and the first cut: without one the program knows no risk at all. */
  start(weights: Float64Array): Point {
    const { point, losses, tail: worst } = this.#look(weights);
    this.#cuts.add(losses, worst);
    return point;
  }

  /** Keeps of what was learnt for the last goal only what its answer rests on, so that the next one starts small. */
  forgetSlack(): void {
    this.#cuts.forgetSlack();
  }

  /**
   * @param inner any portfolio that keeps the goal's limit
   * @throws Error when the program's answers do not settle
   */
  run(inner: Point, { value, limit }: Goal): Found {
    // Of tiny returns even less matters.
    const { unit } = this.#master;
    const fine = precision * unit;
    let best = inner;
    let before: { readonly weights: Float64Array; readonly cutThere: boolean } | undefined;
    for (let round = 0; round < maxRounds; round++) {
      const { weights, objective } = this.#master.solve();
      const gap = value(best) - objective;
      if (gap <= fine / 10) return this.#found(best);

      const again = before !== undefined && same(before.weights, weights);
      // The first cut is taken there for limits that do not bind, which it settles.
      const there = round === 0 || again || gap < nearlyThere * unit;
      const { point, losses, tail: worst } = this.#look(there ? weights : blend(best.weights, weights));
      // An answer that its own cut did not exclude would come for ever: floating point can do no more.
      const settled = again && before!.cutThere;
      const slack = settled ? limitTolerance / 2 : fine;
      if (there && value(point) <= objective + slack && point.cvar <= limit + slack) return this.#found(point);
      if (settled) return this.#found(best);

      if (point.cvar <= limit + fine && value(point) < value(best)) best = point;
      before = { weights, cutThere: there };
      this.#cuts.add(losses, worst);
    }
    throw new Error(`no optimum after ${maxRounds} cuts`);
  }

  #found(point: Point): Found {
    return { point, bound: this.#master.bound() };
  }
}

function blend(from: Float64Array, towards: Float64Array): Float64Array {
  return Float64Array.from(from, (weight, at) => weight + step * (towards[at]! - weight));
}

function same(a: Float64Array, b: Float64Array): boolean {
  return a.every((weight, at) => Math.abs(weight - b[at]!) <= 1e-14);
}
