// What an answer's limit and constraints cost. docs/mathematics.md, section 20.
import { behindOf } from '../constraints/beyond-bounds.ts';
import { type Constraint, restrictionsOf } from '../constraints/index.ts';
import { loosened } from '../constraints/loosen.ts';
import { excess, type LinearRow } from '../constraints/polytope.ts';
import { isConstraintError } from '../constraints/problem.ts';
import type { Mandate } from '../mandate.ts';
import { isIndex } from '../market.ts';
import { cvar, portfolioLosses } from '../risk.ts';
import { createPricing, type Samples } from '../samples.ts';
import type { Portfolio } from '../types.ts';
import { type KnownMinimum, type Optimizer, type OptimizerOptions, openOptimizer } from './optimizer.ts';
import { isKept, riskProblem } from './problem.ts';

/** The mandate's limit, beside its constraints. */
export interface LimitConstraint {
  readonly kind: 'limit';
  readonly limit: number;
}

/** A constraint that an answer touches, and by how much the expected return rises when it is loosened by `POINT`. */
export interface Binding {
  readonly constraint: Constraint | LimitConstraint;
  readonly price: number;
}

/** A constraint that holds the smallest limit up, and the smallest limit that could be kept without it. */
export interface Holding {
  readonly constraint: Constraint;
  readonly minCvarWithout: number;
}

/** What a mandate was decided on. */
export interface Decided {
  readonly tickers: readonly string[];
  readonly mandate: Pick<Mandate, 'constraints' | 'risk' | 'held'>;
  readonly samples: Samples;
  /** The least risky weights, with their gap on `samples.scenarios`. */
  readonly minimum: KnownMinimum;
  /** The limit on falling behind on `samples.scenarios`, see `keepingUp`; absent: the mandate's. */
  readonly behindLimit?: number | undefined;
}

/** By how much a constraint is loosened: one point of percent, or what one is for its kind. */
const POINT = 0.01;
/** Weights this near to an end of a row or a bound touch it. */
const TOUCHING = 1e-6;
/** What is worth less is worth nothing: both means have an error of 1e-7. */
const LEAST_PRICE = 1e-6;
/** By how much the smallest limit falls at least without a constraint that holds it up. */
const LEAST_FALL = 1e-5;

/**
 * The limit if it binds, then the constraints that do, the dearest first. Each is loosened alone, and the problem solved
 * again, on the scenarios that weights are chosen on, with the CVaR that the answer has there for a limit.
 * @param weights (n) the answer's
 */
export async function bindingIn(decided: Decided, weights: readonly number[]): Promise<Binding[]> {
  const { tickers, mandate, samples } = decided;
  const { alpha, limit } = mandate.risk;
  const asked = limit === undefined ? Infinity : cvar(portfolioLosses(samples.scenarios, weights), alpha);
  const known = { minimum: decided.minimum };
  const { more, best } = await using(decided, mandate.constraints, known, (optimizer) => ({
    more: bestUnder(asked + POINT, optimizer),
    best: bestUnder(asked, optimizer),
  }));
  const priceOf = (portfolio: Portfolio): number => portfolio.expectedReturn - best.expectedReturn;
  const found: Binding[] = [];
  for (const [at, constraint] of mandate.constraints.entries()) {
    if (!touches(best.weights, constraint, tickers)) continue;
    const prices: number[] = [];
    for (const looser of loosened(constraint, POINT)) {
      const other = await bestOther(decided, mandate.constraints.with(at, looser), asked);
      if (other !== undefined) prices.push(priceOf(other));
    }
    found.push({ constraint, price: Math.max(0, ...prices) });
  }
  return [
    ...(limit === undefined ? [] : [{ constraint: { kind: 'limit', limit } as const, price: priceOf(more) }]),
    ...found.toSorted((a, b) => b.price - a.price),
  ].filter(({ price }) => price > LEAST_PRICE);
}

