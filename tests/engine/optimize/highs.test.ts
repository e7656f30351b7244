import { expect, it } from 'vitest';
import { loadHighs } from '../../../src/engine/optimize/highs.ts';

it('gives each caller a solver with a memory of its own', async () => {
  const [first, second] = [await loadHighs(), await loadHighs()];
  const before = second.memoryBytes;
  const columns = 1_000_000;
  first.withModel(withoutRows(columns), (model) => {
    model.options.set('output_flag', false);
    model.run();
    expect(model.getModelStatus()).toBe(first.constants.modelStatus.optimal);
  });
  expect(first.memoryBytes).toBeGreaterThan(before);
  expect(second.memoryBytes).toBe(before);
});

/** min Σ x over x from 0 to 1, without rows. */
const withoutRows = (columns: number) => ({
  numCols: columns,
  numRows: 0,
  colCost: new Float64Array(columns).fill(1),
  colLower: new Float64Array(columns),
  colUpper: new Float64Array(columns).fill(1),
  rowLower: [],
  rowUpper: [],
  matrix: { format: 'csr' as const, numRows: 0, numCols: columns, starts: [0], indices: [], values: [] },
});
