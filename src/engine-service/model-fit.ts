// Pure: which stored model is meant by a universe, and whether it speaks for these prices.
import { createHash } from 'node:crypto';
import { otherVendor, type UniverseSpec } from '../prices/universes.ts';
import { pricesHash } from '../engine/history.ts';
import type { Memory, ModelManifest } from '../engine/lstm/artefact.ts';
import type { LoadedPrices, Prices, Recipe } from '../engine/types.ts';

export interface Subject {
  readonly universe: UniverseSpec;
  readonly loaded: LoadedPrices;
  readonly recipe: Recipe;
  /** Absent: the recipe's own. */
  readonly memory?: Memory | undefined;
}

/**
 * The name under which a universe's model is kept. A file is known by its tickers and its first
 * prices, so that it keeps its model when days are added to it.
 */
export function modelName(universe: UniverseSpec, { prices }: LoadedPrices): string {
  if (universe.kind === 'named') return universe.name;
  const source = universe.kind === 'csv' ? [prices.dates[0], prices.closes[0]] : otherVendor(universe);
  const identity = [prices.tickers, ...source];
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 12);
  return `${universe.kind}-${hash}`;
}

/**
 * Whether a stored model speaks for these prices. A vendor's adjusted closes move with every
 * dividend, so there the tickers decide; a file's must be the very prices it was trained on.
 */
export function fits(
  manifest: ModelManifest,
  { universe, loaded: { prices } }: Subject,
  hashOf: typeof pricesHash,
): boolean {
  if (manifest.tickers.join() !== prices.tickers.join()) return false;
  if (universe.kind === 'tickers' || (universe.kind === 'named' && universe.name !== 'sample')) return true;
  if (!prices.dates.includes(manifest.trainedUntil)) return false;
  return manifest.pricesHash === hashOf(prices, { until: manifest.trainedUntil, days: manifest.days });
}

/** Hashing ten years of 12 assets takes 3 ms, which everybody waits for; prices that stay fresh are the same object. */
export function createHashing(): typeof pricesHash {
  const hashes = new WeakMap<Prices, Map<string, string>>();
  return (prices, window) => {
    const known = hashes.get(prices) ?? new Map<string, string>();
    hashes.set(prices, known);
    const span = JSON.stringify(window ?? null);
    const hash = known.get(span) ?? pricesHash(prices, window);
    known.set(span, hash);
    return hash;
  };
}
