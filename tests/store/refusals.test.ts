import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openTestStore } from './fixtures.ts';

const limit = z.object({ universe: z.string(), loss: z.number().positive() });
const example = { universe: 'us12', loss: 0.08 };

describe('what the store refuses to write', () => {
  it('is what the schema does not allow, and the old value stays', async () => {
    const table = (await openTestStore()).store.table('limits', limit, 1);
    await table.set('k', example);
    await expect(table.set('k', { universe: 'us12', loss: -1 })).rejects.toThrow(/^limits\/k: expected .* loss: /);
    await expect(table.update('k', (old) => ({ universe: old?.universe ?? '', loss: 0 }))).rejects.toThrow('limits/k');
    expect(await table.get('k')).toEqual(example);
  });

  const cycle: unknown[] = [];
  cycle.push(cycle);
  it.each([
    ['NaN', Number.NaN],
    ['Infinity', [1, Number.POSITIVE_INFINITY]],
    ['a date', { at: new Date(0) }],
    ['a map', new Map()],
    ['a typed array', Float64Array.of(1)],
    ['a hole', [1, undefined]],
    ['undefined', undefined],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['a cycle', cycle],
  ])('is what JSON would change: %s', async (_name, value) => {
    const table = (await openTestStore()).store.table('anything', z.unknown(), 1);
    await expect(table.set('k', value)).rejects.toThrow(/expected what JSON can hold|call stack/);
    expect(await table.keys()).toEqual([]);
  });

  it('says where in the value it is', async () => {
    const table = (await openTestStore()).store.table('anything', z.unknown(), 1);
    await expect(
      table.set('k', {
        closes: [
          [1, 2],
          [3, Number.NaN],
        ],
      }),
    ).rejects.toThrow('anything/k.closes.1.1: expected what JSON can hold, got NaN');
  });
});
