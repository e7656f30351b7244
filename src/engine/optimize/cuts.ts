import { nthWorst, tailSize, type Tail } from '../risk.ts';
import type { Matrix } from '../types.ts';
import type { Master } from './master.ts';

/** Which scenarios become explicit with a cut, at a portfolio with these losses and this tail. */
export type ChooseExplicit = (losses: Float64Array, tail: Tail) => readonly number[];

/**
 * Lower bounds of the CVaR, each exact at the portfolio w̄ that it is taken at.
 *
 * Let q_s ≤ 1/k be what scenario s counts for in the tail of w̄ (Σ q_s = 1), and E the explicit scenarios, those with
 * an excess column u_s ≥ −c_s·w − t, u_s ≥ 0 of their own in the program. The cut is
 *
 *     z ≥ t + Σ_{s∉E} q_s (−c_s·w − t) + (1/k) Σ_{s∈E} u_s
 *
 * which replaces max(−c_s·w − t, 0)/k by something never larger for every s outside E, and by the same at w̄. The
 * scenarios outside E make one aggregated row however many they are: with E empty this is Kelley's cut, the mean of
 * the tail's losses; with all scenarios in E it is the Rockafellar–Uryasev program itself.
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
    // Fewer than one case in the tail counts as one: the worst loss either way, without 1/k > 1.
    this.#share = 1 / Math.max(1, tailSize(scenarios.rows, alpha));
    this.#choose = choose;
    this.#master = master;
    this.#isExplicit = new Uint8Array(scenarios.rows);
  }

  /** |E| */
  get explicitCount(): number {
    return this.#explicitCount;
  }

  /** Adds the cut at the portfolio that has these losses. */
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
 * The mildest scenarios of the tail are those that another portfolio moves out of it first; what another
 * portfolio moves in is in its own tail.
 * @param width how many scenarios at most each cut adds
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
 * The scenarios on both sides of the value-at-risk are those that a small move of the portfolio takes into the
 * tail or out of it. While no other crosses it, the cut is not only a lower bound of the CVaR but the CVaR.
 * @param halfWidth how many scenarios on either side each cut adds
 */
export function nearValueAtRisk({ rows }: Matrix, alpha: number, halfWidth: number): ChooseExplicit {
  return (losses) => {
    const rank = Math.floor(tailSize(rows, alpha));
    const ranked = losses.slice();
    const highest = nthWorst(ranked, Math.max(0, rank - halfWidth));
    const lowest = nthWorst(ranked, Math.min(rows - 1, rank + halfWidth));
    const chosen: number[] = [];
    // Many scenarios can have the same loss, but a program of them all would be slow.
    for (let row = 0; row < rows && chosen.length <= 2 * halfWidth; row++) {
      if (losses[row]! <= highest && losses[row]! >= lowest) chosen.push(row);
    }
    return chosen;
  };
}
