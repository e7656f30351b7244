// Convex programs beside `quadprog`, and decisions by them beside the least risky split. `node bench/quadratic.ts`
import { withLimit, type Mandate } from '../src/engine/mandate.ts';
import { solveByQuadprog } from '../src/engine/optimize/quadratic/dual-method.ts';
import { MaximumSharpe } from '../src/engine/optimize/quadratic/maximum-sharpe.ts';
import { MinimumVariance, type Objective, type Solve } from '../src/engine/optimize/quadratic/objective.ts';
import { scaled } from '../src/engine/optimize/quadratic/program.ts';
import { RiskParity } from '../src/engine/optimize/quadratic/risk-parity.ts';
import { openSolver } from '../src/engine/optimize/quadratic/solver.ts';
import { leastRisky } from '../src/engine/strategies/shared.ts';
import { decideByObjective } from '../src/engine/strategies/own-weights.ts';
import { type Moments, momentsOf } from '../src/engine/moments.ts';
import type { DecideContext } from '../src/engine/strategies/strategy.ts';
import { assets } from '../tests/support/constraints.ts';
import { longOnly } from '../tests/support/long-only.ts';
import { cutRows, fatTailed } from '../tests/support/scenarios.ts';
import { runAlone } from './alone.ts';
import { type Figure, figure, sizeName } from './figures.ts';
import { fastestOf } from './timing.ts';

const OBJECTIVES: readonly (readonly [string, (moments: Moments) => Objective])[] = [
  ['smallest variance', ({ covariance }) => new MinimumVariance(covariance)],
  ['highest Sharpe ratio', ({ means, covariance }) => new MaximumSharpe(means, covariance, 0)],
  ['risk parity', ({ covariance }) => new RiskParity(covariance)],
];
const rounds = 20;
const scenarios = 5000;

async function* benchPrograms(n: number): AsyncGenerator<Figure> {
  const sample = fatTailed(scenarios, n, 1);
  const feasible = longOnly(sample, { maxWeight: 0.3 });
  const solver = await openSolver();
  const byQuadprog: Solve = (program) =>
    program.hessian ? solveByQuadprog(scaled(program))?.columns : solver.solve(program);
  try {
    for (const [name, objectiveOf] of OBJECTIVES.slice(0, 2)) {
      const objective = objectiveOf(momentsOf(sample));
      const time = (solve: Solve) =>
        fastestOf(rounds, () => Promise.resolve(objective.minimise(feasible, solve))).then((seconds) => 1000 * seconds);
      const peer = { name: 'quadprog', value: await time(byQuadprog) };
      yield figure(`${name} of ${n}`, await time((program) => solver.solve(program)), 'ms', { peer });
    }
  } finally {
    solver.close();
  }
}

/** With a limit halfway between the least risky split and the objective's own. */
async function* benchDecisions(n: number): AsyncGenerator<Figure> {
  const [chosen, pricing, fresh] = cutRows(fatTailed(5 * scenarios, n, 3), [scenarios, 2 * scenarios, 2 * scenarios]);
  const context: DecideContext = { samples: { scenarios: chosen, pricing }, fresh, now: () => 0 };
  const tickers = assets(n);
  const mandate: Mandate = { horizonDays: 21, constraints: [], risk: { alpha: 0.95 } };
  for (const [name, objectiveOf] of OBJECTIVES) {
    const [own] = await decideByObjective(tickers, [mandate], context, objectiveOf);
    if (own === undefined || own.status === 'failed') throw new Error(`no decision: ${own?.reason}`);
    const limited = withLimit(mandate, (own.portfolio.leastLimit + own.minimum!.leastLimit) / 2);
    const value = await fastestOf(rounds / 4, () => decideByObjective(tickers, [limited], context, objectiveOf));
    const least = await fastestOf(rounds / 4, () => leastRisky(context, tickers, limited));
    const peer = { name: 'the least risky split', value: least };
    yield figure(`decide ${sizeName(scenarios, n)}, ${name} under a limit`, value, 's', { peer });
  }
}

async function* benchQuadratic(): AsyncGenerator<Figure> {
  for (const n of [12, 100]) yield* benchPrograms(n);
  yield* benchDecisions(12);
}

await runAlone(benchQuadratic);
