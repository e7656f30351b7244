import type { History } from '../history.ts';
import type { Mandate } from '../mandate.ts';
import { openOptimizer } from '../optimize/optimizer.ts';
import { LIMIT_TOLERANCE, riskProblem } from '../optimize/problem.ts';
import { type MeasuredPortfolio, priceAgain, type Samples, samplingsOf } from '../samples.ts';
import type { Portfolio } from '../types.ts';
import type { DecideContext, Model, Strategy } from './strategy.ts';

interface DrawInput<M> {
  readonly model: M;
  readonly history: History;
  /** All with the same horizon. */
  readonly mandates: readonly Mandate[];
  readonly context: DecideContext;
}

/** The samples from the context, or newly drawn ones. */
export async function drawSamples<M extends Model>(
  strategy: Pick<Strategy<never, M>, 'simulate'>,
  { model, history, mandates, context }: DrawInput<M>,
): Promise<Samples> {
  if (context.samples !== undefined) return context.samples;
  const { horizonDays } = mandates[0]!;
  const { main, fresh } = samplingsOf(context.sampling);
  return {
    scenarios: await strategy.simulate(model, history, horizonDays, { ...context, sampling: main }),
    fresh: await strategy.simulate(model, history, horizonDays, { ...context, sampling: fresh }),
  };
}

/** Whether the portfolio keeps the mandate's limit; true without a limit. */
export function keepsLimit({ cvar }: Portfolio, { risk }: Mandate): boolean {
  return risk.limit === undefined || cvar <= risk.limit + LIMIT_TOLERANCE;
}

/**
 * The portfolio with the smallest CVaR, and its certified gap.
 * @throws UserError when no weights meet the constraints
 */
export async function leastRisky(
  samples: Samples,
  tickers: readonly string[],
  mandate: Mandate,
): Promise<{ readonly portfolio: MeasuredPortfolio; readonly gap: number }> {
  const optimizer = await openOptimizer(riskProblem(samples.scenarios, tickers, mandate));
  try {
    const { portfolio, gap } = optimizer.minimum();
    return { portfolio: priceAgain(portfolio, samples, mandate.risk.alpha), gap };
  } finally {
    optimizer.close();
  }
}
