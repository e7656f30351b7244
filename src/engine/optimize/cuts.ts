// Pure: what one portfolio's losses teach the linear program about the CVaR.
import { nthWorst, tailSize, type Tail } from '../risk.ts';
import type { Matrix } from '../types.ts';
import type { Master } from './master.ts';

/**
 * Adds lower bounds of the CVaR that are exact at the portfolios they are taken at.
 *
 * CVaR(w) = min over t of t + (1/k) Σ max(−c_s·w − t, 0) over all M scenarios. A cut replaces max(x, 0)
 * by the column u_s for the scenarios of the band, by the share q_s k of x for the rest of w's tail,
 * and by 0 for everything else: never more than the truth, and the truth at w. The rest of the tail is
 * one row however many it holds. The mildest scenarios of the tail are those that another portfolio moves
 * out of it first, so those join the band; what another portfolio moves in is in its own tail.
 *
 * An empty band makes these Kelley's cuts (one cut = the tail's mean), a band that takes the whole
 * tail makes the tail-restricted Rockafellar–Uryasev program. Both ends are exact, and slow somewhere.
 */
export class Cuts {
  readonly #scenarios: Matrix;
  readonly #share: number;
  readonly #width: number;
  readonly #master: Master;
  readonly #inBand: Uint8Array;

  /** @param width how many scenarios at most each cut adds to the band */
  constructor(scenarios: Matrix, alpha: number, width: number, master: Master) {
    this.#scenarios = scenarios;
    // Fewer than one case in the tail counts as one: the worst loss either way, without 1/k > 1.
    this.#share = 1 / Math.max(1, tailSize(scenarios.rows, alpha));
    this.#width = width;
    this.#master = master;
    this.#inBand = new Uint8Array(scenarios.rows);
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
    for (const row of this.#master.forgetSlack()) this.#inBand[row] = 0;
  }

  #widenBand(losses: Float64Array, tail: Tail): void {
    const width = Math.min(this.#width, tail.indices.length);
    if (width === 0) return;
    const mildness = Float64Array.from(tail.indices, (row) => -losses[row]!);
    const nearest = nthWorst(mildness.slice(), width - 1);
    const joining: number[] = [];
    for (let i = 0, found = 0; found < width && i < tail.indices.length; i++) {
      if (mildness[i]! < nearest) continue;
      found++;
      const row = tail.indices[i]!;
      if (this.#inBand[row] === 0) joining.push(row);
    }
    const { cols, data } = this.#scenarios;
    const returns = new Float64Array(joining.length * cols);
    joining.forEach((row, at) => {
      this.#inBand[row] = 1;
      returns.set(data.subarray(row * cols, (row + 1) * cols), at * cols);
    });
    this.#master.widenBand(joining, returns);
  }
}
