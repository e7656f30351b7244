import type { Mandate } from './mandate.ts';
import { type Binding, bindingIn, type Holding, holdingUp } from './optimize/sensitivity.ts';
import type { Samples } from './samples.ts';
import { DEFAULT_STRATEGY } from './strategies/index.ts';
import { type Decision, isLeastRisky } from './strategies/strategy.ts';

/** Why a decision is not better. Plain data. */
export interface Explanation {
  /** Of the highest expected return under a mandate: what binds it. */
  readonly binding?: readonly Binding[];
  /** Of a limit that no split keeps: the constraints that hold the smallest limit up. */
  readonly holding?: readonly Holding[];
  /** Why there is neither, for the log. */
  readonly fault?: string;
}

/** What a decision was made on. */
interface DecisionBasis {
  /** The id of the strategy that has decided. */
  readonly strategy: string;
  readonly tickers: readonly string[];
  readonly mandate: Mandate;
  readonly samples: Samples;
}

/** A fault costs the explanation, not the answer. */
export async function explain(decision: Decision, basis: DecisionBasis): Promise<Explanation> {
  if (decision.status === 'failed' || decision.minimum === undefined || decision.minimumGap === undefined) return {};
  const { portfolio, minimum, minimumGap: gap, behindLimit } = decision;
  const decided = { ...basis, minimum: { weights: minimum.weights, gap }, behindLimit };
  try {
    if (decision.status === 'infeasible') {
      return isLeastRisky(decision) ? { holding: await holdingUp(decided) } : {};
    }
    // Another strategy does not choose the highest expected return, so that nothing keeps it from a higher one.
    return basis.strategy === DEFAULT_STRATEGY.id ? { binding: await bindingIn(decided, portfolio.weights) } : {};
  } catch (error) {
    return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
