// The best whole shares, by an integer program. docs/mathematics.md, section 16.
import type { Highs, Model } from 'highs';
import { borrowHighs, returnHighs } from './optimize/highs.ts';
import type { LotProblem } from './lot-problem.ts';
import { sellDown, withMore } from './lot-moves.ts';
import { type LotCut, LotProgram } from './lot-program.ts';
import { lossesBehind, Positions } from './positions.ts';
import { isKept } from './optimize/problem.ts';
import { portfolioLosses, tail, tailMeans } from './risk.ts';

/** A purchase that may be nearer by no more than this, in fractions of the money, is not looked for. */
export const NEAR_ENOUGH = 2e-3;
/** One that may be expected to earn no more than this more, in fractions of the money, is not looked for. */
const GAIN_ENOUGH = 1e-5;
/** Programs of more assets take seconds, and come little nearer than swaps where there are bounds alone. */
const MOST_ASSETS = 12;
/** How often the program is solved, with more cuts each time: for distances, for gains, and for gains of more assets. */
const MOST_ROUNDS = { near: 4, gain: 12, gainOfMany: 2, relaxed: 30 };
const MOST_NODES = { few: 300, many: 40 };
/** Work, not time, is limited, so that the same question has the same answer. */
const SOLVER_OPTIONS = {
  output_flag: false,
  presolve: 'off',
  mip_rel_gap: 0,
  mip_feasibility_tolerance: 1e-9,
  primal_feasibility_tolerance: 1e-9,
  mip_heuristic_run_feasibility_jump: false,
  random_seed: 1,
};

/**
 * Solves the program without the limit, adds a cut of the CVaR at what it finds, and repeats until the limit is kept.
 * @param start a purchase that is allowed
 * @returns the best purchase, or `start` where none is better, or none is found within the work allowed
 */
export async function bestLots(start: Positions): Promise<Positions> {
  const program = new LotProgram(start.problem);
  if (!isWorthIt(start, program.size)) return start;
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
function isWorthIt({ objective, problem: { gains, ends, sparsity, behind } }: Positions, size: number): boolean {
  if (size === 0 || gains !== undefined) return size > 0;
  const isPossible = size <= MOST_ASSETS || ends.length > 0 || sparsity !== undefined || behind !== undefined;
  return isPossible && objective > NEAR_ENOUGH;
}

/** What keeps the limit of what may break it, and more that fits then. */
function mended(found: Positions): Positions {
  sellDown(found);
  return found.isAllowed() ? withMore(found) : found;
}

const isSolverFailure = (error: unknown, { errors }: Highs): boolean =>
  error instanceof WebAssembly.RuntimeError ||
  (error instanceof errors.HighsError && !(error instanceof errors.HighsValidationError));

class LotSearch {
  readonly #highs: Highs;
  readonly #program: LotProgram;
  readonly #model: Model;
  readonly #start: Positions;
  readonly #problem: LotProblem;
  readonly #rounds: number;

  constructor(highs: Highs, program: LotProgram, start: Positions) {
    this.#highs = highs;
    this.#program = program;
    this.#start = start;
    this.#problem = start.problem;
    const { gains } = start.problem;
    const enough = gains === undefined ? NEAR_ENOUGH : GAIN_ENOUGH;
    const isLarge = gains !== undefined && program.size > MOST_ASSETS;
    const most = isLarge ? MOST_ROUNDS.gainOfMany : MOST_ROUNDS.gain;
    this.#rounds = gains === undefined ? MOST_ROUNDS.near : most;
    this.#model = highs.createModel(program.data(highs, start.objective - enough));
    this.#model.options.set({
      ...SOLVER_OPTIONS,
      mip_abs_gap: enough / 2,
      mip_max_nodes: isLarge ? MOST_NODES.many : MOST_NODES.few,
    });
  }

  run(): Positions {
    try {
      this.#addCuts(this.#problem.wanted);
      this.#addCuts(this.#start.weights);
      if (this.#problem.gains !== undefined) this.#addRelaxedCuts();
      return this.#best();
    } finally {
      this.#model.dispose();
    }
  }

  /** Adds the cuts that matter to parts of lots: linear programs are fast, and the integer program needs few more then. */
  #addRelaxedCuts(): void {
    const { constants } = this.#highs;
    const { integrality } = this.#program.data(this.#highs, 0);
    this.#model.clearIntegrality();
    for (let round = 0; round < MOST_ROUNDS.relaxed; round += 1) {
      this.#model.run();
      if (this.#model.getModelStatus() !== constants.modelStatus.optimal) break;
      const { colValue } = this.#model.getSolution();
      if (!this.#addCuts(this.#program.weightsIn(colValue), this.#program.beyondIn(colValue))) break;
    }
    this.#model.changeColsIntegrality({ kind: 'range', from: 0, to: integrality!.length - 1 }, integrality!);
  }

  #best(): Positions {
    const { optimal } = this.#highs.constants.modelStatus;
    let best = this.#start;
    for (let round = 0; round < this.#rounds; round += 1) {
      this.#model.run();
      const isSolved = this.#model.getModelStatus() === optimal;
      const { colValue } = this.#model.getSolution();
      const found = new Positions(this.#problem);
      found.set(this.#program.countsIn(colValue));
      const isBroken = this.#addCuts(found.weights, this.#program.beyondIn(colValue));
      const kept = this.#problem.gains === undefined ? found : mended(found);
      if (kept.objective < best.objective && kept.isAllowed()) best = kept;
      if (!isSolved || !isBroken) break;
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

  #add(cut: LotCut): void {
    const { upper, indices, values } = this.#program.rowOf(cut);
    this.#model.addRow(-Infinity, upper, { indices, values });
  }
}
