// Pure: cuts that are right not only at one portfolio but at those next to it.
import { nthWorst, tailSize, type Tail } from '../risk.ts';
import type { Matrix } from '../types.ts';
import type { Master } from './master.ts';

/**
 * `Cuts` with another choice of the band: the scenarios on both sides of the tail's edge, because these
 * are the ones that a small move of the portfolio takes into the tail or out of it. While no other crosses
 * the edge, the cut is not only a lower bound of the CVaR but the CVaR.
 */
export class EdgeCuts {
  readonly #scenarios: Matrix;
  readonly #alpha: number;
  readonly #halfWidth: number;
  readonly #master: Master;
  readonly #inBand: Uint8Array;
  #size = 0;

  /** @param halfWidth how many scenarios on either side of the edge each cut adds to the band */
  constructor(scenarios: Matrix, alpha: number, halfWidth: number, master: Master) {
    this.#scenarios = scenarios;
    this.#alpha = alpha;
    this.#halfWidth = halfWidth;
    this.#master = master;
    this.#inBand = new Uint8Array(scenarios.rows);
  }

  /** How many scenarios the program models one by one. */
  get size(): number {
    return this.#size;
  }

  /** Adds the cut at the portfolio that has these losses (see `Cuts` for why it is a bound). */
  add(losses: Float64Array, { indices, weights }: Tail): void {
    this.#widenBand(losses);
    const { rows, cols, data } = this.#scenarios;
    const core = new Float64Array(cols);
    let level = 1;
    for (let i = 0; i < indices.length; i++) {
      const row = indices[i]!;
      if (this.#inBand[row] === 1) continue;
      level -= weights[i]!;
      for (let col = 0, at = row * cols; col < cols; col++) core[col]! -= weights[i]! * data[at + col]!;
    }
    // Fewer than one case in the tail counts as one: the worst loss either way, without a share above 1.
    const share = 1 / Math.max(1, tailSize(rows, this.#alpha));
    this.#master.addCut({ core, level: Math.abs(level) < 1e-12 ? 0 : level, share });
  }

  #widenBand(losses: Float64Array): void {
    const { rows, cols, data } = this.#scenarios;
    const edge = Math.floor(tailSize(rows, this.#alpha));
    const ranked = losses.slice();
    const highest = nthWorst(ranked, Math.max(0, edge - this.#halfWidth));
    const lowest = nthWorst(ranked, Math.min(rows - 1, edge + this.#halfWidth));
    const joining: number[] = [];
    // Many scenarios can have the same loss, but a program of them all would be slow.
    for (let row = 0, room = 2 * this.#halfWidth + 1; row < rows && room > 0; row++) {
      if (losses[row]! > highest || losses[row]! < lowest) continue;
      room--;
      if (this.#inBand[row] === 0) joining.push(row);
    }
    const returns = new Float64Array(joining.length * cols);
    joining.forEach((row, at) => {
      this.#inBand[row] = 1;
      returns.set(data.subarray(row * cols, (row + 1) * cols), at * cols);
    });
    this.#master.widenBand(joining, returns);
    this.#size += joining.length;
  }
}
