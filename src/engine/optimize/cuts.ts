// Pure: what one portfolio's losses teach the linear program about the CVaR.
import { nthWorst, tailSize, type Tail } from '../risk.ts';
import type { Matrix } from '../types.ts';
import type { Master } from './master.ts';

/** Which scenarios join the band with a cut, at a portfolio with these losses and this tail. */
export type ChooseBand = (losses: Float64Array, tail: Tail) => readonly number[];

/**
 * Adds lower bounds of the CVaR that are exact at the portfolios they are taken at.
 *
 * CVaR(w) = min over t of t + (1/k) Σ max(−c_s·w − t, 0) over all M scenarios. A cut replaces max(x, 0)
 * by the column u_s for the scenarios of the band, by the share q_s k of x for the rest of w's tail,
 * and by 0 for everything else: never more than the truth, and the truth at w. The rest of the tail is
 * one row however many it holds.
 */
export class Cuts {
  readonly #scenarios: Matrix;
  readonly #share: number;
  readonly #choose: ChooseBand;
  readonly #master: Master;
  readonly #inBand: Uint8Array;
  #bandSize = 0;

  constructor(scenarios: Matrix, alpha: number, choose: ChooseBand, master: Master) {
    this.#scenarios = scenarios;
    // Fewer than one case in the tail counts as one: the worst loss either way, without 1/k > 1.
    this.#share = 1 / Math.max(1, tailSize(scenarios.rows, alpha));
    this.#choose = choose;
    this.#master = master;
    this.#inBand = new Uint8Array(scenarios.rows);
  }

  /** How many scenarios the program models one by one. */
  get bandSize(): number {
    return this.#bandSize;
  }

  /** Adds the cut at the portfolio that has these losses. */
  add(losses: Float64Array, tail: Tail): void {
    this.#widenBand(losses, tail);
    const { cols, data } = this.#scenarios;
    const core = new Float64Array(cols);
    let level = 1;
    for (let i = 0; i < tail.indices.length; i++) {
      const row = tail.indices[i]!;
      if (this.#inBand[row] === 1) continue;
      const weight = tail.weights[i]!;
      level -= weight;
      for (let col = 0, at = row * cols; col < cols; col++) core[col]! -= weight * data[at + col]!;
    }
    this.#master.addCut({ core, level: Math.abs(level) < 1e-12 ? 0 : level, share: this.#share });
  }

  /** See `Master.forgetSlack`. */
  forgetSlack(): void {
    const leaving = this.#master.forgetSlack();
    for (const row of leaving) this.#inBand[row] = 0;
    this.#bandSize -= leaving.length;
  }

  #widenBand(losses: Float64Array, tail: Tail): void {
    const joining = this.#choose(losses, tail).filter((row) => this.#inBand[row] === 0);
    const { cols, data } = this.#scenarios;
    const returns = new Float64Array(joining.length * cols);
    joining.forEach((row, at) => {
      this.#inBand[row] = 1;
      returns.set(data.subarray(row * cols, (row + 1) * cols), at * cols);
    });
    this.#master.widenBand(joining, returns);
    this.#bandSize += joining.length;
  }
}

/**
 * The mildest scenarios of the tail are those that another portfolio moves out of it first; what another
 * portfolio moves in is in its own tail. None makes Kelley's cuts (one cut = the tail's mean), the whole tail
 * the tail-restricted Rockafellar–Uryasev program: both are exact, and slow somewhere.
 * @param width how many scenarios at most each cut adds
 */
export const mildestOfTail =
  (width: number): ChooseBand =>
  (losses, { indices }) => {
    const most = Math.min(width, indices.length);
    if (most === 0) return [];
    const mildness = Float64Array.from(indices, (row) => -losses[row]!);
    const nearest = nthWorst(mildness.slice(), most - 1);
    const chosen: number[] = [];
    for (let i = 0; chosen.length < most && i < indices.length; i++) {
      if (mildness[i]! >= nearest) chosen.push(indices[i]!);
    }
    return chosen;
  };

/**
 * The scenarios on both sides of the tail's edge are those that a small move of the portfolio takes into the
 * tail or out of it. While no other crosses the edge, the cut is not only a lower bound of the CVaR but the CVaR.
 * @param halfWidth how many scenarios on either side each cut adds
 */
export const besideEdge =
  ({ rows }: Matrix, alpha: number, halfWidth: number): ChooseBand =>
  (losses) => {
    const edge = Math.floor(tailSize(rows, alpha));
    const ranked = losses.slice();
    const highest = nthWorst(ranked, Math.max(0, edge - halfWidth));
    const lowest = nthWorst(ranked, Math.min(rows - 1, edge + halfWidth));
    const chosen: number[] = [];
    // Many scenarios can have the same loss, but a program of them all would be slow.
    for (let row = 0; row < rows && chosen.length <= 2 * halfWidth; row++) {
      if (losses[row]! <= highest && losses[row]! >= lowest) chosen.push(row);
    }
    return chosen;
  };
