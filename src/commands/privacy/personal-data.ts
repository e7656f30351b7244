import { setImmediate } from 'node:timers/promises';

import type { Table } from '../../store/table.ts';
import type { GuildRecord, Guilds } from '../guilds.ts';
import type { MemberRecord, Members } from '../members.ts';
import type { Report } from '../report/record.ts';
import type { GuildUniverse } from '../universe/record.ts';
import type { StoredRequest } from '../allocate/buttons.ts';

/** Where something of a member can be. */
interface Places {
  readonly members: Members;
  readonly guilds: Guilds;
  readonly requests: Table<StoredRequest>;
}

type InGuild<T> = T & { readonly guildId: string };

/** All that is stored of one member. */
export interface PersonalData {
  readonly memberId: string;
  readonly saved: MemberRecord;
  /** What the buttons under answers stand for. */
  readonly buttons: readonly { readonly key: string; readonly request: StoredRequest['request'] }[];
  /** Created, or scheduled, by the member for a server. */
  readonly universes: readonly InGuild<GuildUniverse>[];
  readonly reports: readonly InGuild<Report>[];
  /** What the bot itself cannot read any more, as it is stored. */
  readonly unreadable: readonly { readonly key: string; readonly text: string }[];
  /** Servers of which the bot cannot read a record any more that names the member. */
  readonly unreadableOfServers: readonly string[];
}

export async function personalData(places: Places, memberId: string): Promise<PersonalData> {
  const { members, guilds } = places;
  const saved = await members.get(memberId);
  const buttons = await buttonsOf(places, memberId);
  const universes: InGuild<GuildUniverse>[] = [];
  const reports: InGuild<Report>[] = [];
  for (const guildId of await guilds.ids()) {
    const theirs = madeBy(memberId, await guilds.get(guildId));
    universes.push(...theirs.universes.map((universe) => Object.assign({ guildId }, universe)));
    reports.push(...theirs.reports.map((report) => Object.assign({ guildId }, report)));
  }
  // Last: what cannot be read is set aside by the reading above.
  const unreadable = [...(await unreadableMember(places, memberId)), ...(await unreadableButtons(places, memberId))];
  const unreadableOfServers = await guilds.unreadableWith(memberId);
  return { memberId, saved, buttons, universes, reports, unreadable, unreadableOfServers };
}

/**
 * Removes all of it but what belongs to servers too: their universes and reports stay, without the member.
 * Each record in one step; what is cut off in the middle is finished by asking again.
 * @returns what there was
 */
export async function forgetMember(places: Places, memberId: string): Promise<PersonalData> {
  const data = await personalData(places, memberId);
  for (const guildId of new Set([...data.universes, ...data.reports].map((one) => one.guildId))) {
    await places.guilds.update(guildId, (record) => withoutMember(memberId, record));
  }
  for (const guildId of data.unreadableOfServers) await places.guilds.redactUnreadable(guildId, memberId);
  await places.members.forget(memberId);
  // Last, and looked for again: a job that found an alert before may have made a button for it meanwhile.
  const buttons = [...(await buttonsOf(places, memberId)), ...(await unreadableButtons(places, memberId))];
  for (const { key } of buttons) await places.requests.forget(key);
  return data;
}

/** Reads between which others get their turn. */
const READS_A_TURN = 100;

async function buttonsOf({ requests }: Places, memberId: string): Promise<PersonalData['buttons']> {
  const buttons: PersonalData['buttons'][number][] = [];
  for (const [at, key] of (await requests.keys()).entries()) {
    if (at % READS_A_TURN === READS_A_TURN - 1) await setImmediate();
    const stored = await requests.get(key);
    if (stored?.memberId === memberId) buttons.push({ key, request: stored.request });
  }
  return buttons;
}

const unreadableMember = async ({ members }: Places, memberId: string): Promise<PersonalData['unreadable']> =>
  (await members.aside(memberId)).map((text) => ({ key: memberId, text }));

/** Whose a text is that cannot be read can only be told by the id in it. */
async function unreadableButtons({ requests }: Places, memberId: string): Promise<PersonalData['unreadable']> {
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
