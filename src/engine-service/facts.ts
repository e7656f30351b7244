// Pure: what an answer says of the model and of the prices that it rests on.
import type { History } from '../engine/history.ts';
import type { ModelArtefact } from '../engine/lstm/artefact.ts';
import type { LoadedPrices } from '../engine/types.ts';
import type { ModelFacts, PriceFacts } from './types.ts';

export const modelFacts = ({ manifest: { trainedUntil, skill, recipe } }: ModelArtefact): ModelFacts => ({
  trainedUntil,
  skill,
  recipe,
});

export const priceFacts = (
  { source, stale, notes }: LoadedPrices,
  { prices, until }: Pick<History, 'prices' | 'until'>,
): PriceFacts => ({
  source,
  from: prices.dates[0] ?? until,
  until,
  stale,
  notes,
});
