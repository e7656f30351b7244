// Pure: from the best portfolio under one limit to the best under a limit nearby.
import type { Highs } from 'highs';
import type { Bounds, Matrix } from '../types.ts';
import { besideEdge, Cuts } from './cuts.ts';
import { Master } from './master.ts';
import { meanReturns, reachOf } from './portfolio.ts';
import { gapTolerance, precision } from './problem.ts';
import { createLook, type Found } from './search.ts';

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
 * knows those at the tail's edge one by one (`besideEdge`) and is taken at the program's answer itself, so
 * that two or three rounds do. The program and its certificate are `Search`'s; it is begun anew when it
 * knows too many scenarios.
 */
export class Walk {
  readonly #scenarios: Matrix;
  readonly #alpha: number;
  readonly #newMaster: () => Master;
  readonly #look: ReturnType<typeof createLook>;
  #master: Master;
  #cuts: Cuts;
  #weights: Float64Array;

  constructor({ scenarios, alpha, bounds, highs, from }: WalkOptions) {
    this.#scenarios = scenarios;
    this.#alpha = alpha;
    const [means, reach] = [meanReturns(scenarios), reachOf(scenarios)];
    this.#newMaster = () => new Master(highs, means, bounds, reach);
    this.#look = createLook(scenarios, alpha, bounds, means);
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
    if (this.#cuts.bandSize > mostModelled) this.beginAt(this.#weights);
    this.#master.maximiseReturn(limit);
    const fine = precision * this.#master.unit;
    for (let round = 0; round < mostRounds; round++) {
      const { weights, objective } = this.#master.solve();
      const { point, losses, tail: worst } = this.#look(weights);
      if (-point.mean <= objective + fine && point.cvar <= limit + fine) {
        this.#weights = point.weights;
        const bound = this.#master.bound();
        return -bound - point.mean <= gapTolerance ? { point, bound } : undefined;
      }
      this.#cuts.add(losses, worst);
    }
    return undefined;
  }

  /** Frees the model's WebAssembly memory, which nothing else does. */
  close(): void {
    this.#master.close();
  }

  #firstCut(): Cuts {
    const choose = besideEdge(this.#scenarios, this.#alpha, halfWidth);
    const cuts = new Cuts(this.#scenarios, this.#alpha, choose, this.#master);
    const { losses, tail } = this.#look(this.#weights);
    cuts.add(losses, tail);
    return cuts;
  }
}
