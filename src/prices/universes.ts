import { createHash } from 'node:crypto';
import { findTicker, isIndex, nameOfSector } from '../engine/market.ts';
import { UserError } from '../errors.ts';
import { listNames } from '../format.ts';
import type { Range } from '../parse.ts';
import { parsePhrases, parseTickers } from '../parse-tickers.ts';
import { DEFAULT_VENDOR } from './vendors/index.ts';
import { GAUSSIAN, GAUSSIAN_TICKERS } from './vendors/gaussian.ts';
import { SAMPLE, SAMPLE_SECTORS, SAMPLE_TICKERS } from './vendors/sample.ts';

/** Assets that constraints name together. */
export interface Group {
  /** Lower case, no ticker of its universe. */
  readonly name: string;
  readonly tickers: readonly string[];
}

/** A named list of assets. */
export interface Universe {
  readonly name: string;
  /** In words, for people to choose from. */
  readonly title: string;
  /** The source of its prices, by its name in the registry. */
  readonly vendor: string;
  /** Who can use it: everybody, or the Discord server that has saved it. */
  readonly owner: 'everybody' | 'guild';
  readonly tickers: readonly string[];
  /** Absent: none. */
  readonly groups?: readonly Group[];
}

/** A group for each sector: `health-care` of Health care. @param sectors (n), empty where none is known */
export function sectorGroups(tickers: readonly string[], sectors: readonly string[]): Group[] {
  const names = sectors.map(nameOfSector);
  const known = [...new Set(names)].filter((name) => name !== '');
  return known.map((name) => ({ name, tickers: tickers.filter((_, j) => names[j] === name) }));
}

/** With the sectors that Yahoo names. */
const US12: Readonly<Record<string, string>> = {
  TSLA: 'Consumer Cyclical',
  NVDA: 'Technology',
  AAPL: 'Technology',
  MSFT: 'Technology',
  AMZN: 'Consumer Cyclical',
  SHOP: 'Technology',
  NFLX: 'Communication Services',
  NKE: 'Consumer Cyclical',
  PEP: 'Consumer Defensive',
  JPM: 'Financial Services',
  UNH: 'Healthcare',
  BA: 'Industrials',
};

export const UNIVERSES: readonly Universe[] = [
  {
    name: 'sample',
    title: 'Sample market: 12 fictional assets (synthetic)',
    vendor: SAMPLE.name,
    owner: 'everybody',
    tickers: SAMPLE_TICKERS,
    groups: sectorGroups(SAMPLE_TICKERS, SAMPLE_SECTORS),
  },
  {
    name: 'us12',
    title: `12 large US shares (${DEFAULT_VENDOR.title})`,
    vendor: DEFAULT_VENDOR.name,
    owner: 'everybody',
    tickers: Object.keys(US12),
    groups: sectorGroups(Object.keys(US12), Object.values(US12)),
  },
  {
    name: 'gaussian',
    title: 'Gaussian market: 10 fictional assets (synthetic)',
    vendor: GAUSSIAN.name,
    owner: 'everybody',
    tickers: GAUSSIAN_TICKERS,
  },
];

/** The groups of a built-in universe that has all of these tickers: of others it says too little. */
export const groupsOfTyped = ({ tickers, vendor = DEFAULT_VENDOR.name }: TickerList): readonly Group[] =>
  UNIVERSES.find(
    (one) => one.vendor === vendor && tickers.every((ticker) => findTicker(one.tickers, ticker) !== undefined),
  )?.groups ?? [];

/** Tickers of one vendor. */
export interface TickerList {
  readonly tickers: readonly string[];
  /** The vendor's name in the registry; absent: DEFAULT_VENDOR. */
  readonly vendor?: string;
  /** What was typed as several words, which are among the tickers; perhaps a name, to search for if one is unknown. */
  readonly phrases?: readonly string[];
}

/** A choice of assets: a named list, a file (all columns or some), or a list of tickers. */
export type UniverseSpec =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'csv'; readonly file: string; readonly tickers?: readonly string[] }
  | (TickerList & {
      readonly kind: 'tickers';
      /** For people. Prices and models depend only on the tickers and their vendor. */
      readonly name?: string;
    });

type ChosenTickers = Extract<UniverseSpec, { readonly kind: 'tickers' }>;

