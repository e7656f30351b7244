// Functions that throw UserError change nothing then.
import { sectorGroups, UNIVERSES, type Group } from '../../prices/universes.ts';
import { findTicker } from '../../engine/market.ts';
import { UserError } from '../../errors.ts';
import { RANGES } from '../../parse.ts';
import type { GuildRecord } from '../guilds.ts';
import type { Report } from '../report/record.ts';
import { UNIVERSE_NAME, type GuildUniverse } from './record.ts';

/** How many universes a server may have. */
const MOST_UNIVERSES = 25;
/** How many groups a universe may have. */
const MOST_GROUPS = 25;

/** `" Tech "` → `tech`. */
export function parseUniverseName(text: string): string {
  const name = text.trim().toLowerCase();
  if (!UNIVERSE_NAME.test(name)) {
    throw new UserError(`name takes up to 32 letters a to z, digits and dashes, such as tech-10; got "${text}".`, {
      option: 'name',
    });
  }
  return name;
}

/** @throws UserError that lists the server's own universes if this is not one of them */
export function ownUniverse({ universes }: GuildRecord, name: string): GuildUniverse {
  const found = universes.find((universe) => universe.name === name);
  if (found !== undefined) return found;
  if (isBuiltIn(name)) {
    throw new UserError(`${name} is built in and cannot be changed: create your own with /universe create.`, {
      option: 'name',
    });
  }
  const known = universes.map((universe) => universe.name).join(', ');
  const what = known === '' ? 'it has none yet' : `it has ${known}`;
  throw new UserError(`This server has no universe "${name}": ${what}.`, { option: 'name' });
}

const isBuiltIn = (name: string): boolean => UNIVERSES.some((universe) => universe.name === name);

export function withUniverse(record: GuildRecord, universe: GuildUniverse): GuildRecord {
  const { name } = universe;
  const { universes } = record;
  if (isBuiltIn(name))
    throw new UserError(`${name} is the name of a built-in universe: choose another name.`, { option: 'name' });
  if (universes.some((one) => one.name === name)) {
    throw new UserError(`This server already has a universe ${name}: add to it, delete it, or choose another name.`, {
      option: 'name',
    });
  }
  if (universes.length >= MOST_UNIVERSES) {
    throw new UserError(`This server already has ${MOST_UNIVERSES} universes, the most allowed: delete one first.`, {
      option: 'name',
    });
  }
  return { ...record, universes: [...universes, universe] };
}

/** The universe's tickers, followed by the new ones. */
export function mergeTickers(name: string, tickers: readonly string[], added: readonly string[]): readonly string[] {
  const fresh = added.filter((ticker) => !tickers.includes(ticker));
  if (fresh.length === 0) {
    const are = added.length === 1 ? 'is' : 'are';
    throw new UserError(`${added.join(', ')} ${are} already in ${name}; nothing was changed.`, { option: 'tickers' });
  }
  const all = [...tickers, ...fresh];
  if (all.length <= RANGES.assets.max) return all;
  throw new UserError(
    `A universe holds at most ${RANGES.assets.max} tickers, and ${name} would have ${all.length}; nothing was changed.`,
    { option: 'tickers' },
  );
}

/** The tickers as the universe has them: BRK.B as `BRK-B`. Those that it does not have stay as they are. */
export const spelledAsIn = (
  { tickers: own }: Pick<GuildUniverse, 'tickers'>,
  typed: readonly string[],
): readonly string[] => [...new Set(typed.map((ticker) => findTicker(own, ticker) ?? ticker))];

export function withoutTickers(record: GuildRecord, name: string, removed: readonly string[]): GuildRecord {
  const universe = ownUniverse(record, name);
  const absent = removed.filter((ticker) => !universe.tickers.includes(ticker));
  if (absent.length > 0) {
    throw new UserError(
      `${name} does not have ${absent.join(', ')}, only ${universe.tickers.join(', ')}; nothing was changed.`,
      { option: 'tickers' },
    );
  }
  const left = universe.tickers.filter((ticker) => !removed.includes(ticker));
  if (left.length < RANGES.assets.min) {
    throw new UserError(
      `A universe holds at least ${RANGES.assets.min} tickers, and ${name} would have ${left.length}; nothing was changed: use /universe delete to remove it.`,
      { option: 'tickers' },
    );
  }
  return withTickers(record, name, left);
}

