import { expect, it } from 'vitest';
import { NewestRecords } from '../../src/engine-service/newest-records.ts';
import { type StoredRecord, storedRecordSchema } from '../../src/engine-service/record-table.ts';
import { failing } from '../support/broken-store.ts';
import { memoryTable } from '../support/memory-table.ts';

const SHARES = [0.05, 0.1];
const COINS = [0.2, 0.4];

const record = (universe: string, limits = SHARES): StoredRecord => ({
  universe,
  horizonDays: 5,
  alpha: 0.95,
  tickers: [],
  from: '2020-01-01',
  until: '2024-01-01',
  days: 1_000,
  pricesHash: '',
  summary: {
    decisions: 0,
    byLimit: limits.map((limit) => ({ limit, feasible: 0, violations: 0 })),
    pooled: { feasible: 0, violations: 0, limits, kappa: 1 },
    worst: [],
  },
  kappas: [],
});

/** A table of so many records of shares, each after one of another horizon, and one of coins. Counts what is read. */
async function fill(many: number) {
  const kept = memoryTable(storedRecordSchema);
  for (let k = 0; k < many; k += 1) {
    await kept.set(`u${k}/21`, record('other horizon'));
    await kept.set(`u${k}/5`, record(`u${k}`));
  }
  await kept.set('coins/5', record('coins', COINS));
  const read: string[] = [];
  const table: typeof kept = {
    ...kept,
    get(key) {
      read.push(key);
      return kept.get(key);
    },
  };
  return { kept, table, read };
}

const namesOf = (records: readonly StoredRecord[]): string[] => records.map(({ universe }) => universe);

it('reads the 50 newest records of a horizon and its limits, however many there are, once for all answers', async () => {
  const { kept, table, read } = await fill(2_000);
  const newest = new NewestRecords(table);
  const [shares, again] = await Promise.all([newest.alike(4, SHARES), newest.alike(5, SHARES)]);
  expect(namesOf(shares)).toEqual(Array.from({ length: 50 }, (_, k) => `u${1_999 - k}`));
  expect(again).toBe(shares);
  expect(await newest.alike(6, SHARES)).toBe(shares);
  expect(read.length).toBe(51);
  expect(namesOf(await newest.alike(5, COINS))).toEqual(['coins']);
  expect(read.length).toBe(51 + 100);

  await kept.set('new/5', record('new'));
  expect(namesOf(await newest.alike(5, SHARES))).not.toContain('new');
  newest.forget();
  expect(namesOf(await newest.alike(5, SHARES))[0]).toBe('new');
});

it('tries again after the table could not be read', async () => {
  const { kept } = await fill(1);
  let isBroken = true;
  const keysByExpiry: typeof kept.keysByExpiry = (prefix) => (isBroken ? failing() : kept.keysByExpiry(prefix));
  const newest = new NewestRecords({ ...kept, keysByExpiry });
  await expect(newest.alike(5, SHARES)).rejects.toThrow('disk I/O error');
  isBroken = false;
  expect(namesOf(await newest.alike(5, SHARES))).toEqual(['u0']);
});
