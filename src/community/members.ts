import { isDeepStrictEqual } from 'node:util';
import type { Table } from '../store/table.ts';
import type { MemberRecord } from './records.ts';

/** What members have saved. */
export interface Members {
  get(memberId: string): Promise<MemberRecord>;
  /**
   * Atomic. `change` is synchronous and returns the whole new record; what it throws leaves everything as it was. A
   * record in which nothing is left is not kept, so that who has been forgotten stays so.
   */
  update(memberId: string, change: (old: MemberRecord) => MemberRecord): Promise<MemberRecord>;
  /** Ids of the members of whom anything is stored. */
  ids(): Promise<readonly string[]>;
  /** What was stored of the member, could not be read, and was set aside: as it was stored. */
  aside(memberId: string): Promise<readonly string[]>;
  /** Removes all of it, set aside or not, at once. */
  forget(memberId: string): Promise<void>;
}

const EMPTY: MemberRecord = { alerts: [] };

export const createMembers = (table: Table<MemberRecord>): Members => ({
  get: async (memberId) => (await table.get(memberId)) ?? EMPTY,
  async update(memberId, change) {
    const kept = await table.update(memberId, (old) => {
      const record = change(old ?? EMPTY);
      return isDeepStrictEqual(record, EMPTY) ? undefined : record;
    });
    return kept ?? EMPTY;
  },
  ids: () => table.keys(),
  aside: (memberId) => table.aside(memberId),
  forget: (memberId) => table.forget(memberId),
});
