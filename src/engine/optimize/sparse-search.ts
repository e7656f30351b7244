import type { Polytope } from '../constraints/polytope.ts';
import { excessBehind } from './behind.ts';
import { type Evaluation, type Evaluator, slope } from './evaluator.ts';
import type { MasterSolution } from './master.ts';
import type { Family } from './master-parts.ts';
import { type Behind, GAP_TOLERANCE, LIMIT_TOLERANCE, PRECISION } from './problem.ts';
import type { Relaxation } from './relaxation.ts';
import { areSame, crossingShare } from './search.ts';
import type { Branch, Supports } from './supports.ts';

/** The least CVaR, or the highest net return with a CVaR of at most `limit`. */
export type Goal = { readonly limit?: undefined } | { readonly limit: number };

/** The best portfolio that was found. */
export interface SparseResult extends Incumbent {
  /** A certified lower bound on the objective of every sparse portfolio. */
  readonly bound: number;
}

interface SparseSearchOptions {
  readonly evaluator: Evaluator;
  readonly relaxation: Relaxation;
  readonly supports: Supports;
  readonly behind: Behind | undefined;
  /** The most linear programs of one search. */
  readonly mostSolves: number;
}

/** Assets to hold. */
interface Seeds {
  readonly first?: ReadonlySet<number> | undefined;
  /** Surely allow a portfolio. @throws UserError when none do */
  readonly last: () => ReadonlySet<number>;
}

/** An allowed sparse portfolio. */
interface Incumbent {
  /** (n) */
  readonly weights: Float64Array;
  /** What is held. */
  readonly support: ReadonlySet<number>;
  readonly value: number;
  /** See `Master.priceOfRisk`. */
  readonly priceOfRisk: number;
}

interface Judged {
  readonly at: Evaluation;
  /** Of the CVaR over the limit, or over what the program says. */
  readonly excess: number;
  readonly excessToBenchmark: number;
  /** Whether the weights are as good as the program says. */
  readonly isExact: boolean;
}

/** Cuts add explicit scenarios up to so many: more make each program slower than they spare. */
const MOST_EXPLICIT = 60;
/** From this excess on a cut is taken where the limit is reached, for returns near 1. */
const NEAR_EXCESS = 1e-3;
/** So many programs may find nothing before what surely is allowed is looked at. */
const MOST_WITHOUT_SEED = 50;
/** A branch that can be better by less, for returns near 1, is not looked into. */
const WORTHWHILE = GAP_TOLERANCE / 10;
/** A branch is divided once a cut raises its bound by less than this share of what it lacks. */
const LITTLE = 0.25;
const MOST_ROUNDS = 100;

/**
 * Branch and bound over what is held (Land & Doig 1960), on the master problem with the weights of a branch: its cuts
 * hold in every branch, and its bound is certified in each from the dual values. The branch with the lowest bound is
 * next. Ends when no branch can be better than the best portfolio by what counts, or after so many linear programs, which
 * makes the same answer on every machine.
 */
export class SparseSearch {
  readonly #options: SparseSearchOptions;
  #best: Incumbent | undefined;
  #goal: Goal = {};
  /** A feasible portfolio from which cuts are taken. */
  #from: Evaluation | undefined;
  #solves = 0;

  constructor(options: SparseSearchOptions) {
    this.#options = options;
  }

