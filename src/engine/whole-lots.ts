// The whole shares that are nearest to weights, by an integer program. docs/mathematics.md, section 16.
import type { Highs, Model } from 'highs';
import { borrowHighs, returnHighs } from './optimize/highs.ts';
import type { LotProblem } from './lot-problem.ts';
import { type Cut, LotProgram } from './lot-program.ts';
import { lossesBehind, Positions } from './positions.ts';
import { isKept } from './optimize/problem.ts';
import { portfolioLosses, tail, tailMeans } from './risk.ts';

/** A purchase that may be nearer by no more than this, in fractions of the money, is not looked for. */
export const NEAR_ENOUGH = 2e-3;
/** Programs of more assets take seconds, and come little nearer than swaps where there are bounds alone. */
const MOST_ASSETS = 12;
/** How often the program is solved, with more cuts each time. */
const MOST_ROUNDS = 4;
/** Work, not time, is limited, so that the same question has the same answer. */
const SOLVER_OPTIONS = {
  output_flag: false,
  presolve: 'off',
  mip_rel_gap: 0,
  mip_abs_gap: NEAR_ENOUGH / 2,
  mip_feasibility_tolerance: 1e-9,
  primal_feasibility_tolerance: 1e-9,
  mip_heuristic_run_feasibility_jump: false,
  mip_max_nodes: 300,
  random_seed: 1,
};

/**
 * Solves the program without the limit, adds a cut of the CVaR at what it finds, and repeats until the limit is kept.
 * @param start a purchase that is allowed
 * @returns the nearest purchase, or `start` where none is nearer, or none is found within the work allowed
 */
export async function nearestLots(start: Positions): Promise<Positions> {
  const program = new LotProgram(start.problem);
  if (start.distance <= NEAR_ENOUGH || !isWorthIt(start.problem, program.size)) return start;
  const highs = await borrowHighs();
  try {
    const found = new LotSearch(highs, program, start).run();
    returnHighs(highs);
    return found;
  } catch (error) {
    // A solver that has failed is not used again; the purchase that was there before is allowed.
    if (isSolverFailure(error, highs)) return start;
    throw error;
  }
}

/** @param size how many assets can be bought */
const isWorthIt = ({ ends, sparsity, behind }: LotProblem, size: number): boolean =>
  size > 0 && (size <= MOST_ASSETS || ends.length > 0 || sparsity !== undefined || behind !== undefined);

const isSolverFailure = (error: unknown, { errors }: Highs): boolean =>
  error instanceof WebAssembly.RuntimeError ||
  (error instanceof errors.HighsError && !(error instanceof errors.HighsValidationError));

class LotSearch {
  readonly #highs: Highs;
  readonly #program: LotProgram;
  readonly #model: Model;
  readonly #start: Positions;
  readonly #problem: LotProblem;

  constructor(highs: Highs, program: LotProgram, start: Positions) {
    this.#highs = highs;
    this.#program = program;
    this.#start = start;
    this.#problem = start.problem;
    this.#model = highs.createModel(program.data(highs, start.distance - NEAR_ENOUGH));
    this.#model.options.set(SOLVER_OPTIONS);
  }

  run(): Positions {
    try {
      this.#addCuts(this.#problem.wanted);
      this.#addCuts(this.#start.weights);
      return this.#nearest();
    } finally {
      this.#model.dispose();
    }
  }

  #nearest(): Positions {
    const { optimal } = this.#highs.constants.modelStatus;
    let best = this.#start;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      this.#model.run();
      const { colValue } = this.#model.getSolution();
      const found = new Positions(this.#problem);
      found.set(this.#program.countsIn(colValue));
      if (found.distance < best.distance && found.isAllowed()) best = found;
      if (this.#model.getModelStatus() !== optimal) break;
      if (!this.#addCuts(found.weights, this.#program.beyondIn(colValue))) break;
    }
    return best;
  }

  /**
   * Adds the cuts of the CVaR at weights (n): CVaR(v) ≥ a·v for all v, equal there.
   * @param beyond by how much the program says that the benchmark's limit is exceeded there
   * @returns whether the program's solution there does not meet them
   */
  #addCuts(at: ArrayLike<number>, beyond = Infinity): boolean {
    const { scenarios, alpha, limit, behind } = this.#problem;
    const losses = portfolioLosses(scenarios, at);
    let isNew = false;
    if (limit < Infinity) {
      const worst = tail(losses, alpha);
      isNew ||= !isKept(worst.cvar, limit);
      this.#add({ losses: tailMeans(scenarios, worst).map((mean) => -mean), constant: 0, isBehind: false });
    }
    if (behind !== undefined) {
      const worst = tail(lossesBehind(losses, behind), alpha);
      const constant = worst.indices.reduce((total, row, i) => total + worst.weights[i]! * behind.benchmark[row]!, 0);
      isNew ||= !isKept(worst.cvar, behind.limit + beyond);
      this.#add({ losses: tailMeans(scenarios, worst).map((mean) => -mean), constant, isBehind: true });
    }
    return isNew;
  }

  #add(cut: Cut): void {
    const { upper, indices, values } = this.#program.rowOf(cut);
    this.#model.addRow(-Infinity, upper, { indices, values });
  }
}
