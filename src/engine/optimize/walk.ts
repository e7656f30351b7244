// Pure: from the best portfolio under one limit to the best under a limit nearby.
import type { Highs } from 'highs';
import { portfolioLosses, tail, type Tail } from '../risk.ts';
import type { Bounds, Matrix } from '../types.ts';
import { tidy } from './bounds.ts';
import { EdgeCuts } from './edge-cuts.ts';
import { Master } from './master.ts';
import { meanReturn, meanReturns } from './portfolio.ts';
import { gapTolerance, precision } from './problem.ts';
import type { Found, Point } from './search.ts';

/**
 * Measured from 10,000 × 12 to 10,000 × 100 and 100,000 × 12: 15 to 35 scenarios on either side of the
 * edge, and a new program after 100 to 300, take about the same time. To forget what is slack instead, as
 * between limits far apart, takes twice as long: the next step needs what it forgets.
 */
const halfWidth = 25;
const mostModelled = 150;
/** A step takes 2 to 30; more are a sign that floating point can do no more. */
const mostRounds = 60;

export interface WalkOptions {
  /** (M, n) */
  readonly scenarios: Matrix;
  readonly alpha: number;
  /** Such that some weights meet them (`checkBounds`). */
  readonly bounds: Bounds;
  readonly highs: Highs;
  /** (n) near the best weights under the first limit. */
  readonly from: ArrayLike<number>;
}

/**
 * The highest mean return, followed from limit to limit. `Search` begins far from its goal and goes
 * carefully. A step begins next to its goal, where nearly the same scenarios are in the tail: every cut
 * knows those at the tail's edge one by one (`EdgeCuts`) and is taken at the program's answer itself, so
 * that two or three rounds do. The program and its certificate are `Search`'s; it is begun anew when it
 * knows too many scenarios.
 */
export class Walk {
  readonly #scenarios: Matrix;
  readonly #alpha: number;
  readonly #bounds: Bounds;
  readonly #means: Float64Array;
  readonly #newMaster: () => Master;
  /** The losses of the portfolio looked at last. */
  readonly #losses: Float64Array;
  #master: Master;
  #cuts: EdgeCuts;
  #weights: Float64Array;

  constructor({ scenarios, alpha, bounds, highs, from }: WalkOptions) {
    this.#scenarios = scenarios;
    this.#alpha = alpha;
    this.#bounds = bounds;
    this.#means = meanReturns(scenarios);
    const reach = scenarios.data.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
    this.#newMaster = () => new Master(highs, this.#means, bounds, reach);
    this.#losses = new Float64Array(scenarios.rows);
    this.#weights = Float64Array.from(from);
    this.#master = this.#newMaster();
    this.#cuts = this.#firstCut();
  }

  /** Goes on from other weights (n): near the best ones under the next limit. */
  beginAt(weights: ArrayLike<number>): void {
    this.#weights = Float64Array.from(weights);
    this.#master.close();
    this.#master = this.#newMaster();
    this.#cuts = this.#firstCut();
  }

  /**
   * A portfolio with the highest mean under `limit`; `bound` is the certified one of the negated mean.
   * Undefined when it does not settle or cannot be certified, which says nothing about the limit.
   * @param limit at least the smallest CVaR there is, and a hair more
   */
  to(limit: number): Found | undefined {
    if (this.#cuts.size > mostModelled) this.beginAt(this.#weights);
    this.#master.maximiseReturn(limit);
    const fine = precision * this.#master.unit;
    for (let round = 0; round < mostRounds; round++) {
      const { weights, objective } = this.#master.solve();
      const { point, tail: worst } = this.#look(weights);
      if (-point.mean <= objective + fine && point.cvar <= limit + fine) {
        this.#weights = point.weights;
        const bound = this.#master.bound();
        return -bound - point.mean <= gapTolerance ? { point, bound } : undefined;
      }
      this.#cuts.add(this.#losses, worst);
    }
    return undefined;
  }

  /** Frees the model's WebAssembly memory, which nothing else does. */
  close(): void {
    this.#master.close();
  }

  #firstCut(): EdgeCuts {
    const cuts = new EdgeCuts(this.#scenarios, this.#alpha, halfWidth, this.#master);
    cuts.add(this.#losses, this.#look(this.#weights).tail);
    return cuts;
  }

  #look(weights: Float64Array): { point: Point; tail: Tail } {
    const allowed = tidy(weights, this.#bounds);
    const worst = tail(portfolioLosses(this.#scenarios, allowed, this.#losses), this.#alpha);
    return { point: { weights: allowed, mean: meanReturn(this.#means, allowed), cvar: worst.cvar }, tail: worst };
  }
}