/** @returns undefined where nothing is left under the limit: an equation that is moved forbids what it has asked for */
async function bestOther(
  decided: Decided,
  constraints: readonly Constraint[],
  limit: number,
): Promise<Portfolio | undefined> {
  try {
    return await using(decided, constraints, {}, (optimizer) =>
      isKept(optimizer.minimum().portfolio.cvar, limit) ? bestUnder(limit, optimizer) : undefined,
    );
  } catch (error) {
    if (isConstraintError(error)) return undefined;
    throw error;
  }
}

/** The constraints without which a smaller limit could be kept, the one that holds it up most first. */
export async function holdingUp(decided: Decided): Promise<Holding[]> {
  const { tickers, mandate, samples, minimum } = decided;
  const price = createPricing(samples, mandate.risk.alpha);
  const { leastLimit } = price(minimum.weights);
  const found: Holding[] = [];
  for (const constraint of mandate.constraints) {
    if (!touches(minimum.weights, constraint, tickers)) continue;
    const others = mandate.constraints.filter((other) => other !== constraint);
    const weights = await using(decided, others, {}, (optimizer) => optimizer.minimum().portfolio.weights);
    const minCvarWithout = price(weights).leastLimit;
    if (minCvarWithout < leastLimit - LEAST_FALL) found.push({ constraint, minCvarWithout });
  }
  return found.toSorted((a, b) => a.minCvarWithout - b.minCvarWithout);
}

/** @param known of the same constraints: under looser ones less may be lost, also at the highest return */
async function using<T>(
  decided: Decided,
  constraints: readonly Constraint[],
  known: Pick<OptimizerOptions, 'minimum'>,
  work: (optimizer: Optimizer) => T,
): Promise<T> {
  const optimizer = await openOptimizer(problemUnder(decided, constraints), known);
  try {
    return work(optimizer);
  } finally {
    optimizer.close();
  }
}

/** With a limit on falling behind that is as much tighter than the one asked for as that of the decision. */
function problemUnder({ tickers, mandate, samples, behindLimit }: Decided, constraints: readonly Constraint[]) {
  const { behind, ...problem } = riskProblem(samples.scenarios, tickers, { ...mandate, constraints });
  const asked = behindOf(mandate.constraints, tickers, samples.scenarios);
  if (behind === undefined || asked === undefined || behindLimit === undefined)
    return { ...problem, ...(behind && { behind }) };
  return { ...problem, behind: { ...behind, limit: behind.limit * (behindLimit / asked.limit) } };
}

function bestUnder(limit: number, optimizer: Optimizer): Portfolio {
  const solution = optimizer.best(Math.max(limit, optimizer.minimum().portfolio.cvar));
  if (solution.status === 'optimal') return solution.best;
  throw new Error('an answer was said not to keep its own CVaR');
}

/**
 * Whether weights (n) touch an end of what a constraint allows. Where they do not, it changes no optimum, since all is
 * convex but for limits on the number and the size of positions. What is no bound and no row counts as touched.
 */
function touches(weights: readonly number[], constraint: Constraint, tickers: readonly string[]): boolean {
  const bought = [...tickers.keys()].filter((at) => !isIndex(tickers[at]!));
  const held = bought.map((at) => weights[at]!);
  const restrictions = restrictionsOf(
    [constraint],
    bought.map((at) => tickers[at]!),
  );
  const [{ lower, upper, rows } = {}] = restrictions;
  if (lower === undefined && upper === undefined && rows === undefined) return true;
  const isAtBound = held.some((weight, at) => {
    const [least, most] = [lower?.[at] ?? 0, upper?.[at] ?? 1];
    return (least > 0 && weight <= least + TOUCHING) || (most < 1 && weight >= most - TOUCHING);
  });
  return isAtBound || (rows ?? []).some((row) => excess(narrowed(row), held) !== 0);
}

const narrowed = ({ lower, upper, coefficients }: LinearRow): LinearRow => ({
  lower: lower + TOUCHING,
  upper: upper - TOUCHING,
  coefficients,
});
