import { Dictionary } from './dictionary.ts';
import { PRECISION } from './problem.ts';
import { type LinearModel, ProgramData } from './program-data.ts';
import type { LinearProgram, ProgramSolution } from './program.ts';
import { type SafeBound, safeBound } from './safe-bound.ts';

/** How far a variable may be outside its bounds. */
const FEASIBLE = 1e-10;
const LEAST_PIVOT = 1e-9;
/** Ratios this near are equal, and the larger pivot is taken. */
const TIE = 1e-13;
/** After so many pivots the dictionary is computed anew, for the sake of rounding errors. */
const MOST_PIVOTS = 400;

/**
 * A small linear program, solved again and again by the dual simplex method (Lemke 1954) on a dense dictionary, with flips
 * between bounds (Maros 2003). For programs of a hundred rows and a dozen columns it takes a tenth of HiGHS's time. All
 * columns have finite bounds, so that every basis is feasible for the dual program. What it says is checked as HiGHS's
 * answers are: bounds are computed from the dual values (`safeBound`), and solutions from the weights.
 */
export class DenseProgram implements LinearProgram {
  readonly #data = new ProgramData();
  readonly model: LinearModel = this.#data;
  readonly #dictionary = new Dictionary(this.#data);
  readonly #isSound: (columns: Float64Array) => boolean;
  /** Of the variables that are not basic: the bounds they are at. */
  #ends = new Float64Array(0);
  /** Of the basic variables. */
  #values = new Float64Array(0);
  /** Of the last solve, where nothing is feasible: the place and the direction of what cannot be reached. */
  #unreached: { readonly place: number; readonly sign: number } | undefined;

  /** @param isSound whether the columns of a solution are those of a feasible point */
  constructor(isSound: (columns: Float64Array) => boolean) {
    this.#isSound = isSound;
  }

  solve(): ProgramSolution {
    const found = this.solveIfFeasible();
    if (found === undefined) throw new Error('expected a linear program with a solution');
    return found;
  }

