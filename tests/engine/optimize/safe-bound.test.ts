import { describe, expect, it } from 'vitest';
import { safeBound } from '../../../src/engine/optimize/safe-bound.ts';
import { loadHighs } from '../../../src/engine/optimize/highs.ts';

const highs = await loadHighs();

/** min −2x − 3y − z with x + y + z ≤ 4, x + 3y ≥ 1, x − z = 0.5, all in [0, 3]. */
const program = {
  numCols: 3,
  numRows: 3,
  colCost: [-2, -3, -1],
  colLower: [0, 0, 0],
  colUpper: [3, 3, 3],
  rowLower: [-Infinity, 1, 0.5],
  rowUpper: [4, Infinity, 0.5],
  matrix: {
    format: 'csr' as const,
    numRows: 3,
    numCols: 3,
    starts: [0, 3, 5, 7],
    indices: [0, 1, 2, 0, 1, 0, 2],
    values: [1, 1, 1, 1, 3, 1, -1],
  },
};

describe('safeBound', () => {
  it("is the optimum at the solver's own duals", () => {
    highs.withModel(program, (model) => {
      model.options.set('output_flag', false);
      model.run();
      expect(safeBound(model.getLp('csr'), model.getSolution().rowDual).bound).toBeCloseTo(
        model.getObjectiveValue(),
        12,
      );
    });
  });

  it('never exceeds the optimum, whatever the duals', () => {
    highs.withModel(program, (model) => {
      model.options.set('output_flag', false);
      model.run();
      const duals = model.getSolution().rowDual;
      for (const [first, second, third] of [
        [0, 0, 0],
        [0.1, -0.2, 0.3],
        [-5, 5, -5],
        [5, -5, 5],
      ]) {
        const wrong = Float64Array.of(duals[0]! + first!, duals[1]! + second!, duals[2]! + third!);
        expect(safeBound(model.getLp('csr'), wrong).bound).toBeLessThanOrEqual(model.getObjectiveValue() + 1e-12);
      }
    });
  });
});
