import type { Table } from '../store/table.ts';
import type { MemberRecord } from './records.ts';

/** What members have saved. */
export interface Members {
  /** An empty record when nothing is stored. */
  get(memberId: string): Promise<MemberRecord>;
  /** Undefined when nothing is stored, not even an empty record. */
  find(memberId: string): Promise<MemberRecord | undefined>;
  /** Atomic. `change` is synchronous and returns the whole new record; what it throws leaves everything as it was. */
  update(memberId: string, change: (old: MemberRecord) => MemberRecord): Promise<MemberRecord>;
  /**
   * As `update`, but only while something is stored: whoever has had it all deleted is not brought back by what
   * was begun before.
   * @returns undefined when nothing is stored
   */
  amend(memberId: string, change: (old: MemberRecord) => MemberRecord): Promise<MemberRecord | undefined>;
  /** Ids of the members of whom anything is stored. */
  ids(): Promise<readonly string[]>;
  /** What was stored of the member, could not be read, and was set aside: as it was stored. */
  aside(memberId: string): Promise<readonly string[]>;
  /** Removes all of it, set aside or not, at once. */
  forget(memberId: string): Promise<void>;
}

const EMPTY: MemberRecord = { alerts: [] };

/** Thrown inside an update, and nowhere else: nothing is written then. */
class NothingStored extends Error {}

export const createMembers = (table: Table<MemberRecord>): Members => ({
  get: async (memberId) => (await table.get(memberId)) ?? EMPTY,
  find: (memberId) => table.get(memberId),
  update: (memberId, change) => table.update(memberId, (old) => change(old ?? EMPTY)),
  async amend(memberId, change) {
    try {
      return await table.update(memberId, (old) => {
        if (old === undefined) throw new NothingStored();
        return change(old);
      });
    } catch (error) {
      if (error instanceof NothingStored) return undefined;
      throw error;
    }
  },
  ids: () => table.keys(),
  aside: (memberId) => table.aside(memberId),
  forget: (memberId) => table.forget(memberId),
});
