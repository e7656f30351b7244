// Strategies with weights of their own, kept within a mandate. docs/mathematics.md, section 21.
import type { Mandate, Mandates } from '../mandate.ts';
import { type Moments, momentsOf } from '../moments.ts';
import { Chooser } from '../optimize/margin.ts';
import { type KnownMinimum, type Minimum, openOptimizer } from '../optimize/optimizer.ts';
import { isKept, type RiskProblem, withoutIdleParts } from '../optimize/problem.ts';
import {
  type ConvexProblem,
  type ObjectiveOptimizer,
  openObjectiveOptimizer,
} from '../optimize/quadratic/objective-optimizer.ts';
import { NearestWeights, type Objective } from '../optimize/quadratic/objective.ts';
import { Supports } from '../optimize/supports.ts';
import { createPricing } from '../samples.ts';
import { UserError } from '../../errors.ts';
import { type Chosen, decideBy, type Found, knownUnder } from './shared.ts';
import { type DecideContext, type Decision, failedBy } from './strategy.ts';

/**
 * The best weights by an objective that meet the mandate's constraints, and of these that keep its limit.
 * @throws UserError when no weights meet the constraints
 */
export const decideByObjective = (
  tickers: readonly string[],
  mandates: Mandates,
  context: DecideContext,
  objectiveOf: (moments: Moments) => Objective,
): Promise<Decision[]> => {
  const objective = objectiveOf(momentsOf(context.samples.scenarios));
  return decideBy(tickers, mandates, context, (problem) => chooseByObjective(problem, objective, mandates, context));
};

/**
 * These weights where they meet the mandate's constraints and keep its limit, otherwise the nearest ones that do.
 * @param wanted (n), summing to 1
 * @throws UserError when no weights meet the constraints
 */
export const decideByWeights = (
  tickers: readonly string[],
  mandates: Mandates,
  context: DecideContext,
  wanted: ArrayLike<number>,
): Promise<Decision[]> => decideByObjective(tickers, mandates, context, () => new NearestWeights(wanted));

async function chooseByObjective(
  problem: RiskProblem,
  objective: Objective,
  mandates: Mandates,
  { samples, knownMinimum }: Pick<DecideContext, 'samples' | 'knownMinimum'>,
): Promise<Chosen> {
  const { alpha, trading } = problem;
  const { least, optimizers } = await openConvex(problem, objective, knownUnder(problem, knownMinimum));
  try {
    const price = createPricing(samples, alpha, trading);
    const [minimum, own] = [least.portfolio, optimizers[0].loosest()].map(({ weights }) => price(weights));
    const mostUnused = UNUSED * Math.abs(own!.leastLimit - minimum!.leastLimit);
    const foundUnder = ({ risk: { limit } }: Mandate): Found => {
      // Also where they are priced at less than the least risky split of the other sample.
      if (isKept(own!.leastLimit, limit)) return { status: 'optimal', portfolio: own! };
      for (const optimizer of optimizers) {
        optimizer.restart();
        const chooser = new Chooser(optimizer, samples, alpha, trading, mostUnused);
        const { status, portfolio } = chooser.choose(limit);
        if (status === 'infeasible') continue;
        const moved = distance(portfolio.weights, own!.weights);
        return { status, portfolio, ...(moved > UNMOVED && { moved }) };
      }
      return { status: 'infeasible', portfolio: minimum! };
    };
    return {
      minimum: minimum!,
      minimumGap: least.gap,
      found: mandates.map((mandate) => orFailed(foundUnder, mandate)),
    };
  } finally {
    for (const optimizer of optimizers) optimizer.close();
  }
}

/**
 * Of what lies between the least risky split and the strategy's own weights: where these are near each other, one that
 * is near enough to a limit may still be far from the best.
 */
const UNUSED = 0.02;

/** What a solver's tolerance moves. */
const UNMOVED = 1e-7;

/** ½ Σ |a − b| */
const distance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((total, weight, at) => total + Math.abs(weight - b[at]!), 0) / 2;

function orFailed(work: (mandate: Mandate) => Found, mandate: Mandate): Found {
  try {
    return work(mandate);
  } catch (error) {
    return failedBy(error);
  }
}

interface Convex {
  /** The least risky split. */
  readonly least: Minimum;
  /** Each of a convex set of splits. The first has the strategy's own weights without a limit. */
  readonly optimizers: readonly [ObjectiveOptimizer, ...ObjectiveOptimizer[]];
}

/**
 * Splits of few assets are no convex set. These are: all of the assets that weigh most in the best split of any number,
 * and all of those of the least risky split, so that every limit that can be kept is.
 */
async function openConvex(problem: RiskProblem, objective: Objective, known?: KnownMinimum): Promise<Convex> {
  const { sparsity, ...convex } = withoutIdleParts(problem);
  if (sparsity === undefined) {
    const optimizer = await openObjectiveOptimizer(objective, convex, known);
    return { least: optimizer.minimum(), optimizers: [optimizer] };
  }
  const least = await solveMinimum(problem, known);
  const { weights } = least.portfolio;
  const supports = new Supports(problem.feasible, sparsity);
  const feasible = supports.polytopeAt(weights);
  if (feasible === undefined) throw new Error('the least risky split was said to hold few assets');
  const last = await openObjectiveOptimizer(objective, { ...convex, feasible }, { weights, gap: least.gap });
  try {
    const own = supports.polytopeOf(supports.largestOf(await ownWeights(convex, objective)));
    const first = own && (await openUnlessEmpty(objective, { ...convex, feasible: own }));
    return { least, optimizers: first === undefined ? [last] : [first, last] };
  } catch (error) {
    last.close();
    throw error;
  }
}

async function solveMinimum(problem: RiskProblem, known?: KnownMinimum): Promise<Minimum> {
  const optimizer = await openOptimizer(problem, { minimum: known });
  try {
    return optimizer.minimum();
  } finally {
    optimizer.close();
  }
}

async function ownWeights(problem: ConvexProblem, objective: Objective): Promise<readonly number[]> {
  const optimizer = await openObjectiveOptimizer(objective, problem);
  try {
    return optimizer.loosest().weights;
  } finally {
    optimizer.close();
  }
}

/** @returns undefined where these assets alone meet no constraints */
async function openUnlessEmpty(objective: Objective, problem: ConvexProblem): Promise<ObjectiveOptimizer | undefined> {
  try {
    return await openObjectiveOptimizer(objective, problem);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
