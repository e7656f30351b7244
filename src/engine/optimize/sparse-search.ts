import type { Polytope } from '../constraints/polytope.ts';
import { excessBehind } from './behind.ts';
import { Branches, higher } from './branches.ts';
import type { Evaluation, Evaluator } from './evaluator.ts';
import type { Family } from './master-parts.ts';
import type { MasterSolution } from './master.ts';
import { type Behind, GAP_TOLERANCE, LIMIT_TOLERANCE, PRECISION } from './problem.ts';
import type { Relaxation } from './relaxation.ts';
import { areSame } from './search.ts';
import type { Goal, Incumbent, Seeds, SparseResult } from './sparse-result.ts';
import type { Bounds, Branch, Supports } from './supports.ts';

interface SparseSearchOptions {
  readonly evaluator: Evaluator;
  readonly relaxation: Relaxation;
  readonly supports: Supports;
  readonly behind: Behind | undefined;
  /** The most linear programs of one search. */
  readonly mostSolves: number;
}

/** What is known of a branch. */
interface Explored extends Bounds {
  /** Whether it may be looked into again. */
  readonly isOpen: boolean;
  /** (n) Where it must be divided. */
  readonly weights?: Float64Array;
}

interface Judged {
  readonly at: Evaluation;
  /** Of the CVaR over the limit, or over what the program says. */
  readonly excess: number;
  readonly excessToBenchmark: number;
  /** Whether the weights are as good as the program says. */
  readonly isExact: boolean;
}

/** So many programs may find nothing before what surely is allowed is looked at. */
const MOST_WITHOUT_SEED = 50;
/** A branch that can be better by less, for returns near 1, is not looked into. */
const WORTHWHILE = GAP_TOLERANCE / 10;
/** A branch is divided once a cut raises its bound by less than this share of what it lacks. */
const LITTLE = 0.25;
/** So many assets are offered to the best portfolio at once, where fewer have not helped. */
const JOINING = [3, 8, 20];
const MOST_ROUNDS = 100;
/** After so many cuts some have explicit scenarios: they make each program slower, but bring a search to its end. */
const PATIENCE = 60;
/** Where nothing is found yet, a branch is divided once its best weights are this near to what the cuts say of them. */
const NEAR = 1e-3;
/** More branches than this are not kept for the next limit, which begins anew. */
const MOST_KEPT = 400;

/**
 * Branch and bound over what is held (Land & Doig 1960), on the master problem with the weights of a branch: its cuts
 * hold in every branch, and its bound is certified in each from the dual values. The branch with the lowest bound is
 * next. Ends when no branch can be better than the best portfolio by what counts, or after so many linear programs, which
 * makes the same answer on every machine.
 *
 * Under another limit the dual values still give each branch a bound. So the next search begins with the branches of the
 * one before, of which few must be looked into again.
 */
export class SparseSearch {
  readonly #options: SparseSearchOptions;
  #best: Incumbent | undefined;
  #goal: Goal = {};
  #solves = 0;
  #branches = new Branches([]);

  constructor(options: SparseSearchOptions) {
    this.#options = options;
  }

