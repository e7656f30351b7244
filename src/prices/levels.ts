// Prices that changed all together: another unit, or another currency.
import type { StoredSeries, TickerSeries } from './ticker-series.ts';

/** How much all prices must change together to be in another unit: 100, or less by later dividends. */
const LEAST_SCALE = 80;
/** How far the scale may lie from a reported split's, as a logarithm. */
const NEAR_SCALE = Math.log(1.2);
/** A few bars may have been wrong, or are. */
const FEW = 0.05;
/** How far a close may lie from the stored one and be the same price, as a share of it. */
const SAME_PRICE = 0.01;

/**
 * All of history in another unit, as pence for pounds. The days have the moves that they had, so that none shows it.
 * A split does it too, but is reported, and dividends do less.
 */
export function scaleFlaw(stored: StoredSeries, fetched: TickerSeries): string | undefined {
  const ratios = ratiosOf(stored, fetched);
  if (ratios.length === 0) return undefined;
  const quantile = (share: number): number => ratios[Math.floor(share * ratios.length)]!;
  const isScaled = quantile(FEW) > LEAST_SCALE || quantile(1 - FEW) < 1 / LEAST_SCALE;
  const scale = quantile(0.5);
  if (!isScaled || newSplits(stored, fetched).some((ratio) => Math.abs(Math.log(scale * ratio)) < NEAR_SCALE))
    return undefined;
  const [by, how] = scale > 1 ? [scale, 'multiplied'] : [1 / scale, 'divided'];
  const figure = by.toLocaleString('en-GB', { maximumSignificantDigits: 3 });
  return `all its prices are ${how} by ${figure}, without a split`;
}

/** The ratios of the last reported split that is not stored, of the last two together, and so on. */
function newSplits(stored: StoredSeries, { splits = [] }: TickerSeries): number[] {
  const known = new Set(stored.splits?.map(({ date }) => date));
  let product = 1;
  return splits
    .filter(({ date }) => !known.has(date))
    .toReversed()
    .map(({ ratio }) => (product *= ratio));
}

/** Of the closes to the stored ones, ascending. */
function ratiosOf(stored: TickerSeries, fetched: TickerSeries): number[] {
  const before = new Map(stored.dates.map((day, t) => [day, stored.closes[t]]));
  return fetched.dates
    .flatMap((day, t) => {
      const [old, now] = [before.get(day), fetched.closes[t]];
      return typeof old === 'number' && typeof now === 'number' ? [now / old] : [];
    })
    .toSorted((a, b) => a - b);
}

/** Whether more than a few closes are what they were. In another currency they would not be. */
export function isLevelKept(stored: TickerSeries, fetched: TickerSeries): boolean {
  const ratios = ratiosOf(stored, fetched);
  return ratios.filter((ratio) => Math.abs(ratio - 1) <= SAME_PRICE).length > FEW * ratios.length;
}
