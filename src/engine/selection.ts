// Which assets to take ("Portfolio Management Strategy Based on LSTM", section 2.1): those that are traded most in the
// most active sectors, and others that are traded much or move as the market does.
import { dailyReturns } from './history.ts';
import { mean } from './statistics.ts';
import type { Prices } from './types.ts';

export interface Candidate {
  readonly ticker: string;
  /** Absent: not known. */
  readonly sector?: string | undefined;
  /** Units traded in a day, on average. */
  readonly volume: number;
  /** Covariance of the returns with the market's ÷ the market's variance. */
  readonly beta: number;
}

/** How the places are filled that the sectors leave: by volume, or by a β near 1. */
export type RestOrder = 'volume' | 'beta';

export interface SelectionOptions {
  /** How many to select. */
  readonly top: number;
  /** How many of each of the most active sectors come first. */
  readonly perSector: number;
  readonly rest: RestOrder;
}

export interface Selected extends Candidate {
  /** `sector`: among the most traded of one of the most active sectors. */
  readonly by: 'sector' | RestOrder;
}

/** The document's number of sectors. */
const MOST_SECTORS = 5;

/** @param market (T) prices or values @returns (n) of daily returns */
export function betasOf(prices: Prices, market: readonly number[]): number[] {
  const { rows, cols, data } = dailyReturns(prices);
  const moves = Array.from({ length: rows }, (_, t) => market[t + 1]! / market[t]! - 1);
  const average = mean(moves);
  const centred = moves.map((move) => move - average);
  const variance = centred.reduce((sum, move) => sum + move ** 2, 0);
  return prices.tickers.map((_, j) => centred.reduce((sum, move, t) => sum + move * data[t * cols + j]!, 0) / variance);
}

const byVolume = (a: Candidate, b: Candidate): number => b.volume - a.volume;

const byBeta = (a: Candidate, b: Candidate): number => Math.abs(a.beta - 1) - Math.abs(b.beta - 1);

/** @returns at most `top`, in the order in which they were chosen */
export function selectAssets(
  candidates: readonly Candidate[],
  { top, perSector, rest }: SelectionOptions,
): readonly Selected[] {
  const sectors = [...new Set(candidates.map(({ sector }) => sector))].filter((sector) => sector !== undefined);
  const inSector = (sector: string): Candidate[] =>
    candidates.filter((one) => one.sector === sector).toSorted(byVolume);
  const volumeOf = (sector: string): number => inSector(sector).reduce((sum, { volume }) => sum + volume, 0);
  const active = sectors.toSorted((a, b) => volumeOf(b) - volumeOf(a)).slice(0, MOST_SECTORS);
  const first = active.flatMap((sector) => inSector(sector).slice(0, perSector)).slice(0, top);
  const others = candidates.filter((one) => !first.includes(one)).toSorted(rest === 'volume' ? byVolume : byBeta);
  return [
    ...first.map((one): Selected => Object.assign({ by: 'sector' as const }, one)),
    ...others.slice(0, top - first.length).map((one): Selected => Object.assign({ by: rest }, one)),
  ];
}
