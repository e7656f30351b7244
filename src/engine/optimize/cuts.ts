import { nthWorst, tailSize, type Tail } from '../risk.ts';
import type { Matrix } from '../types.ts';
import type { Master } from './master.ts';

/** Chooses the scenarios that become explicit with a cut at a portfolio with these losses (M) and this tail. */
export type ChooseExplicit = (losses: Float64Array, tail: Tail) => readonly number[];

/**
 * Lower bounds of the CVaR. Each is exact at the portfolio v at which it is taken.
 *
 * Let q_m ≤ 1/k be the weight of scenario m in the tail of v (Σ q_m = 1), and B the explicit scenarios, which have a
 * column u_m ≥ −c_m·w − t, u_m ≥ 0 in the program. The cut is
 *
 *     z ≥ t + Σ_{m∉B} q_m (−c_m·w − t) + (1/k) Σ_{m∈B} u_m
 *
 * For m outside B it replaces max(−c_m·w − t, 0)/k by a term that is never larger, and equal at v. All scenarios
 * outside B share one row. With B empty this is Kelley's cut, the mean of the tail's losses; with all scenarios in B it
 * is the Rockafellar–Uryasev program itself.
 */
export class Cuts {
  readonly #scenarios: Matrix;
  /** 1/k */
  readonly #share: number;
  readonly #choose: ChooseExplicit;
  readonly #master: Master;
  readonly #isExplicit: Uint8Array;
  #explicitCount = 0;

  constructor(scenarios: Matrix, alpha: number, choose: ChooseExplicit, master: Master) {
    this.#scenarios = scenarios;
    // A tail of less than one case counts as one. The CVaR is the worst loss either way, and 1/k stays at most 1.
    this.#share = 1 / Math.max(1, tailSize(scenarios.rows, alpha));
    this.#choose = choose;
    this.#master = master;
    this.#isExplicit = new Uint8Array(scenarios.rows);
  }

  /** |B| */
  get explicitCount(): number {
    return this.#explicitCount;
  }

  /** Adds the cut at the portfolio with these losses (M). */
  add(losses: Float64Array, tail: Tail): void {
    this.#addExplicit(losses, tail);
    const { cols, data } = this.#scenarios;
    const core = new Float64Array(cols);
    let level = 1;
    for (let i = 0; i < tail.indices.length; i++) {
      const row = tail.indices[i]!;
      if (this.#isExplicit[row] === 1) continue;
      const weight = tail.weights[i]!;
      level -= weight;
      for (let col = 0, at = row * cols; col < cols; col++) core[col]! -= weight * data[at + col]!;
    }
    this.#master.addCut({ core, level: Math.abs(level) < 1e-12 ? 0 : level, share: this.#share });
  }

  /** See `Master.dropInactive`. */
  dropInactive(): void {
    const leaving = this.#master.dropInactive();
    for (const row of leaving) this.#isExplicit[row] = 0;
    this.#explicitCount -= leaving.length;
  }

  #addExplicit(losses: Float64Array, tail: Tail): void {
    const joining = this.#choose(losses, tail).filter((row) => this.#isExplicit[row] === 0);
    const { cols, data } = this.#scenarios;
    const returns = new Float64Array(joining.length * cols);
    joining.forEach((row, at) => {
      this.#isExplicit[row] = 1;
      returns.set(data.subarray(row * cols, (row + 1) * cols), at * cols);
    });
    this.#master.addExplicit(joining, returns);
    this.#explicitCount += joining.length;
  }
}

/**
 * Chooses the mildest scenarios of the tail, which are the first to leave it for another portfolio. Those that enter
 * are in the tail of that portfolio's own cut.
 * @param width the largest number of scenarios a cut adds
 */
export function mildestInTail(width: number): ChooseExplicit {
  return (losses, { indices }) => {
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
}

/**
 * Chooses the scenarios on both sides of the value-at-risk, which enter or leave the tail when the portfolio changes a
 * little. As long as no other scenario does, the cut equals the CVaR.
 * @param halfWidth the number of scenarios on either side that a cut adds
 */
export function nearValueAtRisk({ rows }: Matrix, alpha: number, halfWidth: number): ChooseExplicit {
  return (losses) => {
    const rank = Math.floor(tailSize(rows, alpha));
    const ranked = losses.slice();
    const highest = nthWorst(ranked, Math.max(0, rank - halfWidth));
    const lowest = nthWorst(ranked, Math.min(rows - 1, rank + halfWidth));
    const chosen: number[] = [];
    // Many scenarios can have the same loss. The number is limited, because a program with all of them would be slow.
    for (let row = 0; row < rows && chosen.length <= 2 * halfWidth; row++) {
      if (losses[row]! <= highest && losses[row]! >= lowest) chosen.push(row);
    }
    return chosen;
  };
}