/** Groups lose the tickers that the universe has no more. @throws UserError when a new ticker has the name of a group */
export function withTickers(record: GuildRecord, name: string, tickers: readonly string[]): GuildRecord {
  const { groups = [] } = ownUniverse(record, name);
  const left = groups.map((group) => ({
    name: group.name,
    tickers: group.tickers.filter((ticker) => tickers.includes(ticker)),
  }));
  const taken = left.find((group) => findTicker(tickers, group.name) !== undefined);
  if (taken !== undefined) {
    throw new UserError(
      `${name} has a group ${taken.name}, which constraints could not tell from the ticker; nothing was changed.`,
      { option: 'tickers' },
    );
  }
  return withParts(record, name, { tickers, groups: left });
}

interface Assets {
  readonly assets: readonly { readonly ticker: string; readonly sector?: string }[];
  /** Those that are new: of others people have said what they are. */
  readonly added: readonly string[];
}

/**
 * New assets join the group of their sector, as far as the vendor knows sectors; ETFs are one of their own. A group is
 * made only where all of its sector are new and there is room for it, so that none comes back that people have removed.
 */
export function withSectors(record: GuildRecord, name: string, { assets, added }: Assets): GuildRecord {
  const found = sectorGroups(
    assets.map(({ ticker }) => ticker),
    assets.map(({ sector = '' }) => sector),
  );
  return found.reduce((changed, sector) => {
    const { tickers, groups = [] } = ownUniverse(changed, name);
    const own = groups.find((group) => group.name === sector.name)?.tickers;
    const fresh = sector.tickers.filter((ticker) => added.includes(ticker));
    const isTicker = findTicker(tickers, sector.name) !== undefined;
    const isOpen = own !== undefined || (fresh.length === sector.tickers.length && groups.length < MOST_GROUPS);
    if (isTicker || fresh.length === 0 || !isOpen) return changed;
    return withGroup(changed, name, { name: sector.name, tickers: [...new Set([...(own ?? []), ...fresh])] });
  }, record);
}

/** A group without tickers is removed. @throws UserError when there is no such group to remove, or there are too many */
export function withGroup(record: GuildRecord, name: string, group: Group): GuildRecord {
  const { tickers, groups = [] } = ownUniverse(record, name);
  const others = groups.filter((one) => one.name !== group.name);
  if (group.tickers.length === 0 && others.length === groups.length) {
    throw new UserError(`${name} has no group ${group.name}; nothing was changed.`, { option: 'group' });
  }
  if (others.length >= MOST_GROUPS) {
    throw new UserError(`${name} already has ${MOST_GROUPS} groups, the most allowed: remove one first.`, {
      option: 'group',
    });
  }
  return withParts(record, name, { tickers, groups: [...others, group] });
}

function withParts(
  record: GuildRecord,
  name: string,
  { tickers, groups }: { readonly tickers: readonly string[]; readonly groups: readonly Group[] },
): GuildRecord {
  const kept = groups
    .filter((group) => group.tickers.length > 0)
    .map((group) => ({ name: group.name, tickers: [...group.tickers] }));
  return {
    ...record,
    universes: record.universes.map((one) => {
      if (one.name !== name) return one;
      const { groups: _, ...rest } = one;
      return { ...rest, tickers: [...tickers], ...(kept.length > 0 && { groups: kept }) };
    }),
  };
}

/** Removes the universe, and the setting if it was the default. Reports that use it stay, and fail when due. */
export function withoutUniverse(record: GuildRecord, name: string): GuildRecord {
  ownUniverse(record, name);
  const { universe, ...others } = record.settings;
  return {
    ...record,
    universes: record.universes.filter((one) => one.name !== name),
    settings: universe === undefined || universe === name ? others : record.settings,
  };
}

export const reportsOn = ({ reports }: GuildRecord, name: string): readonly Report[] =>
  reports.filter(({ universe }) => universe === name);
