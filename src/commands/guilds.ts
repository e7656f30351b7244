import { UNIVERSES, type Universe, type UniverseSpec } from '../prices/universes.ts';
import { DEFAULT_VENDOR } from '../prices/vendors/index.ts';
import { UserError } from '../errors.ts';
import type { Table } from '../store/table.ts';
import type { GuildRecord, GuildSettings } from './records.ts';

/** What a question may name and leave out, there where it is asked. */
export interface GuildView {
  /** Everybody's universes, then the guild's own. */
  readonly universes: readonly Universe[];
  readonly settings: GuildSettings;
}

/** What Discord servers have saved. */
export interface Guilds {
  /** @param guildId absent in direct messages */
  view(guildId: string | undefined): Promise<GuildView>;
  get(guildId: string): Promise<GuildRecord>;
  /** Atomic. `change` is synchronous and returns the whole new record; what it throws leaves everything as it was. */
  update(guildId: string, change: (old: GuildRecord) => GuildRecord): Promise<GuildRecord>;
  /** Ids of the guilds that have saved anything. */
  ids(): Promise<readonly string[]>;
  /** Ids of the guilds of which a record that names the member could not be read and was set aside. */
  asideWith(memberId: string): Promise<readonly string[]>;
  /** Takes the member's id out of them; they stay otherwise as they were stored. */
  strikeAside(guildId: string, memberId: string): Promise<void>;
  /** @throws UserError when there is no such universe, or no more */
  resolve(name: string, guildId: string | undefined): Promise<UniverseSpec>;
}

const EMPTY: GuildRecord = { universes: [], settings: {}, reports: [] };

/** In the place of a member's id, in JSON. */
const NOBODY = '"0"';

export function createGuilds(table: Table<GuildRecord>): Guilds {
  const get = async (guildId: string): Promise<GuildRecord> => (await table.get(guildId)) ?? EMPTY;

  async function view(guildId: string | undefined): Promise<GuildView> {
    const { universes, settings } = guildId === undefined ? EMPTY : await get(guildId);
    const own = universes.map(({ name, tickers }): Universe => ({
      name,
      title: `${tickers.length} assets of this server`,
      vendor: DEFAULT_VENDOR.name,
      owner: 'guild',
      tickers,
    }));
    return { universes: [...UNIVERSES, ...own], settings };
  }

  return {
    view,
    get,
    update: (guildId, change) => table.update(guildId, (old) => change(old ?? EMPTY)),
    ids: () => table.keys(),
    async asideWith(memberId) {
      const found: string[] = [];
      for (const guildId of await table.asideKeys()) {
        const texts = await table.aside(guildId);
        if (texts.some((text) => text.includes(`"${memberId}"`))) found.push(guildId);
      }
      return found;
    },
    strikeAside: (guildId, memberId) => table.changeAside(guildId, (text) => text.replaceAll(`"${memberId}"`, NOBODY)),
    async resolve(name, guildId) {
      const { universes } = await view(guildId);
      const found = universes.find((universe) => universe.name === name);
      if (found !== undefined) return specOf(found);
      throw new UserError(
        `There is no universe "${name}" any more; there are ${universes.map((one) => one.name).join(', ')}.`,
        'universe',
      );
    },
  };
}

const specOf = ({ name, owner, tickers }: Universe): UniverseSpec =>
  owner === 'guild' ? { kind: 'tickers', tickers, name } : { kind: 'named', name };
