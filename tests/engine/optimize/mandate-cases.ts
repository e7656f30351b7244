import fc from 'fast-check';
import type { RiskProblem } from '../../../src/engine/optimize/problem.ts';
import { cases, type Case, polytopeCases } from './cases.ts';

/** Which parts a problem has. */
export interface Parts {
  readonly isTraded?: boolean;
  readonly isSparse?: boolean;
  readonly isBehind?: boolean;
}

export interface MandateCase {
  readonly problem: RiskProblem;
  readonly tailFraction: number;
  readonly tightness: number;
}

/** (n) fractions that sum to at most 1; the rest is cash. */
const heldOf = (assets: number): fc.Arbitrary<Float64Array> =>
  fc
    .record({
      parts: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: assets, maxLength: assets }),
      invested: fc.constantFrom(1, 1, 0.8, 0),
    })
    .map(({ parts, invested }) => {
      const total = parts.reduce((all, part) => all + part, 0);
      return Float64Array.from(parts, (part) => (total === 0 ? 0 : (part / total) * invested));
    });

const tradingOf = (assets: number) =>
  fc
    .record({
      held: heldOf(assets),
      /** Beyond the cash, without which nothing is allowed. */
      turnover: fc.constantFrom(-0.1, 0, 0.05, 0.3, 0.6, Infinity),
      cost: fc.constantFrom(0, 0.001, 0.02),
    })
    .map(({ held, turnover, cost }) => {
      const cash = 1 - held.reduce((total, weight) => total + weight, 0);
      return { held, mostTurnover: Math.max(0, cash + turnover), cost };
    });

const sparsityOf = (assets: number) =>
  fc.record({
    most: fc.integer({ min: 1, max: assets }),
    least: fc.constantFrom(0, 0, 0.05, 0.15, 0.3),
  });

const behindOf = ({ rows, cols, data }: Case['scenarios']) =>
  fc
    .record({
      kind: fc.constantFrom('mean', 'first', 'shifted'),
      limit: fc.constantFrom(0, 0.001, 0.02, 0.1, 0.3),
    })
    .map(({ kind, limit }) => {
      const benchmark = Float64Array.from({ length: rows }, (_, m) => {
        const returns = data.subarray(m * cols, (m + 1) * cols);
        if (kind === 'first') return returns[0]!;
        const mean = returns.reduce((a, b) => a + b, 0) / cols;
        return kind === 'mean' ? mean : mean / 2 - 0.01;
      });
      return { benchmark, limit };
    });

/** Small problems with some parts, over boxes and over polytopes of any kind. */
export const mandateCases = ({ isTraded, isSparse, isBehind }: Parts): fc.Arbitrary<MandateCase> =>
  fc.oneof(cases, polytopeCases).chain(({ scenarios, tailFraction, feasible, tightness }) =>
    fc
      .record({
        trading: isTraded === true ? tradingOf(scenarios.cols) : fc.constant(undefined),
        sparsity: isSparse === true ? sparsityOf(scenarios.cols) : fc.constant(undefined),
        behind: isBehind === true ? behindOf(scenarios) : fc.constant(undefined),
      })
      .map(({ trading, sparsity, behind }) => ({
        problem: {
          scenarios,
          alpha: 1 - tailFraction,
          feasible,
          ...(trading && { trading }),
          ...(sparsity && { sparsity }),
          ...(behind && { behind }),
        },
        tailFraction,
        tightness,
      })),
  );
