// Objectives under a limit, on small problems of which most are degenerate one way or another.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/errors.ts';
import { cvarBehind, measurePortfolio } from '../../../../src/engine/optimize/portfolio.ts';
import { MaximumSharpe } from '../../../../src/engine/optimize/quadratic/maximum-sharpe.ts';
import {
  MinimumVariance,
  NearestWeights,
  type Objective,
} from '../../../../src/engine/optimize/quadratic/objective.ts';
import { openObjectiveOptimizer } from '../../../../src/engine/optimize/quadratic/objective-optimizer.ts';
import { RiskParity } from '../../../../src/engine/optimize/quadratic/risk-parity.ts';
import { turnoverOf } from '../../../../src/engine/optimize/trading.ts';
import { type Moments, momentsOf } from '../../../../src/engine/moments.ts';
import { type MandateCase, mandateCases } from '../mandate-cases.ts';

const OBJECTIVES: readonly (readonly [string, (moments: Moments) => Objective])[] = [
  ['the smallest variance', ({ covariance }) => new MinimumVariance(covariance)],
  ['the highest Sharpe ratio', ({ means, covariance }) => new MaximumSharpe(means, covariance, 0)],
  ['risk parity', ({ covariance }) => new RiskParity(covariance)],
  ['the nearest weights', ({ means }) => new NearestWeights(means.map((_, at) => (at === 0 ? 1 : 0)))],
];

/** What is wrong with the answers; undefined where the problem is refused. */
async function complaints({ problem }: MandateCase, objectiveOf: (moments: Moments) => Objective) {
  const { sparsity: _, ...convex } = problem;
  const { scenarios, alpha, feasible, trading, behind } = convex;
  const objective = objectiveOf(momentsOf(scenarios));
  const valueOf = (weights: readonly number[]): number => objective.value(weights, feasible);
  let optimizer;
  try {
    optimizer = await openObjectiveOptimizer(objective, convex);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
  const wrong: string[] = [];
  try {
    const [own, { portfolio: least }] = [optimizer.loosest(), optimizer.minimum()];
    const range = Math.abs(valueOf(least.weights) - valueOf(own.weights));
    for (const share of [0.7, 0.3, 0.05]) {
      const limit = least.cvar + share * (own.cvar - least.cvar);
      const solution = optimizer.best(limit);
      if (solution.status !== 'optimal') {
        wrong.push(`${share}: ${solution.status}`);
        continue;
      }
      const { weights, cvar } = solution.best;
      if (cvar > limit + 1e-7) wrong.push(`${share}: a CVaR of ${cvar}, limit ${limit}`);
      for (let step = 0; step <= 1; step += 0.1) {
        const mixture = least.weights.map((weight, at) => weight + step * (own.weights[at]! - weight));
        const isKept = measurePortfolio(scenarios, alpha, mixture).cvar <= limit - 1e-9;
        if (isKept && valueOf(mixture) < valueOf(weights) - 1e-6 * range) wrong.push(`${share}: better at ${step}`);
      }
      if (trading !== undefined && turnoverOf(weights, trading.held) > trading.mostTurnover + 1e-9)
        wrong.push(`${share}: too much is bought`);
      if (behind !== undefined && cvarBehind(scenarios, weights, behind, alpha) > behind.limit + 1e-7)
        wrong.push(`${share}: it falls too far behind`);
    }
  } finally {
    optimizer.close();
  }
  return wrong;
}

const KINDS = [{}, { isTraded: true }, { isBehind: true }, { isTraded: true, isBehind: true }];

describe.each(OBJECTIVES)('%s', (_, objectiveOf) => {
  it('keeps limits on the CVaR, trades and falling behind, better than mixtures do', async () => {
    let answered = 0;
    for (const given of KINDS.flatMap((kind) => fc.sample(mandateCases(kind), { numRuns: 12, seed: 5 }))) {
      const wrong = await complaints(given, objectiveOf);
      expect(wrong ?? []).toEqual([]);
      if (wrong !== undefined) answered += 1;
    }
    expect(answered).toBeGreaterThan(20);
  });
});
