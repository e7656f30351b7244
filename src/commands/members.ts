import { isDeepStrictEqual } from 'node:util';
import type { Table } from '../store/table.ts';
import type { MemberRecord } from './records.ts';

/** What members have saved. */
export interface Members {
  /** An empty record when nothing is stored. */
  get(memberId: string): Promise<MemberRecord>;
  find(memberId: string): Promise<MemberRecord | undefined>;
  /**
   * Atomic. `change` is synchronous and returns the whole new record; what it throws leaves everything as it was. A
   * record in which nothing is left is not kept.
   */
  update(memberId: string, change: (old: MemberRecord) => MemberRecord): Promise<MemberRecord>;
  /**
   * As `update`, but only while something is stored: whoever has had it all deleted is not brought back by what
   * was begun before.
   * @returns undefined when nothing is stored, or nothing is left
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

const kept = (record: MemberRecord): MemberRecord | undefined =>
  isDeepStrictEqual(record, EMPTY) ? undefined : record;

export const createMembers = (table: Table<MemberRecord>): Members => ({
  get: async (memberId) => (await table.get(memberId)) ?? EMPTY,
  find: (memberId) => table.get(memberId),
  update: async (memberId, change) => (await table.update(memberId, (old) => kept(change(old ?? EMPTY)))) ?? EMPTY,
  amend: (memberId, change) => table.update(memberId, (old) => old && kept(change(old))),
  ids: () => table.keys(),
  aside: (memberId) => table.aside(memberId),
  forget: (memberId) => table.forget(memberId),
});
