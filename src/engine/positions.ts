import { ROUNDING, sum } from './constraints/polytope.ts';
import { activity, distanceFrom, type LotProblem, MISSING } from './lot-problem.ts';
import { expectedReturn } from './optimize/portfolio.ts';
import { type Behind, isKept } from './optimize/problem.ts';
import { tradeCost, turnoverOf } from './optimize/trading.ts';
import { cvar, portfolioLosses, tail, tailMeans } from './risk.ts';
import type { Matrix } from './types.ts';

/** What sums of weights may miss by rounding. */
const SUM_ERROR = 1e-14;

/** What is bought so far, in lots. The rest of the money is cash, without profit and loss. */
export class Positions {
  readonly problem: LotProblem;
  /** (n) Numbers of lots, beside what stays in any case. */
  counts: Float64Array;
  /** (n) Fractions of the whole money. */
  weights: Float64Array;
  /** What is to be least: the distance from the weights or what is lost on average, and what is missed at its price. */
  objective = Infinity;
  /** (M) */
  readonly #losses: Float64Array;
  /** Of what is bought now, once it is asked for. */
  #tail: ReturnType<typeof tailOf> | undefined;
  /** Of a purchase that is tried: new arrays for each would take longer than its CVaR. */
  readonly #tried: Float64Array;
  /** What cash may miss: a share that can be paid for to the cent is bought. */
  readonly #cashError: number;

  constructor(problem: LotProblem) {
    this.problem = problem;
    const { rows } = problem.scenarios;
    this.#losses = new Float64Array(rows);
    this.#tried = new Float64Array(rows);
    this.#cashError = ROUNDING * Math.min(...problem.lots) + SUM_ERROR;
    this.counts = new Float64Array(problem.lots.length);
    this.weights = this.#weightsOf(this.counts);
    this.set(this.counts);
  }

