import { cvar, portfolioLosses } from './risk.ts';
import { openOptimizer } from './optimize/optimizer.ts';
import type { ReturnProblem, RiskProblem } from './optimize/problem.ts';
import type { Matrix, Portfolio } from './types.ts';

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

export interface AllocationProblem extends ReturnProblem {
  /** An independent sample from the same model, to re-price on. */
  readonly fresh: Matrix;
}

/** Several limits on the same scenarios. */
export interface AllocationsProblem extends RiskProblem {
  readonly fresh: Matrix;
  readonly limits: readonly number[];
}

/** A fault costs its own limit alone. */
export type AllocationOrFault = Allocation | { readonly status: 'failed'; readonly error: unknown };

export interface Allocations {
  readonly minimum: RepricedPortfolio;
  /** In the order of the limits. */
  readonly answers: readonly AllocationOrFault[];
}

/**
 * Under each limit the split with the highest expected return, beside the least risky one (first seed, sections 6
 * and 7); one optimiser, warm from limit to limit.
 * @throws UserError when no weights meet the constraints; Error when there is no least risky split
 */
export async function allocateEach({ fresh, limits, ...problem }: AllocationsProblem): Promise<Allocations> {
  const open = () => openOptimizer(problem);
  const reprice = (portfolio: Portfolio): RepricedPortfolio => ({
    ...portfolio,
    freshCvar: cvar(portfolioLosses(fresh, portfolio.weights), problem.alpha),
  });
  let optimizer = await open();
  try {
    const minimum = reprice(optimizer.minimum().portfolio);
    const answers: AllocationOrFault[] = [];
    for (const lossLimit of limits) {
      try {
        const solution = optimizer.best(lossLimit);
        answers.push(
          solution.status === 'optimal'
            ? { ...solution, best: reprice(solution.best), minimum }
            : { ...solution, minimum },
        );
      } catch (error) {
        answers.push({ status: 'failed', error });
        // Whatever state the fault has left it in.
        optimizer.close();
        optimizer = await open();
      }
    }
    return { minimum, answers };
  } finally {
    optimizer.close();
  }
}

/**
 * `allocateEach` for one limit.
 * @throws UserError when no weights meet the constraints; Error when a result fails its verification
 */
export async function allocate({ lossLimit, ...problem }: AllocationProblem): Promise<Allocation> {
  const { answers } = await allocateEach({ ...problem, limits: [lossLimit] });
  const [answer] = answers;
  if (answer === undefined || answer.status === 'failed') throw answer?.error;
  return answer;
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
