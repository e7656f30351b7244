// A description of prices, and of what looks wrong with them.
import { measuredDays } from '../engine/history.ts';
import { calendarOf, splitMarket, type Calendar } from '../engine/market.ts';
import { checkQuality } from '../engine/quality/check.ts';
import type { Jump } from '../engine/quality/jumps.ts';
import { assessQuality, type Allowance, type AssetQuality } from '../engine/quality/quality.ts';
import type { Coverage, LoadedPrices } from '../engine/types.ts';
import { UserError } from '../errors.ts';

export interface AssetDescription extends Coverage {
  readonly ticker: string;
  readonly currency?: string;
  /** As its vendor names it. */
  readonly sector?: string;
  /** The number of daily returns that are zero, and the most of them in a row. */
  readonly stillDays: number;
  readonly longestStill: number;
  readonly jumps: readonly Jump[];
  /** The daily return of the largest size, a fraction, and its day. */
  readonly largestMove: { readonly date: string; readonly return: number };
}

export interface PricesDescription {
  readonly source: string;
  readonly stale: boolean;
  /** The span that all assets have in common. */
  readonly from: string;
  readonly until: string;
  readonly days: number;
  readonly calendar: Calendar;
  readonly assets: readonly AssetDescription[];
  /** Sentences on what was done to the prices (late listings, filled gaps) and what looks wrong with them. */
  readonly notes: readonly string[];
  /** Why no answer is computed from them. */
  readonly refusal?: UserError;
}

/** @param allowed what the person has accepted */
export function describePrices(
  { prices, source, stale, notes, coverage }: LoadedPrices,
  allowed: readonly Allowance[] = [],
): PricesDescription {
  const { dates } = prices;
  const whole = { from: dates[0]!, until: dates.at(-1)!, days: dates.length, gaps: 0 };
  const assets = assessQuality(prices).map((quality, j) => describeAsset(prices, j, quality, coverage?.[j] ?? whole));
  const judged = judge(() => checkQuality(measuredDays(splitMarket(prices).assets), allowed));
  return {
    source,
    stale,
    from: dates[0]!,
    until: dates.at(-1)!,
    days: dates.length,
    calendar: calendarOf(dates),
    assets,
    ...judged,
    notes: [...notes, ...judged.notes],
  };
}

function describeAsset(
  prices: LoadedPrices['prices'],
  j: number,
  { ticker, stillDays, longestStill, jumps }: AssetQuality,
  covered: Coverage,
): AssetDescription {
  const [currency, sector = ''] = [prices.currencies?.[j], prices.sectors?.[j]];
  return {
    ticker,
    ...(currency !== undefined && { currency }),
    ...(sector !== '' && { sector }),
    ...covered,
    stillDays,
    longestStill: longestStill?.days ?? 0,
    jumps,
    largestMove: largestMove(prices, j),
  };
}

function judge(check: () => readonly string[]): Pick<PricesDescription, 'notes' | 'refusal'> {
  try {
    return { notes: check() };
  } catch (error) {
    if (error instanceof UserError) return { notes: [], refusal: error };
    throw error;
  }
}

function largestMove({ dates, closes }: LoadedPrices['prices'], j: number): AssetDescription['largestMove'] {
  let largest = { date: dates[1]!, return: 0 };
  for (let t = 1; t < closes.length; t++) {
    const move = closes[t]![j]! / closes[t - 1]![j]! - 1;
    if (Math.abs(move) > Math.abs(largest.return)) largest = { date: dates[t]!, return: move };
  }
  return largest;
}
