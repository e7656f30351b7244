import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contradictionsOf } from '../../../src/engine/constraints/contradiction.ts';
import { type Constraint, feasibleSet, mayBeMet, restrictionsOf } from '../../../src/engine/constraints/index.ts';
import type { Restriction } from '../../../src/engine/constraints/kind.ts';
import { findConflicts } from '../../../src/engine/optimize/conflicts.ts';
import { contradictionsIn, explainContradictions } from '../../../src/engine/optimize/contradictions.ts';
import { GIVEN, type Given } from '../../../src/engine/optimize/elastic-program.ts';
import { loadHighs } from '../../../src/engine/optimize/highs.ts';
import { UserError } from '../../../src/errors.ts';
import { assets, atLeast, atMost, inWords } from '../../support/constraints.ts';

const highs = await loadHighs();

/** Whether some weights meet the restrictions: an oracle with bounds on columns, and no slack. */
function canMeet(restrictions: readonly Restriction[], n: number, given: readonly Given[] = GIVEN): boolean {
  const tightest = (pick: (one: Restriction) => Float64Array | undefined, end: number, best: typeof Math.max) =>
    Float64Array.from({ length: n }, (_, at) =>
      best(end, ...restrictions.flatMap((one) => (pick(one) === undefined ? [] : [pick(one)![at]!]))),
    );
  const none = given.includes('long-only') ? 0 : -Infinity;
  const lower = tightest(({ lower: bounds }) => bounds?.map((x) => (x > 0 ? x : -Infinity)), none, Math.max);
  const upper = tightest(({ upper: bounds }) => bounds?.map((x) => (x < 1 ? x : Infinity)), Infinity, Math.min);
  if (lower.some((least, at) => least > upper[at]! + 1e-12)) return false;
  const budget = { lower: 1, upper: 1, coefficients: new Float64Array(n).fill(1) };
  const rows = [...restrictions.flatMap((one) => one.rows ?? []), ...(given.includes('all-invested') ? [budget] : [])];
  return highs.withModel((model) => {
    model.options.set({ output_flag: false, primal_feasibility_tolerance: 1e-10 });
    model.addVars(lower, upper);
    const indices = Int32Array.from({ length: n }, (_, at) => at);
    for (const row of rows) model.addRow(row.lower, row.upper, { indices, values: row.coefficients });
    model.run();
    return model.getModelStatus() === highs.constants.modelStatus.optimal;
  });
}

const percent = fc.integer({ min: 0, max: 100 }).map((whole) => whole / 100);

const restrictionOn = (n: number): fc.Arbitrary<Restriction> => {
  const row = fc
    .record({
      coefficients: fc.array(fc.constantFrom(0, 0, 1, 1, -1, 2), { minLength: n, maxLength: n }),
      relation: fc.constantFrom('<=', '>=', '='),
      bound: percent,
    })
    .map(({ coefficients, relation, bound }) => ({
      lower: relation === '<=' ? -Infinity : bound,
      upper: relation === '>=' ? Infinity : bound,
      coefficients: Float64Array.from(coefficients),
    }));
  const each = percent.map((weight) => new Float64Array(n).fill(weight));
  return fc.oneof(
    row.map((one) => ({ rows: [one] })),
    fc.array(row, { minLength: 2, maxLength: 2 }).map((rows) => ({ rows })),
    each.map((upper) => ({ upper })),
    each.map((bound) => ({ lower: bound.map((weight) => weight / 2) })),
  );
};

const impossible = fc
  .integer({ min: 2, max: 7 })
  .chain((n) => fc.tuple(fc.constant(n), fc.array(restrictionOn(n), { minLength: 1, maxLength: 7 })))
  .filter(([n, restrictions]) => !canMeet(restrictions, n));

/** Loosened by shares of `up` and `down`. */
const loosened = ({ lower, upper, rows }: Restriction, up: number, down: number): Restriction => ({
  ...(lower && { lower: lower.map((bound) => bound - down) }),
  ...(upper && { upper: upper.map((bound) => bound + up) }),
  ...(rows && { rows: rows.map((row) => ({ ...row, lower: row.lower - down, upper: row.upper + up })) }),
});

/** lower ≤ the sum of some of 12 weights ≤ upper. */
const group = (members: readonly number[], lower: number, upper: number): Restriction => ({
  rows: [{ lower, upper, coefficients: Float64Array.from({ length: 12 }, (_, at) => Number(members.includes(at))) }],
});

