// The names that constraints may use: tickers, and groups of them.
import { UserError } from '../errors.ts';
import { listNames } from '../format.ts';
import { findTicker, isIndex, MOST_LISTED, nameOfSector } from '../engine/market.ts';
import { groupsOfTyped, type Group, otherVendor, type TickerList, type Universe } from '../prices/universes.ts';
import { DEFAULT_VENDOR } from '../prices/vendors/index.ts';

export interface Vocabulary {
  /** Absent: not known yet, as of a file; then every name that is no group is taken for a ticker. */
  readonly tickers?: readonly string[];
  readonly groups: readonly Group[];
  /** What the vendor may call assets, which is known once there are prices: then a name stands for no ticker yet. */
  readonly sectors?: readonly string[];
}

/** Indices are not bought, so that no constraint on weights can name them. */
export const vocabularyOf = ({ tickers, groups = [] }: Pick<Universe, 'tickers' | 'groups'>) => ({
  tickers: tickers.filter((ticker) => !isIndex(ticker)),
  groups,
});

/** Of tickers that are given without groups. */
export const typedVocabulary = (list: TickerList) => ({
  ...vocabularyOf({ tickers: list.tickers, groups: groupsOfTyped(list) }),
  sectors: otherVendor(list).length > 0 ? [] : (DEFAULT_VENDOR.sectors ?? []).map(nameOfSector),
});

/** All names of a server's universes; each says again what it means by them. */
export const serverVocabulary = (universes: readonly Pick<Universe, 'tickers' | 'groups'>[]) => {
  const each = universes.map((universe) => vocabularyOf(universe));
  const groups = each.flatMap((one) => one.groups);
  return {
    tickers: [...new Set(each.flatMap(({ tickers }) => tickers))],
    groups: [...new Set(groups.map(({ name }) => name))].map((name) => ({
      name,
      tickers: groups.filter((one) => one.name === name).flatMap(({ tickers }) => tickers),
    })),
  };
};

/** The tickers that a name stands for; undefined when it is unknown. */
export function tickersOf(name: string, { tickers, groups, sectors = [] }: Vocabulary): readonly string[] | undefined {
  const group = groups.find((one) => one.name === name.toLowerCase());
  if (group !== undefined) {
    const known = group.tickers.flatMap((one) => (tickers === undefined ? one : (findTicker(tickers, one) ?? [])));
    return known.length === 0 ? undefined : known;
  }
  if (tickers === undefined) return [name.toUpperCase()];
  const found = findTicker(tickers, name);
  if (found === undefined) return sectors.includes(name.toLowerCase()) ? [] : undefined;
  return [found];
}

/** It offers what is spelled alike, and otherwise names what is known, groups first. */
export function unknownName(name: string, vocabulary: Vocabulary, option: string): UserError {
  const { tickers = [], groups, sectors = [] } = vocabulary;
  const used = groups.filter((group) => tickersOf(group.name, vocabulary) !== undefined);
  const known = [...used.map((group) => group.name), ...tickers];
  const near = nearest(name, [...known, ...sectors]);
  const others = known.length === 0 ? '.' : `; it has ${listNames(known, MOST_LISTED)}.`;
  const sentence = `\`${name}\` is neither a ticker nor a group of this universe`;
  if (near !== undefined) return new UserError(`${sentence}; did you mean ${near}?`, { option });
  const code = groups.length === 0 ? { code: 'constraints.no-groups', data: { sentence: `${sentence}${others}` } } : {};
  return new UserError(`${sentence}${others}`, { option, ...code });
}

/** Two letters may be wrong, missing or swapped, one of a short name. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const most = wanted.length > 3 ? 2 : 1;
  const near = known.map((one) => ({ one, distance: editDistance(wanted, one.toLowerCase()) }));
  return near.filter(({ distance }) => distance > 0 && distance <= most).toSorted((a, b) => a.distance - b.distance)[0]
    ?.one;
}

/** Levenshtein's: how many letters must be changed, added or removed. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, j) => j);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(same, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}
