// Pure: one decision of the past. It is handed a History, so it cannot see what came after.
import { allocateEach, type Allocations, type RepricedPortfolio } from '../allocate.ts';
import { feasibleSet, weightBounds } from '../constraints/index.ts';
import type { History } from '../history.ts';
import type { ModelArtefact } from '../lstm/artefact.ts';
import { measurePortfolio } from '../optimize/portfolio.ts';
import { cvar, portfolioLosses } from '../risk.ts';
import { samplesOf } from '../samples.ts';
import { drawScenarios } from '../scenarios.ts';
import type { Matrix } from '../types.ts';
import type { BacktestTerms, Choice } from './types.ts';

type DecisionTerms = Pick<BacktestTerms, 'horizonDays' | 'scenarios' | 'seed' | 'limits' | 'alpha' | 'bounds'>;

export interface DecisionProblem extends DecisionTerms {
  readonly artefact: ModelArtefact;
  /** Ends on the decision's day. */
  readonly history: History;
}

export interface DecisionOptions {
  /** Milliseconds; only for the time left. */
  readonly now: () => number;
  readonly signal?: AbortSignal;
}

export interface Decided {
  /** Equal weights, minimum CVaR, then the limits in their order. */
  readonly choices: readonly Choice[];
  /** What made choices fail. */
  readonly faults: readonly string[];
}

interface Samples {
  readonly scenarios: Matrix;
  readonly fresh: Matrix;
}

/**
 * What `allocate` answers on that day under every limit, from the same samples by the same optimiser, beside two
 * rules without a limit. The fault of one limit fails that limit alone.
 * @throws UserError when no weights meet the constraints; Error when nothing can be decided; the signal's reason
 */
export async function decide(problem: DecisionProblem, options: DecisionOptions): Promise<Decided> {
  const { history, limits, alpha, bounds } = problem;
  const feasible = feasibleSet(weightBounds(bounds), history.prices.tickers);
  const samples = await drawSamples(problem, options);
  const allocations = await allocateEach({ ...samples, limits, alpha, feasible });
  const { minimum } = allocations;
  const minCvar = minimum.cvar;
  return {
    choices: [
      { ...equalWeight(samples, alpha), minCvar },
      { limit: 'min', status: 'optimal', ...figures(minimum), minCvar },
      ...limits.map((limit, k) => limitChoice(limit, allocations, k)),
    ],
    faults: allocations.answers.flatMap((answer) => (answer.status === 'failed' ? [String(answer.error)] : [])),
  };
}

/** What is left of a decision that could not be made at all. @param assets n */
export const failedChoices = (limits: readonly number[], assets: number): Choice[] => [
  { limit: 'equal', status: 'failed', weights: equalWeights(assets) },
  ...(['min', ...limits] as const).map((limit): Choice => ({ limit, status: 'failed' })),
];

async function drawSamples(problem: DecisionProblem, options: DecisionOptions): Promise<Samples> {
  const { artefact, history, horizonDays: horizon } = problem;
  const { main, fresh } = samplesOf(problem);
  const input = { artefact, history, horizon, ...options };
  return {
    scenarios: await drawScenarios({ ...input, ...main }),
    fresh: await drawScenarios({ ...input, ...fresh }),
  };
}

function limitChoice(limit: number, { minimum, answers }: Allocations, k: number): Choice {
  const answer = answers[k]!;
  if (answer.status === 'failed') {
    return { limit, status: 'failed', weights: minimum.weights, minCvar: minimum.cvar };
  }
  const held = answer.status === 'optimal' ? answer.best : minimum;
  return { limit, status: answer.status, ...figures(held), minCvar: minimum.cvar };
}

const figures = ({ weights, expectedReturn: predicted, valueAtRisk, cvar: risk, freshCvar }: RepricedPortfolio) => ({
  weights,
  predicted,
  valueAtRisk,
  cvar: risk,
  freshCvar,
});

function equalWeight({ scenarios, fresh }: Samples, alpha: number): Choice {
  const portfolio = measurePortfolio(scenarios, alpha, equalWeights(scenarios.cols));
  const freshCvar = cvar(portfolioLosses(fresh, portfolio.weights), alpha);
  return { limit: 'equal', status: 'optimal', ...figures({ ...portfolio, freshCvar }) };
}

const equalWeights = (assets: number): number[] => Array.from({ length: assets }, () => 1 / assets);
