// Pure: from scenarios to an answer that has been checked and re-priced.
import { cvar, portfolioLosses } from './risk.ts';
import { optimize } from './optimize/optimizer.ts';
import type { Bounds, Matrix, Portfolio, RiskLimit } from './types.ts';

/** A portfolio with its CVaR on scenarios that the optimiser has not seen: the honest figure. */
export interface RepricedPortfolio extends Portfolio {
  readonly freshCvar: number;
}

export type Allocation =
  | {
      readonly status: 'optimal';
      readonly best: RepricedPortfolio;
      readonly minimum: RepricedPortfolio;
      readonly gap: number;
    }
  | { readonly status: 'infeasible'; readonly minimum: RepricedPortfolio; readonly gap: number };

export interface AllocationProblem {
  /** C (M, n): cumulative returns over the horizon. */
  readonly scenarios: Matrix;
  /** An independent sample from the same model, to re-price on. */
  readonly fresh: Matrix;
  readonly limit: RiskLimit;
  readonly bounds: Bounds;
}

/**
 * The split with the highest mean return whose CVaR keeps the limit, beside the least risky one
 * (first seed, sections 6 and 7).
 * @throws UserError when no weights can meet the bounds; Error when a result fails its verification
 */
export async function allocate({ scenarios, fresh, limit, bounds }: AllocationProblem): Promise<Allocation> {
  const solution = await optimize({ scenarios, limit, bounds });
  const reprice = (portfolio: Portfolio): RepricedPortfolio => ({
    ...portfolio,
    freshCvar: cvar(portfolioLosses(fresh, portfolio.weights), limit.alpha),
  });
  const minimum = reprice(solution.minimum);
  return solution.status === 'optimal'
    ? { status: 'optimal', best: reprice(solution.best), minimum, gap: solution.gap }
    : { status: 'infeasible', minimum, gap: solution.gap };
}

/** What a split was meant to be and what whole shares make of it. */
export interface Holdings {
  /** (n) whole shares. */
  readonly shares: readonly number[];
  /** (n) their money's worth. */
  readonly values: readonly number[];
  /** What no whole share could be bought with. */
  readonly cash: number;
}

/** @param lastCloses (n), in the currency of `amount` */
export function wholeShares(weights: readonly number[], amount: number, lastCloses: readonly number[]): Holdings {
  // A weight of 0.25 is often 0.2499999999: without the allowance a share that can be paid for is lost.
  const shares = weights.map((weight, j) => Math.floor((weight * amount) / (lastCloses[j] ?? Number.NaN) + 1e-9));
  const values = shares.map((count, j) => count * (lastCloses[j] ?? Number.NaN));
  return { shares, values, cash: amount - values.reduce((sum, value) => sum + value, 0) };
}
