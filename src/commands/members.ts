import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import { alertSchema, migrateAlert } from './alert/record.ts';

const memberSchema = z.strictObject({
  alerts: z.array(alertSchema),
  /** Present when the member accepts no direct messages (Discord's error 50007). `isTold`: they were informed. */
  closed: z.strictObject({ since: z.iso.datetime(), isTold: z.boolean() }).exactOptional(),
});

export type MemberRecord = z.infer<typeof memberSchema>;

const migrations = {
  1: (old: unknown) => {
    const { alerts, ...rest } = z.looseObject({ alerts: z.array(z.unknown()) }).parse(old);
    return { ...rest, alerts: alerts.map(migrateAlert) };
  },
  // Alerts have got fields that may be absent.
  2: (old: unknown) => old,
  // Mandates have got more kinds of constraint, and alerts may watch what is held.
  3: (old: unknown) => old,
  // They say which of a server's constraints were left out.
  4: (old: unknown) => old,
};

export const openMembers = (store: Pick<Store, 'table'>): Members =>
  new Members(store.table('members', memberSchema, 5, migrations));

const EMPTY: MemberRecord = { alerts: [] };

/** An empty record is deleted. */
const undefinedIfEmpty = (record: MemberRecord): MemberRecord | undefined =>
  isDeepStrictEqual(record, EMPTY) ? undefined : record;

/** The saved data of members. */
export class Members {
  readonly #table: Table<MemberRecord>;

  constructor(table: Table<MemberRecord>) {
    this.#table = table;
  }

  /** An empty record when nothing is stored. */
  async get(memberId: string): Promise<MemberRecord> {
    return (await this.#table.get(memberId)) ?? EMPTY;
  }

  find(memberId: string): Promise<MemberRecord | undefined> {
    return this.#table.get(memberId);
  }

  /** Atomic. `change` synchronously returns the whole new record; if it throws, nothing changes. */
  async update(memberId: string, change: (old: MemberRecord) => MemberRecord): Promise<MemberRecord> {
    return (await this.#table.update(memberId, (old) => undefinedIfEmpty(change(old ?? EMPTY)))) ?? EMPTY;
  }

  /**
   * Like `update`, but only for a member with saved data: work that began before a member deleted their data must not
   * bring it back.
   * @returns undefined when nothing is stored, or nothing is left
   */
  amend(memberId: string, change: (old: MemberRecord) => MemberRecord): Promise<MemberRecord | undefined> {
    return this.#table.update(memberId, (old) => old && undefinedIfEmpty(change(old)));
  }

  /** Ids of the members with saved data. */
  ids(): Promise<readonly string[]> {
    return this.#table.keys();
  }

  /** The member's unreadable records, set aside, as they were stored. */
  unreadable(memberId: string): Promise<readonly string[]> {
    return this.#table.aside(memberId);
  }

  /** Deletes all of the member's data at once, unreadable records included. */
  forget(memberId: string): Promise<void> {
    return this.#table.forget(memberId);
  }
}
