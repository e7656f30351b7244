import { setImmediate } from 'node:timers/promises';

import type { Table } from '../../store/table.ts';
import type { GuildRecord, Guilds } from '../guilds.ts';
import type { MemberRecord, Members } from '../members.ts';
import type { Report } from '../report/record.ts';
import type { GuildUniverse } from '../universe/record.ts';
import type { StoredRequest } from '../allocate/buttons.ts';

/** Everything that can hold a member's data. */
interface PersonalDataStores {
  readonly members: Members;
  readonly guilds: Guilds;
  readonly requests: Table<StoredRequest>;
}

type InGuild<T> = T & { readonly guildId: string };

/** Everything stored about one member. */
export interface PersonalData {
  readonly memberId: string;
  readonly saved: MemberRecord;
  /** The requests behind the buttons under answers. */
  readonly buttons: readonly { readonly key: string; readonly request: StoredRequest['request'] }[];
  /** Created, or scheduled, by the member for a server. */
  readonly universes: readonly InGuild<GuildUniverse>[];
  readonly reports: readonly InGuild<Report>[];
  /** Records that the bot itself can no longer read, as they are stored. */
  readonly unreadable: readonly { readonly key: string; readonly text: string }[];
  /** Servers with an unreadable record that names the member. */
  readonly unreadableOfServers: readonly string[];
}

export async function personalData(stores: PersonalDataStores, memberId: string): Promise<PersonalData> {
  const { members, guilds } = stores;
  const saved = await members.get(memberId);
  const buttons = await buttonsOf(stores, memberId);
  const universes: InGuild<GuildUniverse>[] = [];
  const reports: InGuild<Report>[] = [];
  for (const guildId of await guilds.ids()) {
    const made = madeBy(memberId, await guilds.get(guildId));
    universes.push(...made.universes.map((universe) => Object.assign({ guildId }, universe)));
    reports.push(...made.reports.map((report) => Object.assign({ guildId }, report)));
  }
  // Last, because the reads above set unreadable records aside.
  const unreadable = [...(await unreadableMember(stores, memberId)), ...(await unreadableButtons(stores, memberId))];
  const unreadableOfServers = await guilds.unreadableWith(memberId);
  return { memberId, saved, buttons, universes, reports, unreadable, unreadableOfServers };
}

/**
 * Deletes everything except the universes and reports of servers, which stay without the member's id. Each record
 * changes in one step; an interrupted deletion is completed by repeating it.
 * @returns what was stored before
 */
export async function forgetMember(stores: PersonalDataStores, memberId: string): Promise<PersonalData> {
  const data = await personalData(stores, memberId);
  for (const guildId of new Set([...data.universes, ...data.reports].map((one) => one.guildId))) {
    await stores.guilds.update(guildId, (record) => withoutMember(memberId, record));
  }
  for (const guildId of data.unreadableOfServers) await stores.guilds.redactUnreadable(guildId, memberId);
  await stores.members.forget(memberId);
  // Last and read again, because a job that had already read an alert may have saved a button for it since.
  const buttons = [...(await buttonsOf(stores, memberId)), ...(await unreadableButtons(stores, memberId))];
  for (const { key } of buttons) await stores.requests.forget(key);
  return data;
}

/** Other work gets a turn after this many reads. */
const READS_PER_TURN = 100;

async function buttonsOf({ requests }: PersonalDataStores, memberId: string): Promise<PersonalData['buttons']> {
  const buttons: PersonalData['buttons'][number][] = [];
  for (const [at, key] of (await requests.keys()).entries()) {
    if (at % READS_PER_TURN === READS_PER_TURN - 1) await setImmediate();
    const stored = await requests.get(key);
    if (stored?.memberId === memberId) buttons.push({ key, request: stored.request });
  }
  return buttons;
}

const unreadableMember = async (
  { members }: PersonalDataStores,
  memberId: string,
): Promise<PersonalData['unreadable']> => (await members.unreadable(memberId)).map((text) => ({ key: memberId, text }));

/** An unreadable record belongs to the member if it contains their id. */
async function unreadableButtons(
  { requests }: PersonalDataStores,
  memberId: string,
): Promise<PersonalData['unreadable']> {
  const found: PersonalData['unreadable'][number][] = [];
  for (const key of await requests.asideKeys()) {
    const texts = await requests.aside(key);
    found.push(...texts.filter((text) => text.includes(`"${memberId}"`)).map((text) => ({ key, text })));
  }
  return found;
}

const madeBy = (memberId: string, { universes, reports }: GuildRecord) => ({
  universes: universes.filter(({ createdBy }) => createdBy === memberId),
  reports: reports.filter(({ scheduledBy }) => scheduledBy === memberId),
});

const withoutMember = (memberId: string, record: GuildRecord): GuildRecord => ({
  ...record,
  universes: record.universes.map(({ createdBy, ...rest }) =>
    createdBy === undefined || createdBy === memberId ? rest : { createdBy, ...rest },
  ),
  reports: record.reports.map(({ scheduledBy, ...rest }) =>
    scheduledBy === undefined || scheduledBy === memberId ? rest : { scheduledBy, ...rest },
  ),
});
