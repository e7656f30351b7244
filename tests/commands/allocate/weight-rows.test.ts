import { describe, expect, it } from 'vitest';
import { weightRows } from '../../../src/commands/allocate/weights-panel.ts';

const named = (weights: readonly number[]) =>
  weightRows(
    weights.map((_, i) => `A${i}`),
    weights,
  );
const equal = (count: number): number[] => Array.from({ length: count }, () => 1 / count);

describe('weightRows', () => {
  it('sorts by weight, keeps the order of equals and drops what is under 0.1 %', () => {
    expect(named([0.2, 0.0004, 0.5, 0, 0.2996]).map((row) => row.label)).toEqual(['A2', 'A4', 'A0']);
    expect(named(equal(3)).map((row) => row.label)).toEqual(['A0', 'A1', 'A2']);
  });

  it('has a row for each of 15 assets, and for 16 the 14 largest and the others', () => {
    expect(named(equal(15)).every((row) => !row.others)).toBe(true);
    const rows = named(equal(16));
    expect(rows).toHaveLength(15);
    expect(rows.at(-1)).toEqual({ label: '2 others', weight: expect.closeTo(2 / 16, 12), others: true });
  });

  it('puts many small weights into the others, so that what is shown sums to one', () => {
    const rows = named([0.4, ...Array.from({ length: 1000 }, () => 0.0006)]);
    expect(rows.map((row) => row.label)).toEqual(['A0', '1000 others']);
    expect(rows.reduce((sum, row) => sum + row.weight, 0)).toBeCloseTo(1, 12);
  });
});
