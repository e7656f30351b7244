import { pricesHash } from '../engine/history.ts';
import { oncePer } from '../engine/once-per.ts';
import type { ModelManifest, StrategyChoice } from '../engine/strategies/strategy.ts';
import type { LoadedPrices, Prices } from '../engine/types.ts';
import {
  findUniverse,
  isSynthetic,
  listName,
  shortHash,
  type ListedUniverse,
  type UniverseSpec,
} from '../prices/universes.ts';

/** A universe and the strategy whose model it needs. */
export interface ModelSubject {
  readonly universe: UniverseSpec;
  readonly loaded: LoadedPrices;
  readonly strategy: StrategyChoice;
  /** Whether the prices are cut at a day of the past. */
  readonly isPast?: boolean;
}

/**
 * The name under which a universe's model is saved. A file is identified by its tickers and its first prices, so that
 * it keeps its model when days are added.
 */
export function modelName(universe: UniverseSpec, { prices }: LoadedPrices): string {
  if (universe.kind !== 'csv') return listedModelName(universe, prices.tickers);
  return `csv-${shortHash([prices.tickers, prices.dates[0], prices.closes[0]])}`;
}

/** As `modelName`, of tickers in the vendor's spelling. */
export const listedModelName = (universe: ListedUniverse, tickers: readonly string[]): string =>
  universe.kind === 'named' ? universe.name : listName({ ...universe, tickers });

/** Whether its prices come from a vendor, who revises them, and not from a file or a formula. */
export const hasVendor = (universe: UniverseSpec): boolean =>
  universe.kind === 'tickers' || (universe.kind === 'named' && !isSynthetic(findUniverse(universe.name)));

/** Whether its days are those of real markets: a file's are taken to be. */
export const isOfRealDays = (universe: UniverseSpec): boolean => universe.kind === 'csv' || hasVendor(universe);

/**
 * Whether a stored model was made for these prices. A vendor's adjusted closes change with every dividend, so the
 * tickers decide. A file must hold the same prices that the model was trained on.
 */
export function isModelOf(
  manifest: Pick<ModelManifest, 'tickers' | 'trainedUntil' | 'days' | 'pricesHash'>,
  { universe, loaded: { prices } }: Pick<ModelSubject, 'universe' | 'loaded'>,
  hashOf: typeof pricesHash,
): boolean {
  if (manifest.tickers.join() !== prices.tickers.join()) return false;
  if (hasVendor(universe)) return true;
  if (!prices.dates.includes(manifest.trainedUntil)) return false;
  return manifest.pricesHash === hashOf(prices, { until: manifest.trainedUntil, days: manifest.days });
}

/** `pricesHash` with a cache per price object. Hashing ten years of 12 assets takes 3 ms, in every request. */
export function createHashing(): typeof pricesHash {
  const hashesOf = oncePer((_prices: Prices) => new Map<string, string>());
  return (prices, window) => {
    const known = hashesOf(prices);
    const span = JSON.stringify(window ?? null);
    const hash = known.get(span) ?? pricesHash(prices, window);
    known.set(span, hash);
    return hash;
  };
}