  solveIfFeasible(): ProgramSolution | undefined {
    const dictionary = this.#dictionary;
    dictionary.extend();
    if (this.#data.isChanged) dictionary.reset();
    this.#data.isChanged = false;
    for (const again of [() => dictionary.rebuild(), () => dictionary.reset(), undefined]) {
      const outcome = this.#run(again === undefined);
      if (outcome === 'optimal') {
        const solution = this.#solution();
        if (this.#isSound(solution.columns)) return solution;
      } else if (outcome === 'infeasible' && (again === undefined || this.#isShownInfeasible())) return undefined;
      again?.();
    }
    throw new Error('the dual simplex method found no optimum');
  }

  certificate(): SafeBound {
    const found = safeBound(this.#data, this.#duals());
    if (this.#objective() - found.bound <= PRECISION) return found;
    this.#dictionary.rebuild();
    this.#run(false);
    const again = safeBound(this.#data, this.#duals());
    return again.bound > found.bound ? again : found;
  }

  priceOf(column: number): number {
    const { nonbasic, costs } = this.#dictionary;
    const at = nonbasic.indexOf(column);
    return at < 0 ? 0 : costs[at]!;
  }

  close(): void {
    // Its memory is garbage-collected.
  }

  #objective(): number {
    const { costs, width } = this.#dictionary;
    let total = 0;
    for (let at = 0; at < width; at++) total += costs[at]! * this.#ends[at]!;
    return total;
  }

  #solution(): ProgramSolution {
    const columns = new Float64Array(this.#data.numCols);
    const { basic, nonbasic } = this.#dictionary;
    basic.forEach((variable, place) => variable >= 0 && (columns[variable] = this.#values[place]!));
    nonbasic.forEach((variable, at) => variable >= 0 && (columns[variable] = this.#ends[at]!));
    return { columns, objective: this.#objective() };
  }

  /** The dual values of the rows. */
  #duals(): Float64Array {
    const { nonbasic, costs } = this.#dictionary;
    const duals = new Float64Array(this.#data.numRows);
    nonbasic.forEach((variable, at) => variable < 0 && (duals[~variable] = costs[at]!));
    return duals;
  }

  /** Whether 0·x, bounded by the combination that cannot be reached, would have to be positive (Farkas). */
  #isShownInfeasible(): boolean {
    const { place, sign } = this.#unreached!;
    const { basic, nonbasic, rows } = this.#dictionary;
    const ray = new Float64Array(this.#data.numRows);
    nonbasic.forEach((variable, at) => variable < 0 && (ray[~variable] = -sign * rows[place]![at]!));
    if (basic[place]! < 0) ray[~basic[place]!] = sign;
    return safeBound(this.#data, ray, new Float64Array(this.#data.numCols)).bound > PRECISION;
  }

  #lower(variable: number): number {
    return variable < 0 ? this.#data.rowLower[~variable]! : this.#data.colLower[variable]!;
  }

  #upper(variable: number): number {
    return variable < 0 ? this.#data.rowUpper[~variable]! : this.#data.colUpper[variable]!;
  }

  /** Puts the variables that are not basic at the bounds that the reduced costs ask for. */
  #place(): void {
    const { nonbasic, costs, rows, width } = this.#dictionary;
    if (this.#ends.length < width) this.#ends = new Float64Array(width + 64);
    if (this.#values.length < rows.length) this.#values = new Float64Array(rows.length + 64);
    for (let at = 0; at < width; at++) {
      const [lower, upper] = [this.#lower(nonbasic[at]!), this.#upper(nonbasic[at]!)];
      const isAtUpper = costs[at]! < 0 || (costs[at] === 0 && this.#ends[at] === upper);
      // A cost of the wrong sign for a one-sided row comes from rounding.
      const end = isAtUpper ? upper : lower;
      this.#ends[at] = Number.isFinite(end) ? end : isAtUpper ? lower : upper;
    }
    rows.forEach((row, place) => {
      let value = 0;
      for (let at = 0; at < width; at++) value += row[at]! * this.#ends[at]!;
      this.#values[place] = value;
    });
  }

  /** Pivots until no variable is outside its bounds. @param isCareful by Bland's rule (1977), which cannot cycle */
  #run(isCareful: boolean): 'optimal' | 'infeasible' | 'stuck' {
    const { rows, width } = this.#dictionary;
    this.#place();
    const most = 50 * (rows.length + width) * (isCareful ? 20 : 1);
    for (let round = 0; round < most; round++) {
      // Errors grow with every pivot.
      if (this.#dictionary.pivots > MOST_PIVOTS) {
        this.#dictionary.rebuild();
        this.#place();
      }
      const place = this.#leaving(isCareful);
      if (place < 0) return 'optimal';
      const sign = this.#values[place]! < this.#lower(this.#dictionary.basic[place]!) ? 1 : -1;
      const at = this.#entering(place, sign, isCareful);
      if (at < 0) {
        this.#unreached = { place, sign };
        return 'infeasible';
      }
      this.#exchange(place, at, sign);
    }
    return 'stuck';
  }

  /** The basic variable that is outside its bounds by the most; -1 where none is. */
  #leaving(isCareful: boolean): number {
    const { basic } = this.#dictionary;
    let [most, found] = [FEASIBLE, -1];
    for (let place = 0; place < basic.length; place++) {
      const variable = basic[place]!;
      const value = this.#values[place]!;
      const outside = Math.max(this.#lower(variable) - value, value - this.#upper(variable));
      if (outside <= (isCareful ? FEASIBLE : most)) continue;
      if (isCareful && found >= 0 && basic[found]! < variable) continue;
      [most, found] = [outside, place];
    }
    return found;
  }

  /**
   * The variable that the one at `place` is exchanged for: of those that move it towards its bound, the one whose reduced
   * cost is used up first. Those that would not move it far enough within their own bounds go to the other bound.
   * @returns -1 where none does
   */
  #entering(place: number, sign: number, isCareful: boolean): number {
    const { basic, nonbasic, costs, rows, width } = this.#dictionary;
    const row = rows[place]!;
    const candidates: Entering[] = [];
    for (let at = 0; at < width; at++) {
      const [lower, upper] = [this.#lower(nonbasic[at]!), this.#upper(nonbasic[at]!)];
      const isAtUpper = this.#ends[at] === upper;
      const speed = isAtUpper ? -sign * row[at]! : sign * row[at]!;
      if (speed < LEAST_PIVOT || upper <= lower) continue;
      candidates.push({ at, speed, ratio: Math.abs(costs[at]!) / speed, other: isAtUpper ? lower : upper });
    }
    const variable = basic[place]!;
    const value = this.#values[place]!;
    let missing = sign > 0 ? this.#lower(variable) - value : value - this.#upper(variable);
    candidates.sort((a, b) =>
      Math.abs(a.ratio - b.ratio) > TIE
        ? a.ratio - b.ratio
        : isCareful
          ? nonbasic[a.at]! - nonbasic[b.at]!
          : b.speed - a.speed,
    );
    for (const [passed, { at, speed, other }] of candidates.entries()) {
      missing -= speed * Math.abs(other - this.#ends[at]!);
      if (missing > 0 && !isCareful) continue;
      for (const flipped of candidates.slice(0, passed))
        this.#move(flipped.at, flipped.other - this.#ends[flipped.at]!);
      return at;
    }
    return isCareful ? (candidates[0]?.at ?? -1) : -1;
  }

  /** Changes a variable that is not basic, and the basic ones with it. */
  #move(at: number, step: number): void {
    const { rows } = this.#dictionary;
    for (let place = 0; place < rows.length; place++) this.#values[place]! += rows[place]![at]! * step;
    this.#ends[at]! += step;
  }

  #exchange(place: number, at: number, sign: number): void {
    const { basic, rows } = this.#dictionary;
    const target = sign > 0 ? this.#lower(basic[place]!) : this.#upper(basic[place]!);
    this.#move(at, (target - this.#values[place]!) / rows[place]![at]!);
    this.#dictionary.pivot(place, at);
    this.#values[place] = this.#ends[at]!;
    this.#ends[at] = target;
  }
}

interface Entering {
  readonly at: number;
  /** How fast it moves the leaving variable towards its bound. */
  readonly speed: number;
  readonly ratio: number;
  /** The bound that it is not at. */
  readonly other: number;
}