  /**
   * @param seeds where to look first, and where to look when nothing else is found
   * @throws Error when nothing is found
   */
  run(goal: Goal, { first, last }: Seeds): SparseResult {
    this.#branches = this.#branchesFor(goal);
    this.#goal = goal;
    this.#best = undefined;
    this.#solves = 0;
    if (first !== undefined) this.#explore(this.#options.supports.only(first));
    this.#divide(last);
    if (this.#best === undefined) this.#explore(this.#options.supports.only(last()));
    if (this.#best === undefined) throw new Error('found no portfolio of so few assets');
    return { ...(this.#best as Incumbent), bound: this.#branches.bound() };
  }

  #branchesFor({ limit }: Goal): Branches {
    const isNew = limit === undefined || this.#goal.limit === undefined || this.#branches.count > MOST_KEPT;
    return isNew ? new Branches([this.#options.supports.root()]) : this.#branches.under(limit);
  }

  #divide(seed: () => ReadonlySet<number>): void {
    const { supports, mostSolves } = this.#options;
    let isSeeded = false;
    for (let next = this.#branches.lowest(); next !== undefined; next = this.#branches.lowest()) {
      if (next.bound >= this.#cutoff()) return;
      const isOver = this.#solves >= mostSolves;
      if (this.#best === undefined && !isSeeded && (isOver || this.#solves > MOST_WITHOUT_SEED)) {
        isSeeded = true;
        this.#explore(supports.only(seed()));
      }
      if (isOver) return this.#improve();
      const [likely] = this.#take(next);
      // At once: the largest weights alone are often a good portfolio.
      if (likely !== undefined) this.#take(likely);
    }
  }

  /** Offers the best portfolio the assets that its program would add first, and keeps the largest weights, while that helps. */
  #improve(): void {
    const { supports, relaxation } = this.#options;
    for (let at = 0; at < JOINING.length && this.#best !== undefined;) {
      const { support } = this.#best;
      this.#explore(supports.only(support));
      const { value } = this.#best;
      const wider = supports.widened(support, relaxation.master.certificate().reducedCosts, JOINING[at]!);
      const { weights } = this.#explore(wider);
      if (weights !== undefined) this.#explore(supports.split(wider, weights, wider)[0]!);
      at = this.#best.value < value ? 0 : at + 1;
    }
  }

  /** Looks into an open branch. @returns its parts, where it must be divided */
  #take(branch: Branch): readonly Branch[] {
    const rival = this.#branches.lowest(branch)?.bound;
    const { weights, isOpen, ...found } = this.#explore(branch, rival);
    const bounds = higher(branch, found);
    const parts = weights === undefined ? [] : this.#options.supports.split(branch, weights, bounds);
    if (weights === undefined) this.#branches.replace(branch, [{ ...branch, ...bounds }], isOpen);
    else this.#branches.replace(branch, parts, true);
    return parts;
  }

  /** What a branch must promise to be looked into. */
  #cutoff(): number {
    const { unit } = this.#options.relaxation.master;
    return this.#best === undefined ? Infinity : this.#best.value - WORTHWHILE * unit;
  }

  /**
   * Cuts until the branch is hopeless or solved, or its best weights are not sparse and hardly change, or another branch
   * is more promising.
   */
  #explore(branch: Branch, rival = Infinity): Explored {
    const { supports, relaxation } = this.#options;
    const { master } = relaxation;
    const polytope = supports.polytopeOf(branch);
    if (polytope === undefined) return { bound: Infinity, boundUnder: () => Infinity, isOpen: false };
    master.confine(polytope.lower, polytope.upper);
    let before: MasterSolution | undefined;
    for (let round = 1; round <= MOST_ROUNDS; round++) {
      this.#solves += 1;
      const solution = master.solveIfFeasible();
      if (solution === undefined) return this.#impossible();
      const { weights, objective } = solution;
      const isHopeless = objective >= this.#cutoff();
      if (isHopeless) {
        const bounds = this.#bounds();
        if (bounds.bound >= this.#cutoff()) return { ...bounds, isOpen: false };
      }
      const support = supports.supportOf(weights);
      const isSettled = before !== undefined && areSame(before.weights, weights);
      const judged = this.#judge(solution, polytope, support, isSettled);
      const isLast = round === MOST_ROUNDS;
      const isDone = judged.isExact || isSettled;
      const rise = before === undefined ? Infinity : objective - before.objective;
      const isDivided = support === undefined && (isDone || isLast || this.#isSlow(rise, objective, judged));
      const isLate =
        isLast ||
        (support !== undefined && this.#best !== undefined && objective > rival && this.#goal.limit === undefined);
      // Before a cut changes the program.
      const bounds = isDone || isDivided || isLate ? this.#bounds() : undefined;
      this.#exclude(judged, round >= PATIENCE && round % 10 === 0);
      if (bounds !== undefined) return { ...bounds, isOpen: isLate && !isDone, ...(isDivided && { weights }) };
      before = solution;
    }
    throw new Error('expected the last round to end');
  }

  /** Whether more cuts would bring little to a branch that must be divided anyway. */
  #isSlow(rise: number, objective: number, { excess, excessToBenchmark }: Judged): boolean {
    if (this.#best !== undefined) return rise <= LITTLE * (this.#cutoff() - objective);
    return Math.max(excess, excessToBenchmark) <= NEAR * this.#options.relaxation.master.unit;
  }

  /** Of the last program. */
  #bounds(): Bounds {
    const { limit } = this.#goal;
    const { bound, price } = this.#options.relaxation.master.certificate();
    // Under a lower limit no less is lost.
    if (limit === undefined || limit === Infinity || price === 0) return { bound, boundUnder: () => bound };
    return { bound, boundUnder: (other) => bound + price * (limit - other) };
  }

  #impossible(): Explored {
    const { limit = Infinity } = this.#goal;
    return { bound: Infinity, boundUnder: (other) => (other <= limit ? Infinity : -Infinity), isOpen: false };
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
  #exclude({ at, excess, excessToBenchmark }: Judged, isExplained: boolean): void {
    const { evaluator, relaxation } = this.#options;
    const fine = PRECISION * relaxation.master.unit;
    const add = (family: Family): void => {
      if (isExplained) relaxation.addExplained(at, family);
      else relaxation.addPlain(at, family);
    };
    if (excess > fine) add('loss');
    if (excessToBenchmark > fine) add('behind');
    evaluator.release(at);
  }
}
