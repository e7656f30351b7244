// Pure: which scenarios an answer rests on. Whatever decides, for today or for a day of the past, asks here.
import { lastDays, MIN_DAYS, type History } from './history.ts';
import type { ModelArtefact } from './lstm/artefact.ts';
import { realDays } from './lstm/simulation.ts';

interface Sample {
  /** M */
  readonly scenarios: number;
  readonly seed: number;
}

/** The sample to optimise on, and an independent one of half its size to re-price on. */
export const samplesOf = ({ scenarios, seed }: Sample): { readonly main: Sample; readonly fresh: Sample } => ({
  main: { scenarios, seed: 2 * seed },
  fresh: { scenarios: Math.ceil(scenarios / 2), seed: 2 * seed + 1 },
});

/** The days that a draw looks at, and at least so many as make a history: those before need no hash and no copy. */
export const recentHistory = ({ manifest }: ModelArtefact, { prices, until }: History): History => ({
  prices: lastDays(prices, Math.max(MIN_DAYS, realDays(manifest.hyper) + 1)),
  until,
});
