import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { loadHighs } from '../../../src/engine/optimize/highs.ts';
import { openOptimizer } from '../../../src/engine/optimize/optimizer.ts';
import { fullMandate } from './full-mandate.ts';
import { mandateCases, type MandateCase, type Parts } from './mandate-cases.ts';

const highs = await loadHighs();

/** Solves a case at its tightness, compares every stage with the full program, and says what is wrong. */
async function complaints({ problem, tailFraction, tightness }: MandateCase): Promise<string[]> {
  const oracle = fullMandate(highs, problem, tailFraction * problem.scenarios.rows);
  const wrong: string[] = [];
  const atMost = (what: string, got: number, most: number) => {
    if (!(got <= most)) wrong.push(`${what}: ${got} > ${most}`);
  };
  const least = oracle.minimumCvar();
  let optimizer;
  try {
    optimizer = await openOptimizer(problem, { highs });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // Within the tolerances of both programs they may disagree on what is barely possible.
    const nearest = problem.behind && { ...problem, behind: { ...problem.behind, limit: problem.behind.limit - 1e-6 } };
    const possible =
      nearest === undefined ? least : fullMandate(highs, nearest, tailFraction * problem.scenarios.rows).minimumCvar();
    if (possible !== undefined) wrong.push(`refused: ${error.message}, though ${possible}`);
    const closest = oracle.minimumBehind();
    if (error.code === 'constraints.behind-too-low' && closest !== undefined) {
      atMost('distance of the least behind', Math.abs(Number(error.data?.['least']) - closest), 1e-7);
    }
    return wrong;
  }
  try {
    const { portfolio: minimum, gap } = optimizer.minimum();
    atMost('gap of the minimum', gap, 1e-7);
    if (least === undefined) {
      atMost('what is allowed by tolerance', problem.behind?.limit ?? Infinity, oracle.minimumBehind() ?? -Infinity);
      return wrong;
    }
    atMost('distance of the minimum', minimum.cvar - 1e-7, least);
    if (problem.behind === undefined) atMost('distance of the minimum', least, minimum.cvar + 1e-7);

    const limit = minimum.cvar + tightness * 0.1;
    const solution = optimizer.best(limit);
    if (solution.status !== (tightness < 0 ? 'infeasible' : 'optimal')) wrong.push(solution.status);
    if (solution.status === 'infeasible') return wrong;
    const { best } = solution;
    atMost('gap', solution.gap, 1e-7);
    atMost('CVaR above the limit', best.cvar, limit + 1e-7);
    // At the minimum itself the oracle's own rounding may leave it nothing.
    atMost('return below the best', (oracle.highestReturn(limit) ?? -Infinity) - 1e-7, best.expectedReturn);
    const loosened = problem.behind && {
      ...problem,
      behind: { ...problem.behind, limit: problem.behind.limit + 1e-7 },
    };
    const looser =
      loosened === undefined ? oracle : fullMandate(highs, loosened, tailFraction * problem.scenarios.rows);
    atMost('return above the best', best.expectedReturn, looser.highestReturn(limit + 1e-7)! + 1e-9);
  } finally {
    optimizer.close();
  }
  return wrong;
}

describe('against the full program of a mandate', () => {
  it.each<[string, Parts, number]>([
    ['trades', { isTraded: true }, 200],
    ['a benchmark', { isBehind: true }, 200],
    ['trades and a benchmark', { isTraded: true, isBehind: true }, 150],
    ['few assets', { isSparse: true }, 200],
    ['few assets and trades', { isSparse: true, isTraded: true }, 100],
    ['few assets and a benchmark', { isSparse: true, isBehind: true }, 100],
    ['all of them', { isSparse: true, isTraded: true, isBehind: true }, 100],
  ])('agrees with %s', async (_name, parts, numRuns) => {
    await fc.assert(
      fc.asyncProperty(mandateCases(parts), async (one) => {
        expect(await complaints(one)).toEqual([]);
      }),
      { numRuns, seed: 12 },
    );
  });
});
