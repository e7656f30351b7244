// What prices show that is no market: decided here alone, for every answer.
import { rowsUntil } from '../history.ts';
import { oncePer } from '../once-per.ts';
import type { Prices } from '../types.ts';
import { findJumps, type Jump } from './jumps.ts';
import { columnOf, isCashLike, staleRuns, stillRuns } from './still-runs.ts';

/** What a person may accept in prices: frozen assets, and jumps that no share makes by itself. */
export const ALLOWANCES = ['frozen', 'jumps'] as const;

export type Allowance = (typeof ALLOWANCES)[number];

/** Days in a row on which a price stood still. */
export interface StillSpan {
  /** The first and the last ISO day without a move. */
  readonly from: string;
  readonly until: string;
  readonly days: number;
}

export interface AssetQuality {
  readonly ticker: string;
  /** The number of daily returns. */
  readonly returns: number;
  /** How many of them are zero. */
  readonly stillDays: number;
  /** The longest time without a move; absent when it moved every day. */
  readonly longestStill?: StillSpan;
  /** The times without a move that say nothing about its risk. None for what is like cash. */
  readonly stale: readonly StillSpan[];
  /** `end`: a stale time lasts until the last day. `mostly`: it is stale on more than half of all days. */
  readonly frozen?: 'end' | 'mostly';
  /** Whether its moves are as small as those of a money market fund. */
  readonly isCashLike: boolean;
  readonly jumps: readonly Jump[];
}

/**
 * What prices show; computed once for each `Prices`, since the same ones serve many answers.
 * @returns (n)
 */
export const assessQuality = oncePer((prices: Prices): readonly AssetQuality[] => {
  const columns = prices.tickers.map((_, j) => columnOf(prices, j));
  const jumps = findJumps(prices, columns);
  return columns.map((column, j) => assessColumn(prices, j, column, jumps[j]!));
});

function assessColumn(prices: Prices, j: number, closes: Float64Array, jumps: readonly Jump[]): AssetQuality {
  const { tickers, ended } = prices;
  const dates = prices.dates.slice(0, rowsUntil(prices.dates, ended?.[j]));
  const column = closes.subarray(0, dates.length);
  const spanOf = ({ from, to }: { from: number; to: number }): StillSpan => ({
    from: dates[from]!,
    until: dates[to - 1]!,
    days: to - from,
  });
  const runs = stillRuns(column);
  const still = runs.map(spanOf);
  const stale = staleRuns(column, runs).map(spanOf);
  const longestStill = still.toSorted((a, b) => b.days - a.days)[0];
  const frozen = frozenAs(stale, dates);
  return {
    ticker: tickers[j]!,
    returns: dates.length - 1,
    stillDays: daysOf(still),
    ...(longestStill && { longestStill }),
    stale,
    ...(frozen && { frozen }),
    isCashLike: isCashLike(column),
    jumps,
  };
}

function frozenAs(stale: readonly StillSpan[], dates: readonly string[]): AssetQuality['frozen'] {
  if (stale.at(-1)?.until === dates.at(-1) && stale.length > 0) return 'end';
  return daysOf(stale) > (dates.length - 1) / 2 ? 'mostly' : undefined;
}

export const daysOf = (spans: readonly StillSpan[]): number => spans.reduce((sum, { days }) => sum + days, 0);
