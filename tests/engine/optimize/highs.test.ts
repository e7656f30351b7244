import { expect, it } from 'vitest';
import { borrowHighs, loadHighs, returnHighs } from '../../../src/engine/optimize/highs.ts';

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

it('lends an instance again once it is back, to one borrower at a time', async () => {
  const first = await borrowHighs();
  const second = await borrowHighs();
  expect(second).not.toBe(first);
  returnHighs(first);
  returnHighs(first);
  expect(await borrowHighs()).toBe(first);
  expect(await borrowHighs()).not.toBe(first);
});

it('does not keep an instance whose memory has grown', async () => {
  const grown = await borrowHighs();
  grown.withModel(withoutRows(1_000_000), (model) => model.run());
  returnHighs(grown);
  expect(await borrowHighs()).not.toBe(grown);
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
