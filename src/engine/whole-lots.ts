// The whole shares that are nearest to weights, by an integer program. docs/mathematics.md, section 16.
import type { Highs, Model } from 'highs';
import { borrowHighs, returnHighs } from './optimize/highs.ts';
import { type LotProblem, LotProgram } from './lot-program.ts';
import { distance, Positions } from './positions.ts';
import { isKept } from './optimize/problem.ts';
import { portfolioLosses, tail } from './risk.ts';

/** A purchase as near as this to the nearest there can be, in fractions of the money, is not improved. */
const NEAR_ENOUGH = 1e-3;
/** A purchase must be nearer by more than the solver's error to take the place of another. */
const GAIN = 1e-7;
/** The CVaR's cuts: of the program without whole numbers, and of the one with them. */
const MOST_ROUNDS = { continuous: 60, whole: 20 };
/** Work, not time, is limited, so that the same question has the same answer. */
const SOLVER_OPTIONS = {
  output_flag: false,
  mip_rel_gap: 0,
  mip_abs_gap: 1e-7,
  mip_feasibility_tolerance: 1e-9,
  primal_feasibility_tolerance: 1e-9,
  mip_max_nodes: 300,
  random_seed: 1,
};

/**
 * Solves the program without the limit, adds a cut of the CVaR at what it finds, and repeats until the limit is kept.
 * @param start a purchase that keeps everything
 * @returns the nearest purchase, or `start` where none is nearer, or none is found within the work allowed
 */
export async function nearestLots(
  problem: LotProblem,
  weights: readonly number[],
  start: Positions,
): Promise<Positions> {
  if (distance(start, weights) <= NEAR_ENOUGH) return start;
  const program = new LotProgram(problem, weights);
  if (program.isEmpty) return start;
  const highs = await borrowHighs();
  try {
    const found = new Search(highs, program, { problem, weights, start }).run();
    returnHighs(highs);
    return found;
  } catch {
    // A solver that has failed is not used again; the purchase that was there before keeps everything.
    return start;
  }
}

/** What is searched for: the lots nearest to the weights, from those of `start` on. */
interface LotSearch {
  readonly problem: LotProblem;
  readonly weights: readonly number[];
  readonly start: Positions;
}

class Search {
  readonly #highs: Highs;
  readonly #options: LotSearch;
  readonly #program: LotProgram;
  readonly #model: Model;

  constructor(highs: Highs, program: LotProgram, options: LotSearch) {
    this.#highs = highs;
    this.#options = options;
    this.#program = program;
    this.#model = highs.createModel(program.data(highs));
    this.#model.options.set(SOLVER_OPTIONS);
  }

  run(): Positions {
    try {
      const { weights, start } = this.#options;
      this.#addCut(weights);
      this.#addCut(start.weights);
      return distance(start, weights) <= this.#bound() + NEAR_ENOUGH ? start : this.#nearest();
    } finally {
      this.#model.dispose();
    }
  }

  /** How near a purchase without whole shares comes: none with them is nearer. */
  #bound(): number {
    const { problem } = this.#options;
    for (let round = 0; round < MOST_ROUNDS.continuous && this.#solve(); round += 1) {
      const v = this.#program.weightsIn(this.#model.getSolution().colValue);
      const { cvar } = tail(portfolioLosses(problem.scenarios, v), problem.alpha);
      if (isKept(cvar, problem.limit)) break;
      this.#addCut(v);
    }
    return this.#model.getObjectiveValue();
  }

  #nearest(): Positions {
    const { problem, weights, start } = this.#options;
    const columns = this.#program.wholeColumns;
    const { integer } = this.#highs.constants.variableType;
    this.#model.changeColsIntegrality({ kind: 'set', indices: columns }, new Int32Array(columns.length).fill(integer));
    for (let round = 0; round < MOST_ROUNDS.whole; round += 1) {
      const isSolved = this.#solve();
      const found = new Positions(problem);
      found.set(this.#program.countsIn(this.#model.getSolution().colValue));
      if (found.isWithinLimit()) {
        const isNearer = distance(found, weights) < distance(start, weights) - GAIN;
        return isNearer && found.keepsAll(problem.least) ? found : start;
      }
      if (!isSolved) return start;
      this.#addCut(found.weights);
    }
    return start;
  }

  /** @returns whether an optimum was reached within the work allowed */
  #solve(): boolean {
    this.#model.run();
    return this.#model.getModelStatus() === this.#highs.constants.modelStatus.optimal;
  }

  /** CVaR(v) ≥ a·v, equal at `at` (n), with a the mean of what is lost in its tail. */
  #addCut(at: ArrayLike<number>): void {
    const { scenarios, alpha, limit } = this.#options.problem;
    if (limit === Infinity) return;
    const { indices: tailRows, weights } = tail(portfolioLosses(scenarios, at), alpha);
    const { cols, data } = scenarios;
    const a = new Float64Array(cols);
    tailRows.forEach((row, i) => {
      for (let j = 0; j < cols; j++) a[j]! -= weights[i]! * data[row * cols + j]!;
    });
    const { upper, indices, values } = this.#program.atMost(a, limit);
    this.#model.addRow(-Infinity, upper, { indices, values });
  }
}
