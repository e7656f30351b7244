import type { History } from '../engine/history.ts';
import type { Model } from '../engine/strategies/strategy.ts';
import type { LoadedPrices } from '../engine/types.ts';

/** What an answer says of the model that it rests on. */
export interface ModelProvenance {
  readonly trainedUntil: string;
  /** 1 − MSE of the model ÷ MSE of the plain average, on days it was not fitted to. */
  readonly skill: number;
  readonly recipe: string;
}

/** What an answer says of its prices. */
export interface PriceProvenance {
  readonly source: string;
  readonly from: string;
  readonly until: string;
  readonly stale: boolean;
  readonly notes: readonly string[];
}

export const modelProvenance = ({ manifest: { trainedUntil, skill, recipe } }: Model): ModelProvenance => ({
  trainedUntil,
  skill,
  recipe,
});

export const priceProvenance = (
  { source, stale, notes }: LoadedPrices,
  { prices, until }: Pick<History, 'prices' | 'until'>,
): PriceProvenance => ({
  source,
  from: prices.dates[0] ?? until,
  until,
  stale,
  notes,
});