  /** @param counts (n) Numbers of lots, instead of those before */
  set(counts: ArrayLike<number>): void {
    this.counts = Float64Array.from(counts);
    this.#tail = undefined;
    this.weights = this.#weightsOf(this.counts);
    portfolioLosses(this.problem.scenarios, this.weights, this.#losses);
    this.objective = this.#objectiveOf(this.weights, this.#losses);
  }

  add(j: number, count: number): void {
    if (count === 0) return;
    this.#tail = undefined;
    this.#addTo(j, count, this.#losses);
    this.counts = this.counts.with(j, this.counts[j]! + count);
    this.weights = this.#weightsOf(this.counts);
    this.objective = this.#objectiveOf(this.weights, this.#losses);
  }

  /** A fraction of the whole money, after the cost of the trades. */
  get cash(): number {
    return this.#cashAt(this.weights);
  }

  cvar(): number {
    return cvar(this.#losses, this.problem.alpha);
  }

  /** Whether it keeps what every purchase must. */
  isAllowed(): boolean {
    return this.#keepsAmounts(this.weights) && this.#keepsLimit(this.#losses);
  }

  isWithinLimit(): boolean {
    return this.#keepsLimit(this.#losses);
  }

  /** Whether `count` more lots are allowed, and better. */
  fits(j: number, count: number): boolean {
    const weights = this.weights.with(j, this.#weightOf(j, this.counts[j]! + count));
    if (!this.#keepsAmounts(weights)) return false;
    this.#addTo(j, count, this.#tried);
    return this.#keepsLimit(this.#tried) && this.#objectiveOf(weights, this.#tried) < this.objective;
  }

  /** Whether one lot more of any asset is allowed, better or not. */
  allowsMore(): boolean {
    return this.counts.some((count, j) => {
      const more = this.step(j);
      if (!this.#keepsAmounts(this.weights.with(j, this.#weightOf(j, count + more)))) return false;
      this.#addTo(j, more, this.#tried);
      return this.#keepsLimit(this.#tried);
    });
  }

  /** The smallest number of lots that may be added. */
  step(j: number): number {
    const { sparsity, lots } = this.problem;
    return this.weights[j]! > 0 ? 1 : Math.max(1, Math.ceil((sparsity?.least ?? 0) / lots[j]! - ROUNDING));
  }

  /** The most lots that fit, at most `wanted`. As the CVaR and the objective are convex, fewer fit where more do. */
  most(j: number, wanted: number): number {
    const step = this.step(j);
    if (wanted < step || !this.fits(j, step)) return 0;
    if (this.fits(j, wanted)) return wanted;
    let [fitting, tooMany] = [step, wanted];
    while (tooMany - fitting > 1) {
      const middle = Math.floor((fitting + tooMany) / 2);
      if (this.fits(j, middle)) fitting = middle;
      else tooMany = middle;
    }
    return fitting;
  }

  /** The least objective that other numbers of lots (n) can have; Infinity where weights alone, or a cut of the CVaR, forbid them. */
  bound(counts: Float64Array): number {
    const weights = this.#weightsOf(counts);
    if (!this.#keepsAmounts(weights)) return Infinity;
    const { scenarios, alpha, limit } = this.problem;
    if (limit < Infinity) {
      this.#tail ??= tailOf(scenarios, this.#losses, alpha);
      const change = this.#tail.means.reduce((total, mean, j) => total + mean * (weights[j]! - this.weights[j]!), 0);
      if (!isKept(this.#tail.cvar - change, limit)) return Infinity;
    }
    return this.#objectiveOf(weights);
  }

  #keepsAmounts(weights: Float64Array): boolean {
    const { upper, ends, sparsity, trading } = this.problem;
    return (
      this.#cashAt(weights) >= -this.#cashError &&
      weights.every((weight, j) => weight <= upper[j]! + ROUNDING) &&
      ends.every((end) => end.price < Infinity || activity(end, weights) <= end.upper + ROUNDING) &&
      (sparsity === undefined ||
        (weights.every((weight) => weight === 0 || weight >= sparsity.least - ROUNDING) &&
          weights.filter((weight) => weight > 0).length <= sparsity.most)) &&
      (trading === undefined || turnoverOf(weights, trading.held) <= trading.mostTurnover + ROUNDING)
    );
  }

  #keepsLimit(losses: Float64Array): boolean {
    const { limit, alpha } = this.problem;
    return limit === Infinity || isKept(cvar(losses, alpha), limit);
  }

  #cashAt(weights: Float64Array): number {
    const { trading } = this.problem;
    return 1 - sum(weights) - (trading ? tradeCost(weights, trading) : 0);
  }

  /** @param losses (M); absent: what falls behind the benchmark is left out */
  #objectiveOf(weights: Float64Array, losses?: Float64Array): number {
    const { lower, ends, behind, alpha } = this.problem;
    let missing = 0;
    for (let j = 0; j < weights.length; j++) missing += MISSING * Math.max(0, lower[j]! - weights[j]!);
    for (const end of ends) {
      if (end.price < Infinity) missing += end.price * Math.max(0, activity(end, weights) - end.upper);
    }
    if (behind !== undefined && losses !== undefined) {
      missing += MISSING * Math.max(0, cvar(lossesBehind(losses, behind), alpha) - behind.limit);
    }
    return this.#soughtIn(weights) + missing;
  }

  #soughtIn(weights: Float64Array): number {
    const { gains, trading } = this.problem;
    if (gains !== undefined) return (trading ? tradeCost(weights, trading) : 0) - expectedReturn(gains, weights);
    return distanceFrom(this.problem, weights);
  }

  #weightsOf(counts: Float64Array): Float64Array {
    return counts.map((count, j) => this.#weightOf(j, count));
  }

  #weightOf(j: number, count: number): number {
    return count * this.problem.lots[j]! + this.problem.kept[j]!;
  }

  /** @param into (M) receives the losses with `count` more lots */
  #addTo(j: number, count: number, into: Float64Array): void {
    const { rows, cols, data } = this.problem.scenarios;
    const weight = count * this.problem.lots[j]!;
    for (let row = 0, at = j; row < rows; row++, at += cols) into[row] = this.#losses[row]! - weight * data[at]!;
  }
}

/** (M) → (M), losses of falling behind the benchmark. */
export const lossesBehind = (losses: Float64Array, { benchmark }: Behind): Float64Array =>
  losses.map((loss, row) => loss + benchmark[row]!);

/** The CVaR of losses (M), and the mean of each asset in its tail. */
function tailOf(scenarios: Matrix, losses: Float64Array, alpha: number) {
  const worst = tail(losses, alpha);
  return { cvar: worst.cvar, means: tailMeans(scenarios, worst) };
}
