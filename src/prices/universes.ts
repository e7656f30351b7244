// Pure: the lists of assets that have a name, and the ways to say which assets are meant.
import { UserError } from '../errors.ts';
import { few } from './checks.ts';
import { SAMPLE_TICKERS } from './vendors/sample.ts';

export interface Universe {
  readonly name: string;
  /** In words, for lists that people choose from. */
  readonly title: string;
  /** `guild`: tickers that a Discord server has given a name; their prices come from Yahoo Finance. */
  readonly source: 'sample' | 'yahoo' | 'guild';
  readonly tickers: readonly string[];
}

export const UNIVERSES: readonly Universe[] = [
  {
    name: 'sample',
    title: 'Sample market: 12 fictional assets (synthetic)',
    source: 'sample',
    tickers: SAMPLE_TICKERS,
  },
  {
    name: 'us12',
    title: '12 large US shares (Yahoo Finance)',
    source: 'yahoo',
    tickers: ['TSLA', 'NVDA', 'AAPL', 'MSFT', 'AMZN', 'SHOP', 'NFLX', 'NKE', 'PEP', 'JPM', 'UNH', 'BA'],
  },
];

/** Which assets are meant: a named list, a file (all columns or some), or tickers given on the spot. */
export type UniverseSpec =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'csv'; readonly file: string; readonly tickers?: readonly string[] }
  | {
      readonly kind: 'tickers';
      readonly tickers: readonly string[];
      /** What people call them; prices and models depend on the tickers alone. */
      readonly name?: string;
    };

/** A few words for people: "us12", "prices.csv (AAPL, MSFT)", "AAPL, MSFT, NKE, PEP and 3 more". */
export function universeLabel(spec: UniverseSpec): string {
  if (spec.kind === 'named') return spec.name;
  if (spec.kind === 'tickers') return spec.name ?? few(spec.tickers, 4);
  const base = spec.file.split(/[/\\]/).at(-1) ?? spec.file;
  return spec.tickers ? `${base} (${few(spec.tickers, 4)})` : base;
}

/** @throws UserError that names the known universes */
export function findUniverse(name: string): Universe {
  const wanted = name.trim().toLowerCase();
  const found = UNIVERSES.find((universe) => universe.name === wanted);
  if (found) return found;
  const known = UNIVERSES.map((universe) => universe.name).join(', ');
  throw new UserError(`There is no universe "${name}": expected one of ${known}.`, 'universe');
}
