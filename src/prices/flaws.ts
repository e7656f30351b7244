// What keeps a vendor's answer from replacing good stored prices: all that an answer would refuse, and what was lost.
import { DAY_MS } from '../durations.ts';
import { isUnreal, jumpWords } from '../engine/quality/check.ts';
import { assessQuality } from '../engine/quality/quality.ts';
import type { Prices } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import { isoDay } from './calendar.ts';
import { MAX_GAP, checkRawPrices } from './raw-prices.ts';
import type { StoredSeries, TickerSeries } from './ticker-series.ts';

/** The share of days that may be lost at the start: a vendor's history may move on with time. */
const MOVED_ON = 0.05;

/** How much all prices must change together to be in another unit: 100, or less by later dividends. */
const LEAST_SCALE = 80;
/** How far the scale may lie from a reported split's, as a logarithm. */
const NEAR_SCALE = Math.log(1.2);
const FEW = 0.05;

interface Judgement {
  readonly ticker: string;
  readonly stored: StoredSeries;
  /** What would be stored instead. */
  readonly fetched: TickerSeries;
  /** The first ISO day that is of interest. */
  readonly windowStart: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Why a series must not replace the stored one, in words; undefined when it may. Of flaws that the stored one has too it
 * does not get worse, and stored prices that are none are no better than any others.
 */
export function flawOf({ ticker, stored, fetched, windowStart, now }: Judgement): string | undefined {
  if (formFlaw(ticker, stored) !== undefined) return undefined;
  const form = formFlaw(ticker, fetched);
  if (form !== undefined) return form;
  const tomorrow = isoDay(now + DAY_MS);
  const future = fetched.dates.find((day) => day > tomorrow);
  if (future !== undefined) return `it has a price of ${future}, which is yet to come`;
  if (stored.currency !== undefined && fetched.currency !== stored.currency)
    return `its currency is ${fetched.currency ?? 'not named'}, and was ${stored.currency}`;
  return lossOf(stored, fetched, windowStart) ?? scaleFlaw(stored, fetched) ?? marketFlaw(ticker, stored, fetched);
}

/** Whether an answer would refuse the series by itself, so that a part of it is not enough to mend it. */
export const isFlawed = (ticker: string, series: TickerSeries): boolean =>
  formFlaw(ticker, series) !== undefined || marketFlaws(ticker, series).size > 0;

/** Zero, negative and other closes that are no price; days out of order, twice, or none. */
function formFlaw(ticker: string, series: TickerSeries): string | undefined {
  // The words take milliseconds for ten years.
  if (isWellFormed(series)) return undefined;
  const { dates, closes } = series;
  const rows = closes.map((close) => [close ?? undefined]);
  try {
    checkRawPrices({ dates, tickers: [ticker], closes: rows }, 1, { where: 'its answer', option: 'tickers' });
    return rows.some(([close]) => close !== undefined) ? undefined : 'it has no price at all';
  } catch (error) {
    if (error instanceof UserError) return error.message.replace(/[.;][^.;]*\.?$/, '');
    throw error;
  }
}

function isWellFormed({ dates, closes }: TickerSeries): boolean {
  let before = '';
  let prices = 0;
  for (let t = 0; t < dates.length; t += 1) {
    const [day, close] = [dates[t]!, closes[t]];
    if (day <= before || !ISO_DAY.test(day)) return false;
    if (close === undefined || (close !== null && !(close > 0 && close < Infinity))) return false;
    before = day;
    if (close !== null) prices += 1;
  }
  return prices > 0;
}

const ISO_DAY = /^\d{4}-\d\d-\d\d$/;

/** Days in a row that had a price, and have none any more. Days were dated otherwise by earlier versions. */
function lossOf(stored: StoredSeries, fetched: TickerSeries, windowStart: string): string | undefined {
  if (stored.isBySession === undefined) return undefined;
  const known = pricedDays(stored).filter((day) => day >= windowStart);
  const kept = new Set(pricedDays(fetched));
  const first = known.findIndex((day) => kept.has(day));
  let lost: string[] = [];
  for (const day of first >= 0 && first <= MOVED_ON * known.length ? known.slice(first) : known) {
    if (!kept.has(day)) lost.push(day);
    else if (lost.length > MAX_GAP) break;
    else lost = [];
  }
  return lost.length > MAX_GAP ? `it has no prices any more from ${lost[0]} to ${lost.at(-1)}` : undefined;
}

const pricedDays = ({ dates, closes }: TickerSeries): string[] => dates.filter((_, t) => closes[t] !== null);

function marketFlaw(ticker: string, stored: TickerSeries, fetched: TickerSeries): string | undefined {
  const [before, now] = [marketFlaws(ticker, stored), marketFlaws(ticker, fetched)];
  return [...now].find(([kind]) => !before.has(kind))?.[1];
}

/**
 * All of history in another unit, as pence for pounds. The days have the moves that they had, so that none shows it.
 * A split does it too, but is reported, and dividends do less.
 */
function scaleFlaw(stored: StoredSeries, fetched: TickerSeries): string | undefined {
  const before = new Map(stored.dates.map((day, t) => [day, stored.closes[t]]));
  const ratios = fetched.dates
    .flatMap((day, t) => {
      const [old, now] = [before.get(day), fetched.closes[t]];
      return typeof old === 'number' && typeof now === 'number' ? [now / old] : [];
    })
    .toSorted((a, b) => a - b);
  if (ratios.length === 0) return undefined;
  const quantile = (share: number): number => ratios[Math.floor(share * ratios.length)]!;
  // A few bars may have been wrong, or are.
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

/** By kind and day, in words. A price that stands still at its end is no flaw of the vendor: it may not be traded. */
function marketFlaws(ticker: string, series: TickerSeries): ReadonlyMap<string, string> {
  const [quality] = assessQuality(pricesOf(ticker, series));
  const flaws = new Map<string, string>();
  if (quality === undefined) return flaws;
  for (const jump of quality.jumps) if (isUnreal(jump)) flaws.set(`${jump.kind} ${jump.date}`, `it ${jumpWords(jump)}`);
  if (quality.frozen === 'mostly' || quality.stillDays === quality.returns)
    flaws.set('frozen', 'it stands still on most days');
  return flaws;
}

function pricesOf(ticker: string, { dates, closes, splits }: TickerSeries): Prices {
  const rows = [...dates.keys()].filter((t) => closes[t] !== null);
  return {
    tickers: [ticker],
    dates: rows.map((t) => dates[t]!),
    closes: rows.map((t) => [closes[t]!]),
    splits: [splits],
  };
}
