import { expect, it } from 'vitest';
import { weightBounds } from '../../src/commands/records.ts';

it('the two weights of earlier versions become constraints, without those that restrict nothing', () => {
  expect(weightBounds({ minWeight: 0, maxWeight: 1 })).toEqual([]);
  expect(weightBounds({ minWeight: 0.1, maxWeight: 0.3 })).toEqual([
    { kind: 'max-weight', weight: 0.3 },
    { kind: 'min-weight', weight: 0.1 },
  ]);
});
