import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DenseProgram } from '../../../src/engine/optimize/dense-program.ts';
import { loadHighs } from '../../../src/engine/optimize/highs.ts';
import { type LinearProgram, Program } from '../../../src/engine/optimize/program.ts';

const highs = await loadHighs();

type IsSound = (columns: Float64Array) => boolean;

const open = {
  HiGHS: (isSound: IsSound = () => true) => new Program(highs, isSound),
  dense: (isSound: IsSound = () => true) => new DenseProgram(isSound),
};

/** min x + 2y with x + y ≥ 1, x ≤ 0.75. */
function small<P extends LinearProgram>(program: P): P {
  program.model.addVars(Float64Array.of(0, 0), Float64Array.of(0.75, 10));
  program.model.changeColsCost({ kind: 'range', from: 0, to: 1 }, Float64Array.of(1, 2));
  program.model.addRow(1, Infinity, { indices: [0, 1], values: [1, 1] });
  return program;
}

describe.each(['HiGHS', 'dense'] as const)('a program of %s', (name) => {
  it('solves again after a change, and bounds what it solved', () => {
    const program = small(open[name]());
    expect(program.solve().objective).toBeCloseTo(1.25, 12);
    expect(program.certificate().bound).toBeCloseTo(1.25, 12);
    expect(program.certificate().reducedCosts[0]).toBeCloseTo(-1, 12);
    expect(program.priceOf(0)).toBeCloseTo(-1, 12);
    program.model.changeRowBounds(0, 2, Infinity);
    expect([...program.solve().columns]).toEqual([0.75, 1.25]);
    expect(program.certificate().bound).toBeCloseTo(3.25, 12);
    program.close();
  });

  it('says that nothing is feasible, and finds what is after another change', () => {
    const program = small(open[name]());
    program.model.changeRowBounds(0, 11, Infinity);
    expect(program.solveIfFeasible()).toBeUndefined();
    program.model.changeColBounds(1, 0, 12);
    expect(program.solveIfFeasible()?.objective).toBeCloseTo(0.75 + 2 * 10.25, 12);
    program.close();
  });

  it('takes an unsound answer for none, after it has tried everything', () => {
    let seen = 0;
    const doubtful = small(open[name](() => ++seen > 2));
    expect(doubtful.solve().objective).toBeCloseTo(1.25, 12);
    expect(seen).toBe(3);
    doubtful.close();
    const hopeless = small(open[name](() => false));
    expect(() => hopeless.solve()).toThrow(/HiGHS stopped|found no optimum/);
    hopeless.close();
  });
});

describe('Program', () => {
  it('says with which status HiGHS gave up, and keeps its own options', () => {
    const program = small(open.HiGHS());
    program.model.changeRowBounds(0, 11, Infinity);
    expect(() => program.solve()).toThrow(`status ${highs.constants.modelStatus.infeasible}`);
    expect(program.model.options.get('presolve')).toBe('off');
    program.close();
  });
});

/** Few numbers, so that many vertices are degenerate. */
const number = fc.integer({ min: -4, max: 4 }).map((value) => value / 4);
const vector = (length: number) => fc.array(number, { minLength: length, maxLength: length });

/** A change of a program of `columns` columns. */
const changeOf = (columns: number) =>
  fc.oneof(
    fc.record({
      kind: fc.constant('row'),
      values: vector(columns),
      low: number,
      width: fc.constantFrom(0, 0.5, Infinity),
    }),
    fc.record({ kind: fc.constant('costs'), values: vector(columns) }),
    fc.record({ kind: fc.constant('bounds'), values: vector(columns), widths: vector(columns) }),
  );

type Change = ReturnType<typeof changeOf> extends fc.Arbitrary<infer T> ? T : never;

function apply(program: LinearProgram, columns: number, change: Change): void {
  const range = { kind: 'range', from: 0, to: columns - 1 } as const;
  const indices = Array.from({ length: columns }, (_, at) => at);
  if ('low' in change) program.model.addRow(change.low, change.low + change.width, { indices, values: change.values });
  else if ('widths' in change) {
    const upper = change.values.map((low, at) => low + Math.abs(change.widths[at]!));
    program.model.changeColsBounds(range, Float64Array.from(change.values), Float64Array.from(upper));
  } else program.model.changeColsCost(range, Float64Array.from(change.values));
}

describe('DenseProgram', () => {
  it('agrees with HiGHS after every change of a program, and bounds what it finds', () => {
    const programs = fc
      .integer({ min: 1, max: 7 })
      .chain((columns) =>
        fc.record({ columns: fc.constant(columns), changes: fc.array(changeOf(columns), { maxLength: 25 }) }),
      );
    let infeasible = 0;
    fc.assert(
      fc.property(programs, ({ columns, changes }) => {
        const both = [open.HiGHS(), open.dense()] as const;
        for (const program of both)
          program.model.addVars(new Float64Array(columns).fill(-1), new Float64Array(columns).fill(1));
        for (const change of changes) {
          for (const program of both) apply(program, columns, change);
          const [expected, found] = [both[0].solveIfFeasible(), both[1].solveIfFeasible()];
          expect(found === undefined).toBe(expected === undefined);
          if (found === undefined || expected === undefined) {
            infeasible += 1;
            break;
          }
          expect(found.objective).toBeCloseTo(expected.objective, 9);
          expect(both[1].certificate().bound).toBeCloseTo(expected.objective, 9);
        }
        both[0].close();
      }),
      { numRuns: 300, seed: 12 },
    );
    expect(infeasible).toBeGreaterThan(50);
  });
});
