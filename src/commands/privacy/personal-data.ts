import { pendingKeysOf, type PendingAnswer } from '../../pending-answers.ts';
import type { Table } from '../../store/table.ts';
import type { GuildRecord, Guilds } from '../guilds.ts';
import type { MemberRecord, Members } from '../members.ts';
import type { Report } from '../report/record.ts';
import type { GuildUniverse } from '../universe/record.ts';
import type { Requests, StoredButton } from '../allocate/buttons.ts';
import type { SavedHoldings } from '../saved-holdings.ts';
import { unlessNewer } from '../../newer.ts';

/** Everything that can hold a member's data. */
interface PersonalDataStores {
  readonly members: Members;
  readonly guilds: Guilds;
  readonly requests: Requests;
  readonly savedHoldings: Table<SavedHoldings>;
  readonly pendingAnswers: Table<PendingAnswer>;
}

type InGuild<T> = T & { readonly guildId: string };

/** Everything stored about one member. */
export interface PersonalData {
  readonly memberId: string;
  readonly saved: MemberRecord;
  /** Absent: none are saved. */
  readonly holdings?: SavedHoldings;
  /** The requests behind the buttons under answers. */
  readonly buttons: readonly StoredButton[];
  /** Questions that are being answered, without their tokens. */
  readonly unanswered: readonly Pick<PendingAnswer, 'command' | 'receivedAt'>[];
  /** Created, or scheduled, by the member for a server. */
  readonly universes: readonly InGuild<GuildUniverse>[];
  readonly reports: readonly InGuild<Report>[];
  /** Records that the bot itself can no longer read, as they are stored. */
  readonly unreadable: readonly { readonly key: string; readonly text: string }[];
  /** Servers with a record that the bot cannot read and that names the member. */
  readonly unreadableOfServers: readonly string[];
}

export async function personalData(stores: PersonalDataStores, memberId: string): Promise<PersonalData> {
  const { members, guilds, requests, savedHoldings } = stores;
  const saved = (await unlessNewer(members.get(memberId))) ?? { alerts: [] };
  const holdings = await unlessNewer(savedHoldings.get(memberId));
  const unanswered = await unansweredOf(stores, memberId);
  const universes: InGuild<GuildUniverse>[] = [];
  const reports: InGuild<Report>[] = [];
  const unreadableOfServers: string[] = [];
  for (const guildId of await guilds.idsWith(memberId)) {
    const record = await unlessNewer(guilds.get(guildId), () => unreadableOfServers.push(guildId));
    if (record === undefined) continue;
    const made = madeBy(memberId, record);
    universes.push(...made.universes.map((universe) => Object.assign({ guildId }, universe)));
    reports.push(...made.reports.map((report) => Object.assign({ guildId }, report)));
  }
  // Last, because the reads above set unreadable records aside.
  const ofMember = [...(await members.unreadable(memberId)), ...(await savedHoldings.aside(memberId))].map((text) => ({
    key: memberId,
    text,
  }));
  const { buttons, unreadable: ofButtons } = await requests.of(memberId);
  const unreadable = [...ofMember, ...ofButtons];
  unreadableOfServers.push(...(await guilds.unreadableWith(memberId)));
  return {
    memberId,
    saved,
    ...(holdings && { holdings }),
    buttons,
    unanswered,
    universes,
    reports,
    unreadable,
    unreadableOfServers,
  };
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
  for (const guildId of new Set(data.unreadableOfServers)) await stores.guilds.redactUnreadable(guildId, memberId);
  await stores.members.forget(memberId);
  await stores.savedHoldings.forget(memberId);
  const { pendingAnswers } = stores;
  for (const key of await pendingKeysOf(pendingAnswers, memberId)) await pendingAnswers.forget(key);
  // Last and read again, because a job that had already read an alert may have saved a button for it since.
  await stores.requests.forget(memberId);
  return data;
}

async function unansweredOf({ pendingAnswers }: PersonalDataStores, memberId: string) {
  const unanswered: PersonalData['unanswered'][number][] = [];
  for (const key of await pendingKeysOf(pendingAnswers, memberId)) {
    const stored = await unlessNewer(pendingAnswers.get(key));
    if (stored !== undefined) unanswered.push({ command: stored.command, receivedAt: stored.receivedAt });
  }
  return unanswered;
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
