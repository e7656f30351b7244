// One optimisation, timed: what bench/optimizer.ts and bench/growth-child.ts measure.
import { loadHighs } from '../src/engine/optimize/highs.ts';
import { openOptimizer } from '../src/engine/optimize/optimizer.ts';
import { expectedReturns, measurePortfolio } from '../src/engine/optimize/portfolio.ts';
import type { RiskProblem } from '../src/engine/optimize/problem.ts';
import type { Matrix } from '../src/engine/types.ts';
import { longOnly } from '../tests/support/long-only.ts';

export const alpha = 0.95;

export const problemOf = (scenarios: Matrix): RiskProblem => ({ scenarios, alpha, feasible: longOnly(scenarios) });

interface Solved {
  /** Of both solves. */
  readonly seconds: number;
  /** The larger of the two certified gaps. */
  readonly gap: number;
}

/** Halfway between the minimum CVaR and that of the asset with the best mean, so that it binds. */
function bindingLimit(scenarios: Matrix, minimumCvar: number): number {
  const means = expectedReturns(scenarios);
  const best = means.indexOf(Math.max(...means));
  const allInBest = means.map((_, asset) => (asset === best ? 1 : 0));
  return (minimumCvar + measurePortfolio(scenarios, alpha, allInBest).cvar) / 2;
}

async function solveOnce(scenarios: Matrix): Promise<Solved> {
  const optimizer = await openOptimizer(problemOf(scenarios), { highs: await loadHighs() });
  try {
    const started = performance.now();
    const minimum = optimizer.minimum();
    const minimumDone = performance.now();
    const limit = bindingLimit(scenarios, minimum.portfolio.cvar);
    const limitKnown = performance.now();
    const solution = optimizer.best(limit);
    const bestDone = performance.now();
    if (solution.status !== 'optimal') throw new Error('a limit above the minimum CVaR cannot be infeasible');
    return {
      seconds: (minimumDone - started + bestDone - limitKnown) / 1000,
      gap: Math.max(minimum.gap, solution.gap),
    };
  } finally {
    optimizer.close();
  }
}

/** The fastest of several cold runs. */
export async function solve(times: number, scenarios: Matrix): Promise<Solved> {
  let fastest = await solveOnce(scenarios);
  for (let run = 1; run < times; run++) {
    const next = await solveOnce(scenarios);
    if (next.seconds < fastest.seconds) fastest = next;
  }
  return fastest;
}
