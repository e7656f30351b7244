// A limit on falling behind, kept with a margin on scenarios that weights were not chosen on. docs/mathematics.md,
// section 11.
import { behindOf } from '../constraints/beyond-bounds.ts';
import { constraintError, isConstraintError } from '../constraints/problem.ts';
import type { Mandate } from '../mandate.ts';
import { cvarWithError, portfolioLosses } from '../risk.ts';
import { leastLimitOf, pricingSample, type Samples } from '../samples.ts';
import type { AskedConstraints } from './contradictions.ts';
import { isKept, type RiskProblem, riskProblem } from './problem.ts';

/** What a mandate is decided on. */
export interface Posed {
  readonly tickers: readonly string[];
  readonly mandate: Pick<Mandate, 'constraints' | 'risk' | 'held'>;
  readonly samples: Samples;
}

/** The CVaR of falling behind, on the scenarios that portfolios are priced on. */
export interface PricedBehind {
  readonly cvar: number;
  /** As `PricedPortfolio.leastLimit`. */
  readonly leastLimit: number;
}

/** Each time the limit that the optimiser is given is lowered in proportion; then only the closest is left. */
const MOST_CORRECTIONS = 6;
/** A share of the limit that stays unused, so that few corrections are needed. */
const RESERVE = 0.0025;

/** @returns prices weights (n); undefined where nothing is limited */
export function createBehindPricing({
  tickers,
  mandate: { constraints, risk },
  samples,
}: Posed): ((weights: readonly number[]) => PricedBehind) | undefined {
  const sample = pricingSample(samples);
  const behind = behindOf(constraints, tickers, sample);
  if (behind === undefined) return undefined;
  return (weights) => {
    const losses = portfolioLosses(sample, weights).map((loss, row) => loss + behind.benchmark[row]!);
    const { cvar, error } = cvarWithError(losses, risk.alpha);
    return { cvar, leastLimit: leastLimitOf(samples, cvar, error) };
  };
}

/** What contradictions among the mandate's constraints are about. */
export function askedOf(posed: Posed): AskedConstraints {
  const { risk, ...asked } = posed.mandate;
  const price = createBehindPricing(posed);
  const priced = price && { price: (weights: readonly number[]) => price(weights).leastLimit };
  return {
    ...asked,
    tickers: posed.tickers,
    market: { scenarios: posed.samples.scenarios, alpha: risk.alpha, ...priced },
  };
}

/**
 * Decides a mandate's problem. Where falling behind is limited, the limit on the scenarios that weights are chosen on is
 * lowered until all that is chosen keeps the mandate's on those that it is priced on.
 * @param chosen the weights (n) of what is decided
 * @throws UserError when no weights meet the constraints
 */
export async function keepingUp<T>(
  posed: Posed,
  decide: (problem: RiskProblem) => Promise<T>,
  chosen: (decided: T) => readonly (readonly number[])[],
): Promise<T> {
  const problem = riskProblem(posed.samples.scenarios, posed.tickers, posed.mandate);
  const { behind } = problem;
  const price = createBehindPricing(posed);
  if (behind === undefined || price === undefined) return decide(problem);
  let { limit } = behind;
  let least = -Infinity;
  for (let correction = 1; ; correction++) {
    try {
      const decided = await decide({ ...problem, behind: { ...behind, limit } });
      const needed = Math.max(...chosen(decided).map((weights) => price(weights).leastLimit));
      if (isKept(needed, behind.limit)) return decided;
      if (limit <= least) throw tooLow(behind.limit, needed, least > 0 ? needed / least : 1);
      const lower = limit * (((1 - RESERVE) * behind.limit) / needed);
      limit = correction > MOST_CORRECTIONS ? -Infinity : lower;
    } catch (error) {
      const reached = reachedBy(error);
      if (reached === undefined || least > -Infinity) throw error;
      least = reached;
    }
    // What falls behind least on one sample may keep the limit on the other.
    limit = Math.max(limit, least);
  }
}

/** @param factor by how much a limit must exceed the CVaR on the scenarios that weights are chosen on */
const tooLow = (limit: number, least: number, factor: number) =>
  constraintError('constraints.behind-too-low', { limit, least, factor });

/** The smallest limit that some weights keep, where a smaller one is refused. */
function reachedBy(error: unknown): number | undefined {
  if (!isConstraintError(error) || error.code !== 'constraints.behind-too-low') return undefined;
  const { least } = error.data ?? {};
  return typeof least === 'number' ? least : undefined;
}