  /**
   * @param seeds where to look first, and where to look when nothing else is found
   * @param from a portfolio of any number of assets that keeps all limits
   * @throws Error when nothing is found
   */
  run(goal: Goal, { first, last }: Seeds, from: Evaluation): SparseResult {
    this.#goal = goal;
    this.#from = from;
    this.#best = undefined;
    this.#solves = 0;
    if (first !== undefined) this.#explore(this.#options.supports.only(first), false);
    const bound = this.#divide(last);
    if (this.#best === undefined) this.#explore(this.#options.supports.only(last()), false);
    if (this.#best === undefined) throw new Error('found no portfolio of so few assets');
    return { ...(this.#best as Incumbent), bound };
  }

  /** @returns a bound of everything */
  #divide(seed: () => ReadonlySet<number>): number {
    const { supports, mostSolves } = this.#options;
    let open = [supports.root()];
    let bound = Infinity;
    const explore = (branch: Branch): readonly Branch[] => {
      const { bound: reached, weights } = this.#explore(branch, branch.bound === -Infinity);
      if (weights !== undefined) return supports.split(branch, weights, Math.max(branch.bound, reached));
      bound = Math.min(bound, reached);
      return [];
    };
    let isSeeded = false;
    for (let next = lowest(open); next !== undefined; next = lowest(open)) {
      const isOver = this.#best !== undefined && this.#solves >= mostSolves;
      // It has the lowest bound of all.
      if (isOver || next.bound >= this.#cutoff()) return Math.min(bound, next.bound);
      open = open.filter((one) => one !== next);
      const [likely, ...others] = explore(next);
      if (likely === undefined) continue;
      // At once: the largest weights alone are often a good portfolio.
      open.push(...others, ...explore(likely));
      if (this.#best === undefined && !isSeeded && this.#solves > MOST_WITHOUT_SEED) {
        isSeeded = true;
        this.#explore(supports.only(seed()), false);
      }
    }
    return bound;
  }

  /** What a branch must promise to be looked into. */
  #cutoff(): number {
    const { unit } = this.#options.relaxation.master;
    return this.#best === undefined ? Infinity : this.#best.value - WORTHWHILE * unit;
  }

  /**
   * Cuts until the branch is hopeless or solved, or its best weights are not sparse and hardly change.
   * @param isWhole whether it is all there is
   * @returns a certified bound; the weights (n) where the branch must be divided
   */
  #explore(branch: Branch, isWhole: boolean): { readonly bound: number; readonly weights?: Float64Array } {
    const { supports, relaxation } = this.#options;
    const { master } = relaxation;
    const polytope = supports.polytopeOf(branch);
    if (polytope === undefined) return { bound: Infinity };
    master.confine(polytope.lower, polytope.upper);
    let before: { readonly weights: Float64Array; readonly objective: number } | undefined;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      this.#solves += 1;
      const solution = master.solveIfFeasible();
      if (solution === undefined) return { bound: Infinity };
      const { weights, objective } = solution;
      if (objective >= this.#cutoff()) {
        const bound = master.bound();
        if (bound >= this.#cutoff()) return { bound };
      }
      const isSettled = before !== undefined && areSame(before.weights, weights);
      const support = supports.supportOf(weights);
      const judged = this.#judge(solution, polytope, support, isSettled);
      const rise = before === undefined ? Infinity : objective - before.objective;
      const isSlow = support === undefined && !isWhole && rise <= LITTLE * (this.#cutoff() - objective);
      const isDone = judged.isExact || isSettled || isSlow;
      // Before a cut changes the program.
      const bound = isDone ? master.bound() : branch.bound;
      this.#exclude(judged);
      if (isDone) return support === undefined ? { bound, weights } : { bound };
      before = { weights, objective };
    }
    return {
      bound: branch.bound,
      ...(before !== undefined && supports.supportOf(before.weights) === undefined && before),
    };
  }

  /** Takes a solution of a program for the best portfolio, if it is one. */
  #judge(
    { weights, objective }: MasterSolution,
    polytope: Polytope,
    support: ReadonlySet<number> | undefined,
    isSettled: boolean,
  ): Judged {
    const { evaluator, relaxation, supports, behind } = this.#options;
    const { limit } = this.#goal;
    const fine = PRECISION * relaxation.master.unit;
    const tolerance = isSettled ? LIMIT_TOLERANCE / 2 : fine;
    const within = support && supports.polytopeOf(supports.only(support));
    const at = evaluator.evaluate(weights, within ?? polytope);
    const value = limit === undefined ? at.cvar : -at.expectedReturn;
    const excess = at.cvar - (limit ?? objective);
    const excessToBenchmark = excessBehind(at, behind);
    const isAllowed = (limit === undefined || excess <= tolerance) && excessToBenchmark <= tolerance;
    if (support !== undefined && isAllowed && value < (this.#best?.value ?? Infinity)) {
      this.#best = { weights: at.weights, support, value, priceOfRisk: relaxation.master.priceOfRisk() };
    }
    return { at, excess, excessToBenchmark, isExact: Math.max(excess, excessToBenchmark) <= fine };
  }

  /** Adds cuts where a solution is better than its weights really are. */
  #exclude({ at, excess, excessToBenchmark }: Judged): void {
    const { evaluator, relaxation } = this.#options;
    const fine = PRECISION * relaxation.master.unit;
    if (excess > fine) this.#cut('loss', at, excess);
    if (excessToBenchmark > fine) this.#cut('behind', at, excessToBenchmark);
    evaluator.release(at);
  }

  /** Taken where a limit is reached on the way from a portfolio that keeps it, if that is far. */
  #cut(family: Family, at: Evaluation, excess: number): void {
    const { evaluator, relaxation } = this.#options;
    const hasLimit = family === 'behind' || this.#goal.limit !== undefined;
    const isNear = excess < NEAR_EXCESS * relaxation.master.unit;
    const from = this.#from!;
    if (isNear && relaxation.explicitCount < MOST_EXPLICIT) {
      relaxation.addExplained(at, family);
    } else if (isNear || !hasLimit) {
      relaxation.addPlain(at, family);
    } else {
      const share = family === 'behind' ? crossingShare(excess, from, at) : 1 - excess / slope(at, from, at);
      const crossing = evaluator.between(from, at, share > 0 && share < 1 ? share : 1);
      relaxation.addPlain(crossing, family);
      evaluator.release(crossing);
    }
  }
}

/** The branch with the lowest bound. */
function lowest(open: readonly Branch[]): Branch | undefined {
  return open.reduce<Branch | undefined>((least, one) => (least && least.bound <= one.bound ? least : one), undefined);
}
