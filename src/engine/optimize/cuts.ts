import { nthWorst, scratchCopy, tailSize } from '../risk.ts';
import type { Matrix } from '../types.ts';
import type { Exposure } from './evaluator.ts';
import type { Master } from './master.ts';
import type { Family } from './master-parts.ts';

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
  readonly #alpha: number;
  /** 1/k */
  readonly #share: number;
  readonly #master: Master;
  readonly #family: Family;
  readonly #isExplicit: Uint8Array;
  #explicitCount = 0;

  /** @param scenarios of whose losses the family bounds the CVaR */
  constructor(scenarios: Matrix, alpha: number, master: Master, family: Family) {
    this.#scenarios = scenarios;
    this.#alpha = alpha;
    // A tail of less than one case counts as one. The CVaR is the worst loss either way, and 1/k stays at most 1.
    this.#share = 1 / Math.max(1, tailSize(scenarios.rows, alpha));
    this.#master = master;
    this.#family = family;
    this.#isExplicit = new Uint8Array(scenarios.rows);
  }

  /** |B| */
  get explicitCount(): number {
    return this.#explicitCount;
  }

  /**
   * Makes the scenarios on both sides of the value-at-risk explicit, which enter or leave the tail when the portfolio
   * changes a little. As long as no other scenario does, a cut equals the CVaR.
   * @param halfWidth the number of scenarios on either side
   */
  makeExplicit({ losses }: Exposure, halfWidth: number): void {
    const joining = nearValueAtRisk(losses, this.#alpha, halfWidth).filter((row) => this.#isExplicit[row] === 0);
    const { cols, data } = this.#scenarios;
    const returns = new Float64Array(joining.length * cols);
    joining.forEach((row, at) => {
      this.#isExplicit[row] = 1;
      returns.set(data.subarray(row * cols, (row + 1) * cols), at * cols);
    });
    this.#master.addExplicit(this.#family, joining.length, returns);
    this.#explicitCount += joining.length;
  }

  /** Adds the cut at a portfolio. */
  add({ tail }: Exposure): void {
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
    this.#master.addCut(this.#family, { core, level: Math.abs(level) < 1e-12 ? 0 : level, share: this.#share });
  }
}

/** The scenarios whose losses (M) have ranks within `halfWidth` of the value-at-risk's. */
function nearValueAtRisk(losses: Float64Array, alpha: number, halfWidth: number): number[] {
  const rows = losses.length;
  const rank = Math.floor(tailSize(rows, alpha));
  const last = Math.min(rows - 1, rank + halfWidth);
  const ranked = scratchCopy(losses);
  const lowest = nthWorst(ranked, last);
  // The selection has moved the losses that are at least `lowest` to the end.
  const highest = nthWorst(ranked.subarray(rows - 1 - last), Math.max(0, rank - halfWidth));
  const chosen: number[] = [];
  // Many scenarios can have the same loss. The number is limited, because a program with all of them would be slow.
  for (let row = 0; row < rows && chosen.length <= 2 * halfWidth; row++) {
    if (losses[row]! <= highest && losses[row]! >= lowest) chosen.push(row);
  }
  return chosen;
}