/** A choice that names no file. */
export type ListedUniverse = Exclude<UniverseSpec, { readonly kind: 'csv' }>;

/**
 * For keys made of a list: empty for the default vendor, so that keys from before there were other vendors stay valid.
 */
export function otherVendor({ vendor }: TickerList): readonly string[] {
  return vendor === undefined || vendor === DEFAULT_VENDOR.name ? [] : [vendor];
}

/** Names a list by its tickers and their vendor alone: `tickers-` and 12 digits of a hash. */
export function listName(list: TickerList): string {
  return `tickers-${shortHash([list.tickers, ...otherVendor(list)])}`;
}

export const isListName = (name: string): boolean => /^tickers-[0-9a-f]{12}$/.test(name);

export const shortHash = (identity: unknown): string =>
  createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 12);

/** @param vendor not named in the choice if it is the default one, so that equal choices look alike */
export function chooseTickers(tickers: readonly string[], vendor?: string, name?: string): ChosenTickers {
  const [other] = otherVendor({ tickers, ...(vendor !== undefined && { vendor }) });
  return {
    kind: 'tickers',
    tickers,
    ...(other !== undefined && { vendor: other }),
    ...(name !== undefined && { name }),
  };
}

/**
 * The choice that a person types, `$AAPL, msft`.
 * @throws UserError (option `tickers`)
 */
export function typedTickers(text: string, range?: Range, vendor?: string): ChosenTickers {
  const phrases = parsePhrases(text);
  const tickers = parseTickers(text, 'tickers', range);
  return { ...chooseTickers(tickers, vendor), ...(phrases.length > 0 && { phrases }) };
}

/**
 * The choice with an index beside its assets, so that scenarios have its returns. An asset is there already.
 * @throws UserError when the source has no such index
 */
export function withBenchmark(universe: UniverseSpec, benchmark: string | undefined): UniverseSpec {
  if (benchmark === undefined || !isIndex(benchmark)) return universe;
  const { tickers, ...rest } = universe.kind === 'named' ? listed(universe.name) : universe;
  // All columns of a file are there.
  if (tickers === undefined) return universe;
  if (rest.kind === 'tickers' && isSynthetic(rest)) {
    throw new UserError(
      `The ${rest.vendor} market has no index such as ${benchmark}: compare with one of its assets.`,
      {
        option: 'constraints',
      },
    );
  }
  return tickers.includes(benchmark) ? universe : { ...rest, tickers: [...tickers, benchmark] };
}

function listed(name: string): ChosenTickers {
  const { tickers, vendor } = findUniverse(name);
  return chooseTickers(tickers, vendor, name);
}

/** The choice of a universe: a server's own is known only by its list. */
export function chooseUniverse({ name, owner, tickers, vendor }: Universe): ListedUniverse {
  return owner === 'guild' ? chooseTickers(tickers, vendor, name) : { kind: 'named', name };
}

/** Whether its prices and their currency are fictional, so that nothing is fetched or converted. */
export function isSynthetic({ vendor }: Pick<TickerList, 'vendor'>): boolean {
  return vendor === SAMPLE.name || vendor === GAUSSIAN.name;
}

/**
 * A few words for people: "us12", "prices.csv (AAPL, MSFT)", "AAPL, MSFT, NKE, PEP and 3 more".
 * @param tickers of its prices, in the vendor's own spelling; absent: as they were typed
 */
export function universeLabel(spec: UniverseSpec, tickers?: readonly string[]): string {
  if (spec.kind === 'named') return spec.name;
  if (spec.kind === 'tickers') return spec.name ?? listNames(tickers ?? spec.tickers, 4);
  const base = spec.file.split(/[/\\]/).at(-1) ?? spec.file;
  return spec.tickers ? `${base} (${listNames(spec.tickers, 4)})` : base;
}

/** @throws UserError that names the known universes */
export function findUniverse(name: string): Universe {
  const wanted = name.trim().toLowerCase();
  const found = UNIVERSES.find((universe) => universe.name === wanted);
  if (found) return found;
  const known = UNIVERSES.map((universe) => universe.name);
  throw new UserError(`There is no universe "${name}": expected one of ${known.join(', ')}.`, {
    option: 'universe',
    code: 'universes.unknown',
    data: { known, got: name },
  });
}
