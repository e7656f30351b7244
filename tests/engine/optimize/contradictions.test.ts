// Contradictions of every kind of constraint, against the check that refuses them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Constraint } from '../../../src/engine/constraints/index.ts';
import { boundOf, withBound } from '../../../src/engine/constraints/loosen.ts';
import { isConstraintError } from '../../../src/engine/constraints/problem.ts';
import { type AskedConstraints, contradictionsIn } from '../../../src/engine/optimize/contradictions.ts';
import { openOptimizer } from '../../../src/engine/optimize/optimizer.ts';
import { riskProblem } from '../../../src/engine/optimize/problem.ts';
import { assertFeasible } from '../../../src/engine/optimize/starting-weights.ts';
import { uniforms } from '../../../src/engine/random.ts';
import { assets, atLeast, atMost } from '../../support/constraints.ts';

const atMostAssets = (count: number): Constraint => ({ kind: 'max-assets', count });
const positions = (weight: number): Constraint => ({ kind: 'min-position', weight });
const traded = (weight: number): Constraint => ({ kind: 'max-turnover', weight });
const behind = (limit: number): Constraint => ({
  kind: 'behind',
  benchmark: 'A0',
  limit,
  text: `behind A0 <= ${limit * 100}%`,
});
const group = (members: readonly number[], relation: '<=' | '>=' | '=', bound: number): Constraint => {
  const name = members.map((at) => `A${at}`).join(' + ');
  const terms = members.map((at) => ({ name: `A${at}`, tickers: [`A${at}`], factor: 1 }));
  return { kind: 'linear', terms, relation, bound, text: `${name} ${relation} ${bound * 100}%` };
};

const ASSETS = 6;
const HELD = { A0: 0.5, A1: 0.3 };

const market = (() => {
  const random = uniforms(7, 'market');
  const rows = 200;
  const data = Float64Array.from({ length: rows * ASSETS }, () => (random() - 0.5) / 5);
  return { scenarios: { rows, cols: ASSETS, data }, alpha: 0.9 };
})();

/** As the doors decide it: the same check that refuses a request. */
async function canMeet(asked: AskedConstraints): Promise<boolean> {
  const { constraints, tickers, held = {} } = asked;
  try {
    const problem = riskProblem(market.scenarios, tickers, { constraints, held, risk: { alpha: market.alpha } });
    await assertFeasible(problem.feasible, problem);
    (await openOptimizer(problem)).close();
    return true;
  } catch (error) {
    if (isConstraintError(error)) return false;
    throw error;
  }
}

const hundredths = (most: number) => fc.integer({ min: 0, max: most }).map((whole) => whole / 100);

const constraint: fc.Arbitrary<Constraint> = fc.oneof(
  hundredths(60).map(atMost),
  hundredths(20).map(atLeast),
  fc.integer({ min: 0, max: ASSETS }).map(atMostAssets),
  hundredths(60).map(positions),
  hundredths(60).map(traded),
  fc.integer({ min: 1, max: 800 }).map((whole) => behind(whole / 10_000)),
  fc
    .tuple(
      fc.uniqueArray(fc.integer({ min: 0, max: ASSETS - 1 }), { minLength: 1, maxLength: 3 }),
      fc.constantFrom<'<=' | '>=' | '='>('<=', '>=', '='),
      hundredths(100),
    )
    .map(([members, relation, bound]) => group(members, relation, bound)),
);

describe('what cannot be kept', () => {
  it('is a smallest set, and each change that is named mends it while a smaller one does not', async () => {
    const counts = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(constraint, { minLength: 1, maxLength: 6 }), async (constraints) => {
        const asked = { constraints, tickers: assets(ASSETS), held: HELD, market };
        const meets = (some: readonly Constraint[]): Promise<boolean> => canMeet({ ...asked, constraints: some });
        const conflicts = await contradictionsIn(asked);
        expect(conflicts.length > 0).toBe(!(await meets(constraints)));
        for (const { constraints: members, mend } of conflicts) {
          expect(await meets(members)).toBe(false);
          for (const one of members) expect(await meets(members.filter((other) => other !== one))).toBe(true);
          const others = new Set(conflicts.flatMap((one) => (one.constraints === members ? [] : one.constraints)));
          const kept = constraints.filter((one) => !others.has(one));
          for (const { constraint: one, to } of mend) {
            counts.set(one.kind, (counts.get(one.kind) ?? 0) + 1);
            expect(members).toContain(one);
            const changed = (bound: number) => meets(kept.with(kept.indexOf(one), withBound(one, bound)));
            const [from, until] = [boundOf(one), boundOf(to)];
            expect(await meets(kept.with(kept.indexOf(one), to))).toBe(true);
            const step = one.kind === 'max-assets' ? 1 : Math.min(1.2e-4, Math.abs(until - from) / 2);
            expect(await changed(until + Math.sign(from - until) * step)).toBe(false);
          }
        }
      }),
      { numRuns: 60, seed: 4 },
    );
    expect([...counts.keys()].toSorted()).toEqual([
      'behind',
      'linear',
      'max-assets',
      'max-turnover',
      'max-weight',
      'min-position',
      'min-weight',
    ]);
  }, 120_000);
});
