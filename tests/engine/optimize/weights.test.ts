import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excess, type Polytope, sum } from '../../../src/engine/constraints/polytope.ts';
import { loadHighs } from '../../../src/engine/optimize/highs.ts';
import { assertFeasible, startingWeights } from '../../../src/engine/optimize/starting-weights.ts';
import { roundToFeasible } from '../../../src/engine/optimize/weights.ts';
import { polytopes } from './cases.ts';

const highs = await loadHighs();

/** How far weights are from the polytope, at worst. */
const distance = (weights: Float64Array, { lower, upper, rows }: Polytope): number =>
  Math.max(
    Math.abs(sum(weights) - 1),
    ...weights.map((weight, at) => Math.max(lower[at]! - weight, weight - upper[at]!)),
    ...rows.map((row) => Math.abs(excess(row, weights))),
  );

describe('rounding to feasible weights', () => {
  it('puts weights inside the bounds, summing to 1, close to where they were', () => {
    const noise = fc.double({ min: -1e-9, max: 1e-9, noNaN: true });
    const problem = fc.integer({ min: 1, max: 30 }).chain((assets) =>
      fc.record({
        raw: fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: assets, maxLength: assets }),
        noises: fc.array(noise, { minLength: assets, maxLength: assets }),
      }),
    );
    fc.assert(
      fc.property(problem, ({ raw, noises }) => {
        const total = sum(raw);
        const exact = raw.map((weight) => weight / total);
        const [minWeight, maxWeight] = [Math.min(...exact), Math.max(...exact)];
        const lower = new Float64Array(raw.length).fill(minWeight);
        const upper = new Float64Array(raw.length).fill(maxWeight);
        const noisy = exact.map((weight, at) => weight + noises[at]!);
        const rounded = roundToFeasible(noisy, { lower, upper, rows: [] });
        expect(Math.abs(sum(rounded) - 1)).toBeLessThan(1e-14);
        rounded.forEach((weight, at) => {
          expect(weight).toBeGreaterThanOrEqual(minWeight);
          expect(weight).toBeLessThanOrEqual(maxWeight);
          expect(Math.abs(weight - exact[at]!)).toBeLessThan(1e-7);
        });
      }),
    );
  });

  it('keeps the rows of any polytope too', () => {
    const noises = fc.array(fc.double({ min: -1e-9, max: 1e-9, noNaN: true }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }).chain(polytopes), noises, (feasible, noise) => {
        const exact = startingWeights(feasible, highs);
        const rounded = roundToFeasible(
          exact.map((weight, at) => weight + noise[at]!),
          feasible,
        );
        expect(distance(rounded, feasible)).toBeLessThan(1e-10);
        rounded.forEach((weight, at) => expect(Math.abs(weight - exact[at]!)).toBeLessThan(1e-7));
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('turns tiny negatives into nothing', () => {
    const free = { lower: new Float64Array(3), upper: new Float64Array(3).fill(1), rows: [] };
    expect([...roundToFeasible([-1e-11, 0.4, 0.6], free)]).toEqual([0, 0.4, 0.6]);
  });
});

/** Bounds of the first two of four weights together. */
const pair = (lower: number, upper: number) => ({ lower, upper, coefficients: Float64Array.of(1, 1, 0, 0) });

describe('the weights to start from', () => {
  const free = { lower: new Float64Array(4), upper: new Float64Array(4).fill(1), rows: [] };

  it('are equal ones where they are allowed', () => {
    const equal = [0.25, 0.25, 0.25, 0.25];
    expect([...startingWeights(free, highs)]).toEqual(equal);
    expect([...startingWeights({ ...free, rows: [pair(0.5, 0.5)] }, highs)]).toEqual(equal);
  });

  it('are in the polytope, also where equal ones are not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }).chain(polytopes), (feasible) => {
        expect(distance(startingWeights(feasible, highs), feasible)).toBeLessThan(1e-9);
      }),
      { numRuns: 200, seed: 2 },
    );
    const concentrated = { ...free, rows: [pair(0.9, 1)] };
    expect(distance(startingWeights(concentrated, highs), concentrated)).toBeLessThan(1e-9);
  });

  it('are refused where there are none, before anything else is computed', async () => {
    const contradicting = { ...free, rows: [pair(0.6, 1), pair(0, 0.5)] };
    const refusal = { name: 'UserError', code: 'constraints.contradict' };
    expect(() => startingWeights(contradicting, highs)).toThrow(expect.objectContaining(refusal));
    // The solver rejects these, so equal weights must not slip through for being nearly within both.
    const nearly = { ...free, rows: [pair(0, 0.5), pair(0.5 + 5e-10, 1)] };
    expect(() => startingWeights(nearly, highs)).toThrow(expect.objectContaining(refusal));
    await expect(assertFeasible(contradicting)).rejects.toMatchObject(refusal);
    await expect(assertFeasible({ ...free, rows: [pair(0.6, 1), pair(0, 0.6)] })).resolves.toBeUndefined();
  });
});
