import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import { alertSchema, migrateAlert } from './alert/record.ts';

const memberSchema = z.strictObject({
  alerts: z.array(alertSchema),
  /** The member takes no direct messages (50007), and whether they have been told so. */
  closed: z.strictObject({ since: z.iso.datetime(), isTold: z.boolean() }).exactOptional(),
});

export type MemberRecord = z.infer<typeof memberSchema>;

const migrations = {
  1: (old: unknown) => {
    const { alerts, ...rest } = z.looseObject({ alerts: z.array(z.unknown()) }).parse(old);
    return { ...rest, alerts: alerts.map(migrateAlert) };
  },
};

export const openMembers = (store: Pick<Store, 'table'>): Members =>
  new Members(store.table('members', memberSchema, 2, migrations));

const EMPTY: MemberRecord = { alerts: [] };

/** A record in which nothing is left is not kept. */
const kept = (record: MemberRecord): MemberRecord | undefined =>
  isDeepStrictEqual(record, EMPTY) ? undefined : record;

/** What members have saved. */
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

  /** Atomic. `change` is synchronous and returns the whole new record; what it throws leaves everything as it was. */
  async update(memberId: string, change: (old: MemberRecord) => MemberRecord): Promise<MemberRecord> {
    return (await this.#table.update(memberId, (old) => kept(change(old ?? EMPTY)))) ?? EMPTY;
  }

  /**
   * As `update`, but only while something is stored: whoever has had it all deleted is not brought back by what
   * was begun before.
   * @returns undefined when nothing is stored, or nothing is left
   */
  amend(memberId: string, change: (old: MemberRecord) => MemberRecord): Promise<MemberRecord | undefined> {
    return this.#table.update(memberId, (old) => old && kept(change(old)));
  }

  /** Ids of the members of whom anything is stored. */
  ids(): Promise<readonly string[]> {
    return this.#table.keys();
  }

  /** What was stored of the member, could not be read, and was set aside: as it was stored. */
  aside(memberId: string): Promise<readonly string[]> {
    return this.#table.aside(memberId);
  }

  /** Removes all of it, set aside or not, at once. */
  forget(memberId: string): Promise<void> {
    return this.#table.forget(memberId);
  }
}
