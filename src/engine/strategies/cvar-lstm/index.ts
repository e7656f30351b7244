import type { Mandate, Mandates } from '../../mandate.ts';
import type { LstmModel } from '../../lstm/lstm-model.ts';
import { openOptimizer, type Optimizer } from '../../optimize/optimizer.ts';
import { riskProblem } from '../../optimize/problem.ts';
import { outcomesOf, withFreshCvar, type MeasuredPortfolio, type Samples } from '../../samples.ts';
import type { Decision, Strategy } from '../strategy.ts';
import { lstmGenerator, type LstmParams } from '../lstm-generator.ts';

/**
 * Finds the portfolio with the highest expected return under each limit, and the least risky one ("Generative LSTM + CVaR",
 * sections 6 and 7). All are found on the same scenarios, by one optimiser that is warm-started from limit to limit.
 */
export const cvarLstm: Strategy<LstmParams, LstmModel> = {
  ...lstmGenerator,
  id: 'cvar-lstm',
  title: 'Highest expected profit under a CVaR limit',
  about:
    'Of all splits whose average loss in the worst cases keeps the limit, the one with the highest expected profit on scenarios of a generative LSTM.',
  decide: ({ manifest }, _history, mandates, { samples, wantsOutcomes = false }) =>
    decideUnder(samples, manifest.tickers, mandates, wantsOutcomes),
};

async function decideUnder(
  samples: Samples,
  tickers: readonly string[],
  mandates: Mandates,
  wantsOutcomes: boolean,
): Promise<Decision[]> {
  const problem = riskProblem(samples.scenarios, tickers, mandates[0]);
  let optimizer: Optimizer | undefined = await openOptimizer(problem);
  try {
    const minimum = withFreshCvar(optimizer.minimum().portfolio, samples, problem.alpha);
    const decisions: Decision[] = [];
    for (const mandate of mandates) {
      try {
        optimizer ??= await openOptimizer(problem);
        decisions.push(decideOne(optimizer, mandate, { samples, minimum, wantsOutcomes }));
      } catch (error) {
        decisions.push({ status: 'failed', ...describeFault(error), minimum });
        // The fault may have left the optimiser in any state.
        optimizer?.close();
        optimizer = undefined;
      }
    }
    return decisions;
  } finally {
    optimizer?.close();
  }
}

interface DecisionInput {
  readonly samples: Samples;
  readonly minimum: MeasuredPortfolio;
  readonly wantsOutcomes: boolean;
}

function decideOne(
  optimizer: Optimizer,
  { risk }: Mandate,
  { samples, minimum, wantsOutcomes }: DecisionInput,
): Decision {
  const solution = optimizer.best(risk.limit ?? Infinity);
  const portfolio = solution.status === 'optimal' ? withFreshCvar(solution.best, samples, risk.alpha) : minimum;
  return {
    status: solution.status,
    portfolio,
    minimum,
    gap: solution.gap,
    ...(wantsOutcomes && { outcomes: outcomesOf(portfolio, samples) }),
  };
}

function describeFault(error: unknown): { readonly reason: string; readonly stack?: string } {
  if (!(error instanceof Error)) return { reason: String(error) };
  const { message: reason, stack } = error;
  return { reason, ...(stack !== undefined && { stack }) };
}
