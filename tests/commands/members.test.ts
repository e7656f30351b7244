import { describe, expect, it } from 'vitest';
import { openMembers } from '../../src/commands/members.ts';
import { memoryStore } from '../support/memory-table.ts';

const ME = '200000000000000001';
const closed = { since: '2026-01-01T00:00:00.000Z', isTold: false };

describe('the saved data of members', () => {
  it('is amended only when there is some', async () => {
    const members = openMembers(memoryStore());
    expect(await members.amend(ME, (record) => ({ ...record, closed }))).toBeUndefined();
    expect(await members.ids()).toEqual([]);
    expect(await members.find(ME)).toBeUndefined();
    expect(await members.get(ME)).toEqual({ alerts: [] });
    await members.update(ME, () => ({ alerts: [], closed }));
    const later = { since: closed.since, isTold: true };
    expect(await members.amend(ME, (record) => ({ ...record, closed: later }))).toEqual({ alerts: [], closed: later });
    expect(await members.find(ME)).toEqual({ alerts: [], closed: later });
  });

  it('is deleted when nothing is left of it', async () => {
    const members = openMembers(memoryStore());
    expect(await members.update(ME, (record) => record)).toEqual({ alerts: [] });
    expect(await members.ids()).toEqual([]);
    await members.update(ME, () => ({ alerts: [], closed }));
    expect(await members.amend(ME, () => ({ alerts: [] }))).toBeUndefined();
    expect(await members.ids()).toEqual([]);
  });

  it('stays as it was when an amendment throws', async () => {
    const members = openMembers(memoryStore());
    await members.update(ME, () => ({ alerts: [], closed }));
    const amended = members.amend(ME, () => {
      throw new Error('no');
    });
    await expect(amended).rejects.toThrow('no');
    expect(await members.get(ME)).toEqual({ alerts: [], closed });
  });
});
