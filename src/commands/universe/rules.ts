// Functions that throw UserError change nothing then.
import { UNIVERSES } from '../../prices/universes.ts';
import { UserError } from '../../errors.ts';
import { RANGES } from '../../parse.ts';
import type { GuildRecord } from '../guilds.ts';
import type { Report } from '../report/record.ts';
import { UNIVERSE_NAME, type GuildUniverse } from './record.ts';

/** How many universes a server may have. */
const MOST_UNIVERSES = 25;

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
  otherSpellings: (ticker: string) => readonly string[],
): readonly string[] => [
  ...new Set(typed.map((ticker) => [ticker, ...otherSpellings(ticker)].find((one) => own.includes(one)) ?? ticker)),
];

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

export const withTickers = (record: GuildRecord, name: string, tickers: readonly string[]): GuildRecord => ({
  ...record,
  universes: record.universes.map((one) => (one.name === name ? { ...one, tickers: [...tickers] } : one)),
});

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
