// A search for few of many assets, long enough for errors of a dictionary to grow.
import { expect, it } from 'vitest';
import type { Constraint } from '../../../src/engine/constraints/index.ts';
import { openOptimizer } from '../../../src/engine/optimize/optimizer.ts';
import { riskProblem } from '../../../src/engine/optimize/problem.ts';
import { bindingIn } from '../../../src/engine/optimize/sensitivity.ts';
import { assets, atMost } from '../../support/constraints.ts';

const [ROWS, ASSETS] = [2000, 40];

/** One common factor. The generator is that of the report of a search that ended in a fault. */
const scenarios = (() => {
  let state = 7;
  const uniform = (): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform() + 1e-12)) * Math.cos(2 * Math.PI * uniform());
  const volatilities = Array.from({ length: ASSETS }, () => 0.04 + 0.03 * uniform());
  const means = Array.from({ length: ASSETS }, () => 0.004 + 0.01 * uniform());
  const data = new Float64Array(ROWS * ASSETS);
  for (let row = 0; row < ROWS; row++) {
    const factor = normal();
    for (let j = 0; j < ASSETS; j++) {
      data[row * ASSETS + j] = means[j]! + volatilities[j]! * (0.4 * factor + 0.9 * normal());
    }
  }
  return { rows: ROWS, cols: ASSETS, data };
})();
const tickers = assets(ASSETS);

const group = (from: number, relation: '<=' | '>=' | '=', bound: number): Constraint => ({
  kind: 'linear',
  terms: [{ name: `group ${from}`, tickers: tickers.slice(from, from + 10), factor: 1 }],
  relation,
  bound,
  text: `group ${from} ${relation} ${bound}`,
});

const positions: Constraint = { kind: 'min-position', weight: 0.05 };
const risk = { alpha: 0.95 };

it('ends with what it has found after so many programs', async () => {
  const constraints = [atMost(0.2), positions, group(0, '<=', 0.3), group(10, '>=', 0.1), group(20, '=', 0.25)];
  const optimizer = await openOptimizer(riskProblem(scenarios, tickers, { constraints, risk }), { mostSolves: 550 });
  const { portfolio, gap } = optimizer.minimum();
  optimizer.close();
  expect(gap).toBeGreaterThan(1e-4);
  expect(gap).toBeLessThan(0.1 * portfolio.cvar);
});

it('has prices in about the time of an answer', async () => {
  const constraints = [atMost(0.15), { kind: 'max-assets', count: 8 } as const];
  const problem = riskProblem(scenarios, tickers, { constraints, risk });
  const optimizer = await openOptimizer(problem, { mostSolves: 50 });
  const { portfolio, gap } = optimizer.minimum();
  const limit = portfolio.cvar + 0.01;
  let started = performance.now();
  const solution = optimizer.best(limit);
  const answered = performance.now() - started;
  optimizer.close();
  if (solution.status === 'infeasible') throw new Error('expected a limit that can be kept');
  const mandate = { constraints, risk: { ...risk, limit } };
  const minimum = { weights: portfolio.weights, gap };
  started = performance.now();
  const binding = await bindingIn({ tickers, mandate, samples: { scenarios }, minimum }, solution.best.weights);
  expect(performance.now() - started).toBeLessThan(20 * answered + 1000);
  expect(binding.map(({ constraint }) => constraint.kind)).toContain('max-weight');
});
