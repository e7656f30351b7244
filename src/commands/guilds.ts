import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { UNIVERSES, chooseUniverse, type ListedUniverse, type Universe } from '../prices/universes.ts';
import { DEFAULT_VENDOR } from '../prices/vendors/index.ts';
import { UserError } from '../errors.ts';
import { LastKnown } from '../last-known.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import { reportSchema } from './report/record.ts';
import { migrateSavedQuery } from './records.ts';
import { guildSettingsSchema, migrateSettings, type GuildSettings } from './settings/record.ts';
import { guildUniverseSchema } from './universe/record.ts';

const guildSchema = z.strictObject({
  universes: z.array(guildUniverseSchema),
  settings: guildSettingsSchema,
  reports: z.array(reportSchema),
});

export type GuildRecord = z.infer<typeof guildSchema>;

const migrations = {
  1: (old: unknown) => {
    const { settings, reports, ...rest } = z
      .looseObject({ settings: z.unknown(), reports: z.array(z.unknown()) })
      .parse(old);
    return { ...rest, settings: migrateSettings(settings), reports: reports.map(migrateSavedQuery) };
  },
  /** Version 3 has groups of assets, and more kinds of constraint. */
  2: (old: unknown) => old,
  /** Reports say which of the server's constraints were left out. */
  3: (old: unknown) => old,
};

export const openGuilds = (store: Pick<Store, 'table'>): Guilds =>
  new Guilds(store.table('guilds', guildSchema, 4, migrations));

/** The universes and settings that apply in a server, or in direct messages. */
export interface GuildView {
  /** The built-in universes, then the server's own. */
  readonly universes: readonly Universe[];
  readonly settings: GuildSettings;
}

const RECENT = { max: 100, ttl: 5_000 };
const MOST_KNOWN = 500;

const EMPTY: GuildRecord = { universes: [], settings: {}, reports: [] };

/** Replaces a member's id in JSON. */
const NOBODY = '"0"';

/** The saved data of Discord servers. */
export class Guilds {
  readonly #table: Table<GuildRecord>;
  /** A large record takes milliseconds to decode. */
  readonly #recent = new LRUCache<string, Promise<GuildRecord>>(RECENT);
  readonly #known = new LastKnown<GuildRecord>(MOST_KNOWN);

  constructor(table: Table<GuildRecord>) {
    this.#table = table;
  }

  /**
   * While the store fails, nobody changes what was read last: that counts then.
   * @param guildId absent in direct messages
   */
  async view(guildId: string | undefined): Promise<GuildView> {
    return viewOf(guildId === undefined ? EMPTY : await this.#known.read(guildId, () => this.get(guildId)));
  }

  /** As `view`, and some seconds old at most, if another process has changed it: for what is typed. */
  async recentView(guildId: string | undefined): Promise<GuildView> {
    return viewOf(guildId === undefined ? EMPTY : await this.recent(guildId));
  }

  /** As `get`, and some seconds old at most. */
  recent(guildId: string): Promise<GuildRecord> {
    const known = this.#recent.get(guildId);
    if (known !== undefined) return known;
    const read = this.get(guildId);
    this.#recent.set(guildId, read);
    read.catch(() => this.#recent.delete(guildId));
    return read;
  }

  async get(guildId: string): Promise<GuildRecord> {
    return (await this.#table.get(guildId)) ?? EMPTY;
  }

  /** Atomic. `change` synchronously returns the whole new record; if it throws, nothing changes. */
  async update(guildId: string, change: (old: GuildRecord) => GuildRecord): Promise<GuildRecord> {
    const changed = await this.#table.update(guildId, (old) => change(old ?? EMPTY));
    this.#recent.delete(guildId);
    this.#known.forget(guildId);
    return changed;
  }

  /** Ids of the servers with saved data. */
  ids(): Promise<readonly string[]> {
    return this.#table.keys();
  }

  /** Ids of the servers whose record contains the member's id; cheap, since none is decoded. */
  idsWith(memberId: string): Promise<readonly string[]> {
    return this.#table.keysWith(`"${memberId}"`);
  }

  /** Ids of the servers with an unreadable record, set aside, that names the member. */
  async unreadableWith(memberId: string): Promise<readonly string[]> {
    const found: string[] = [];
    for (const guildId of await this.#table.asideKeys()) {
      const texts = await this.#table.aside(guildId);
      if (texts.some((text) => text.includes(`"${memberId}"`))) found.push(guildId);
    }
    return found;
  }

  /** Removes the member's id from a server's unreadable records, which otherwise stay as they were stored. */
  redactUnreadable(guildId: string, memberId: string): Promise<void> {
    return this.#table.changeAside(guildId, (text) => text.replaceAll(`"${memberId}"`, NOBODY));
  }

  /** @throws UserError when the universe does not exist, or no longer */
  async resolve(name: string, guildId: string | undefined): Promise<ListedUniverse> {
    const { universes } = await this.view(guildId);
    const found = universes.find((universe) => universe.name === name);
    if (found !== undefined) return chooseUniverse(found);
    throw new UserError(
      `The universe "${name}" no longer exists; there are ${universes.map((one) => one.name).join(', ')}.`,
      { option: 'universe' },
    );
  }
}

function viewOf({ universes, settings }: GuildRecord): GuildView {
  const own = universes.map(({ name, tickers, groups, vendor = DEFAULT_VENDOR.name }): Universe => ({
    name,
    title: `${tickers.length} assets of this server`,
    vendor,
    owner: 'guild',
    tickers,
    ...(groups && { groups }),
  }));
  return { universes: [...UNIVERSES, ...own], settings };
}
