// A description of prices, and of what looks wrong with them.
import type { LoadedPrices } from '../engine/types.ts';
import { percent } from '../format.ts';

/** A larger daily move is more often an unadjusted split than news. */
const SUSPICIOUS_MOVE = 0.4;
/** A larger share of days without a move means coarse or seldom traded prices. */
const MANY_STILL_DAYS = 0.1;

export interface TickerDescription {
  readonly ticker: string;
  readonly currency?: string;
  /** The daily return of the largest size, a fraction, and its day. */
  readonly largestMove: { readonly date: string; readonly return: number };
  /** The share of daily returns that are exactly zero. */
  readonly stillDays: number;
}

export interface PricesDescription {
  readonly source: string;
  readonly stale: boolean;
  readonly from: string;
  readonly until: string;
  readonly days: number;
  readonly tickers: readonly TickerDescription[];
  /** Sentences on what was done to the prices (late listings, filled gaps) and what looks wrong with them. */
  readonly flaws: readonly string[];
}

export function describePrices({ prices, source, stale, notes }: LoadedPrices): PricesDescription {
  const { dates } = prices;
  const tickers = prices.tickers.map((ticker, j): TickerDescription => {
    const currency = prices.currencies?.[j];
    return {
      ticker,
      ...(currency !== undefined && { currency }),
      ...describeColumn(
        dates,
        prices.closes.map((row) => row[j]!),
      ),
    };
  });
  return {
    source,
    stale,
    from: dates[0]!,
    until: dates.at(-1)!,
    days: dates.length,
    tickers,
    flaws: [...notes, ...tickers.flatMap(flawsOf)],
  };
}

function describeColumn(
  dates: readonly string[],
  closes: readonly number[],
): Pick<TickerDescription, 'largestMove' | 'stillDays'> {
  let largestMove = { date: dates[1]!, return: 0 };
  let still = 0;
  for (let t = 1; t < closes.length; t++) {
    const move = closes[t]! / closes[t - 1]! - 1;
    if (move === 0) still++;
    if (Math.abs(move) > Math.abs(largestMove.return)) largestMove = { date: dates[t]!, return: move };
  }
  return { largestMove, stillDays: still / (closes.length - 1) };
}

function flawsOf({ ticker, largestMove, stillDays }: TickerDescription): string[] {
  const flaws: string[] = [];
  if (Math.abs(largestMove.return) > SUSPICIOUS_MOVE) {
    flaws.push(
      `${ticker} moves by ${percent(largestMove.return, 0)} on ${largestMove.date}: check that its prices are adjusted for splits.`,
    );
  }
  if (stillDays > MANY_STILL_DAYS)
    flaws.push(`${ticker} does not move on ${percent(stillDays, 0)} of days: coarse or seldom traded prices.`);
  return flaws;
}