describe('conflicts', () => {
  it('cannot be met, can without any one member, and need what they say is given', () => {
    fc.assert(
      fc.property(impossible, ([n, restrictions]) => {
        const conflicts = findConflicts(restrictions, { assets: n }, highs);
        expect(conflicts.length).toBeGreaterThan(0);
        for (const { members, given } of conflicts) {
          const those = members.map((at) => restrictions[at]!);
          expect(canMeet(those, n, given)).toBe(false);
          for (const one of those) {
            expect(
              canMeet(
                those.filter((other) => other !== one),
                n,
              ),
            ).toBe(true);
          }
          for (const one of given) {
            expect(
              canMeet(
                those,
                n,
                given.filter((other) => other !== one),
              ),
            ).toBe(true);
          }
        }
        const all = conflicts.flatMap(({ members }) => members);
        expect(new Set(all).size).toBe(all.length);
        expect(
          canMeet(
            restrictions.filter((_, at) => !all.includes(at)),
            n,
          ),
        ).toBe(true);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it('are mended by the change of one member that they name, by no smaller one, and by none of the other members', () => {
    let [mended, unmended] = [0, 0];
    fc.assert(
      fc.property(impossible, ([n, restrictions]) => {
        const conflicts = findConflicts(restrictions, { assets: n }, highs);
        for (const { members, mends } of conflicts) {
          const others = new Set(conflicts.flatMap((one) => (one.members === members ? [] : one.members)));
          const isMet = (at: number, up: number, down: number): boolean => {
            const changed = restrictions.with(at, loosened(restrictions[at]!, up, down));
            return canMeet(
              changed.filter((_, index) => !others.has(index)),
              n,
            );
          };
          for (const { at, up, down } of mends) {
            mended += 1;
            expect(members).toContain(at);
            expect(isMet(at, up + 1e-8, down + 1e-8)).toBe(true);
            expect(isMet(at, 0.999 * up, 0.999 * down)).toBe(false);
          }
          for (const at of members.filter((member) => mends.every((mend) => mend.at !== member))) {
            unmended += 1;
            expect(isMet(at, 100, 100)).toBe(false);
          }
        }
      }),
      { numRuns: 50, seed: 2 },
    );
    expect(Math.min(mended, unmended)).toBeGreaterThan(10);
  });

  it('are none where the restrictions can be met', () => {
    expect(findConflicts([], { assets: 3 }, highs)).toEqual([]);
    expect(findConflicts([{ upper: new Float64Array(3).fill(1 / 3) }], { assets: 3 }, highs)).toEqual([]);
  });

  it('name two small ones rather than what else contradicts', () => {
    const tech = [0, 1, 2, 3, 4, 5];
    const restrictions = [
      { upper: new Float64Array(12).fill(0.4) },
      group(tech, -Infinity, 0.2),
      group([6, 7], 0.1, Infinity),
      { lower: new Float64Array(12).fill(0.05) },
    ];
    const [conflict, ...others] = findConflicts(restrictions, { assets: 12 }, highs);
    expect(others).toEqual([]);
    expect(conflict).toMatchObject({ members: [1, 3], given: [] });
    expect(conflict!.mends.map(({ at }) => at)).toEqual([1, 3]);
    expect(conflict!.mends[0]!.up).toBeCloseTo(0.1, 9);
    expect(conflict!.mends[1]!.down).toBeCloseTo(0.05 - 0.2 / 6, 9);
  });
});

describe('contradictions', () => {
  it('are constraints as they were given, and mends that people can type', async () => {
    expect(await contradictionsIn({ constraints: [atMost(0.05), atLeast(0.06)], tickers: assets(12) })).toEqual([
      {
        constraints: [atMost(0.05)],
        given: ['all-invested'],
        mend: [{ constraint: atMost(0.05), to: atMost(0.0834) }],
      },
    ]);
    expect(await contradictionsIn({ constraints: [atMost(0.15), atLeast(0.1)], tickers: assets(12) })).toMatchObject([
      { constraints: [atLeast(0.1)], given: ['all-invested'], mend: [{ to: atLeast(0.0833) }] },
    ]);
    expect(await contradictionsIn({ constraints: [atMost(0.4)], tickers: assets(12) })).toEqual([]);
  });

  it('name groups and equations in the words that they were given in', async () => {
    const tech: Constraint = {
      kind: 'linear',
      terms: [{ name: 'tech', tickers: ['A0', 'A1', 'A2', 'A3', 'A4', 'A5'], factor: 1 }],
      relation: '<=',
      bound: 0.2,
      text: 'tech<=20 %',
    };
    const ten = { ...tech, relation: '=', bound: 0.1, text: 'tech = 10%' } as const;
    expect(
      await contradictionsIn({ constraints: [tech, atMost(0.3), atLeast(0.05)], tickers: [...assets(12), '^GSPC'] }),
    ).toEqual([
      {
        constraints: [tech, atLeast(0.05)],
        given: [],
        mend: [
          { constraint: tech, to: { ...tech, bound: 0.3, text: 'tech <= 30%' } },
          { constraint: atLeast(0.05), to: atLeast(0.0333) },
        ],
      },
    ]);
    expect(await contradictionsIn({ constraints: [ten, atLeast(0.0401)], tickers: assets(8) })).toMatchObject([
      { mend: [{ to: { bound: 0.2406, text: 'tech = 24.06%' } }, { to: atLeast(0.0166) }] },
    ]);
  });

  it('are mended by each of them alone', async () => {
    const weights = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 });
    const asked = fc.record({ count: fc.integer({ min: 2, max: 30 }), most: weights, least: weights });
    await fc.assert(
      fc.asyncProperty(asked, async ({ count, most, least }) => {
        const constraints = [...most.map((w) => atMost(w / 70)), ...least.map((w) => atLeast(w / 700))];
        const contradictions = await contradictionsIn({ constraints, tickers: assets(count) });
        const isKept = (some: readonly Constraint[]) => mayBeMet(some, assets(count));
        expect(isKept(constraints)).toBe(contradictions.length === 0);
        const [{ mend } = { mend: [] }, ...others] = contradictions;
        if (others.length > 0) return;
        for (const { constraint, to } of mend) {
          expect(isKept(constraints.with(constraints.indexOf(constraint), to))).toBe(true);
        }
      }),
      { numRuns: 50, seed: 3 },
    );
  });

  it('count what asks the same of one asset each as one, which is named whole and changes as a whole', async () => {
    const tickers = assets(6);
    const demand = fc.record({
      from: fc.integer({ min: 0, max: 5 }),
      count: fc.integer({ min: 1, max: 6 }),
      bound: fc.constantFrom('<= 10%', '<= 5%', '>= 20%', '>= 35%', '= 25%', '= 40%'),
    });
    let [wholes, mended] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(demand, { maxLength: 4, selector: ({ bound }) => bound }), async (demands) => {
        const texts = demands.map(({ from, count, bound }) =>
          tickers.slice(from, from + count).map((name) => `${name} ${bound}`),
        );
        const families = texts.map((family) => inWords(family.join('; '), tickers));
        const constraints = families.flat();
        const isKept = (some: readonly Constraint[]) => canMeet(restrictionsOf(some, tickers), tickers.length);
        const found = await contradictionsIn({ constraints, tickers });
        expect(isKept(constraints)).toBe(found.length === 0);
        for (const { constraints: members, mend } of found) {
          const own = families.filter((family) => members.includes(family[0]!));
          expect(own.flat()).toEqual(members);
          wholes += own.filter(({ length }) => length > 1).length;
          expect(isKept(members)).toBe(false);
          for (const family of own) expect(isKept(members.filter((one) => !family.includes(one)))).toBe(true);
          if (found.length > 1) continue;
          for (const { constraint, to, alike = [] } of mend) {
            const changes = new Map([{ constraint, to }, ...alike].map((one) => [one.constraint, one.to]));
            expect(own).toContainEqual([...changes.keys()]);
            expect(isKept(constraints.map((one) => changes.get(one) ?? one))).toBe(true);
            mended += 1;
          }
        }
      }),
      { numRuns: 50, seed: 4 },
    );
    expect(Math.min(wholes, mended)).toBeGreaterThan(10);
  });

  it('are added to the error of a check, and to no other', async () => {
    const [constraints, tickers] = [[atMost(0.05)], assets(12)];
    const refused = explainContradictions({ constraints, tickers }, () => feasibleSet(constraints, tickers));
    const error: unknown = await refused.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'UserError', code: 'constraints.max-weight-too-low' });
    expect(error instanceof UserError && contradictionsOf(error)).toHaveLength(1);
    expect(contradictionsOf(new UserError('Another one.'))).toEqual([]);
    const fault = new Error('a fault');
    await expect(explainContradictions({ constraints, tickers }, () => Promise.reject(fault))).rejects.toBe(fault);
    expect(await explainContradictions({ constraints: [], tickers }, () => 7)).toBe(7);
  });
});
