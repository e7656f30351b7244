// The door on 3,000 seeded programs, and on those whose optima are known.
import { solveQP } from 'quadprog';
import { afterAll, describe, expect, it } from 'vitest';
import { isFeasible } from '../../../../src/engine/constraints/polytope.ts';
import { solveByQuadprog } from '../../../../src/engine/optimize/quadratic/dual-method.ts';
import { MaximumSharpe } from '../../../../src/engine/optimize/quadratic/maximum-sharpe.ts';
import {
  MeanVariance,
  MinimumVariance,
  NearestWeights,
  type Objective,
  overWeights,
  type Solve,
} from '../../../../src/engine/optimize/quadratic/objective.ts';
import { dot } from '../../../../src/engine/matrix.ts';
import { kktResidual, product, scaled } from '../../../../src/engine/optimize/quadratic/program.ts';
import { minimise } from '../../../../src/engine/optimize/quadratic/solve.ts';
import { openSolver } from '../../../../src/engine/optimize/quadratic/solver.ts';
import { type Case, caseOf } from './programs.ts';

const CASES = 3000;
const solver = await openSolver();
const solve: Solve = (program) => solver.solve(program);
afterAll(() => solver.close());

interface Kind {
  readonly objective: (given: Case) => Objective;
  /** Of the objective at weights (n). */
  readonly gradient: (given: Case, weights: Float64Array) => Float64Array;
}

const RISK_FREE = 0;
const target = (given: Case): Float64Array => given.means.map((_, at) => (at === 0 ? 1 : 0));

const KINDS: Readonly<Record<string, Kind>> = {
  'the smallest variance': {
    objective: ({ covariance }) => new MinimumVariance(covariance),
    gradient: ({ covariance }, weights) => product(covariance, weights),
  },
  'the highest Sharpe ratio': {
    objective: ({ means, covariance }) => new MaximumSharpe(means, covariance, RISK_FREE),
    gradient: ({ means, covariance }, weights) => {
      const slopes = product(covariance, weights);
      const variance = dot(slopes, weights);
      const earned = dot(means, weights) - RISK_FREE;
      // Where none earns anything, the smallest variance is held.
      return earned > 0 ? slopes.map((slope, at) => (earned / variance) * slope - means[at]! + RISK_FREE) : slopes;
    },
  },
  'mean and variance': {
    objective: ({ means, covariance }) => new MeanVariance(means, covariance, 3),
    gradient: ({ means, covariance }, weights) =>
      product(covariance, weights).map((slope, at) => 3 * slope - means[at]!),
  },
  'the nearest weights': {
    objective: (given) => new NearestWeights(target(given)),
    gradient: (given, weights) => target(given).map((wanted, at) => weights[at]! - wanted),
  },
};

/** By how much some feasible weights go down the gradient: 0 at an optimum. By a linear program. */
function descentLeft({ feasible }: Case, weights: Float64Array, gradient: Float64Array, unit: number): number {
  const largest = gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), unit);
  const costs = gradient.map((slope) => slope / largest);
  const best = solve(overWeights(feasible, { costs }))!;
  return dot(costs, weights) - dot(costs, best);
}

/** The mean variance of an asset. */
const unitOf = ({ covariance: { rows, data } }: Case): number =>
  Array.from({ length: rows }, (_, at) => data[at * (rows + 1)]!).reduce((a, b) => a + b) / rows;

/** As `quadprog` takes arrays. */
const fromOne = (values: readonly number[]): number[] => [0, ...values];

/** `quadprog` by itself, on equations and inequalities written out here. */
function byQuadprog({ covariance, feasible: { lower, upper, rows } }: Case): number[] {
  const n = lower.length;
  const unit = [...lower.keys()].map((at) => [...lower.keys()].map((other) => (other === at ? 1 : 0)));
  const sides: [readonly number[], number][] = [[unit.map(() => 1), 1]];
  const add = (coefficients: readonly number[], least: number): void => {
    if (least > -Infinity) sides.push([coefficients, least]);
  };
  const addBoth = (coefficients: readonly number[], from: number, to: number): void => {
    add(coefficients, from);
    add(
      coefficients.map((value) => -value),
      -to,
    );
  };
  for (const row of rows) addBoth(Array.from(row.coefficients), row.lower, row.upper);
  unit.forEach((row, at) => addBoth(row, lower[at]!, upper[at]!));
  const factor = n / unit.reduce((total, _, at) => total + covariance.data[at * (n + 1)]!, 0);
  const columns = sides.map(([coefficients]) => coefficients);
  const { solution } = solveQP(
    [[], ...unit.map((row, i) => fromOne(row.map((_, j) => factor * covariance.data[i * n + j]!)))],
    fromOne(unit.map(() => 0)),
    [[], ...unit.map((_, i) => fromOne(columns.map((coefficients) => coefficients[i]!)))],
    fromOne(sides.map(([, least]) => least)),
    1,
  );
  return solution.slice(1);
}

describe(`${CASES} programs`, () => {
  it.each(Object.entries(KINDS))(
    'are solved for %s, and nothing better is feasible',
    (kind, { objective, gradient }) => {
      const share = CASES / Object.keys(KINDS).length;
      const first = 1 + share * Object.keys(KINDS).indexOf(kind);
      let checked = 0;
      for (let seed = first; seed < first + share; seed++) {
        const given = caseOf(seed);
        const weights = minimise({ objective: objective(given), feasible: given.feasible, limits: [] }, solve)!;
        expect(isFeasible(given.feasible, weights), `case ${seed}`).toBe(true);
        const unit = unitOf(given);
        // Without any variance there is no slope, and the Sharpe ratio has no largest value.
        if (dot(product(given.covariance, weights), weights) < 1e-6 * unit) continue;
        checked += 1;
        expect(descentLeft(given, weights, gradient(given, weights), unit * 1e-3), `case ${seed}`).toBeLessThan(1e-6);
      }
      expect(checked).toBeGreaterThan(0.9 * share);
    },
  );

  it('have the optimum that quadprog finds', () => {
    let compared = 0;
    for (let seed = 1; seed <= CASES; seed += 7) {
      const given = caseOf(seed);
      const { lower, upper } = given.feasible;
      // It takes equal bounds for contradictions.
      if (
        !given.isRegular ||
        lower.some((least, at) => least * lower.length > 0.999 || upper[at]! * lower.length < 1.001)
      )
        continue;
      const expected = byQuadprog(given);
      if (expected.some((weight) => Number.isNaN(weight))) continue;
      const objective = new MinimumVariance(given.covariance);
      const weights = minimise({ objective, feasible: given.feasible, limits: [] }, solve)!;
      for (const [at, weight] of weights.entries()) expect(weight, `case ${seed}`).toBeCloseTo(expected[at]!, 6);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(200);
  });

  it('are solved by the second solver too, whose multipliers meet the same conditions', () => {
    let [asked, refused] = [0, 0];
    for (let seed = 1; seed <= CASES; seed += 10) {
      const { covariance, feasible, isRegular } = caseOf(seed);
      if (!isRegular) continue;
      const program = scaled(overWeights(feasible, { hessian: covariance }));
      const found = solveByQuadprog(program);
      if (found === undefined) continue;
      expect(kktResidual(program, found), `case ${seed}`).toBeLessThan(1e-7);
      const others = { ...found, rowDuals: found.rowDuals.map((dual) => dual + 1e-3) };
      asked += 1;
      if (kktResidual(program, others) > 1e-5) refused += 1;
    }
    // Where all weights are at their bounds, others hold them there too.
    expect(refused).toBeGreaterThan(asked / 2);
    expect(asked).toBeGreaterThan(100);
  });
});
