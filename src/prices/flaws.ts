// What keeps a vendor's answer from replacing good stored prices: all that an answer would refuse, and what was lost.
import { DAY_MS } from '../durations.ts';
import { isUnreal, jumpWords } from '../engine/quality/check.ts';
import { assessQuality } from '../engine/quality/quality.ts';
import type { Prices } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import { isoDay } from './calendar.ts';
import { isLevelKept, scaleFlaw } from './levels.ts';
import { lossOf } from './losses.ts';
import { checkRawPrices } from './raw-prices.ts';
import type { StoredSeries, TickerSeries } from './ticker-series.ts';

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

interface Flaw {
  readonly words: string;
  /** Whether a vendor that stands by it may be right. What can be no price never is. */
  readonly canBeTrue: boolean;
}

/**
 * Why a series must not replace the stored one; undefined when it may. Of flaws that the stored one has too it does not
 * get worse, and stored prices that are none are no better than any others.
 */
export function flawOf(judgement: Judgement): Flaw | undefined {
  const { ticker, stored, fetched, windowStart } = judgement;
  if (formFlaw(ticker, stored) !== undefined) return undefined;
  const untrue = untruthOf(judgement);
  if (untrue !== undefined) return { words: untrue, canBeTrue: false };
  const words =
    currencyFlaw(stored, fetched) ??
    lossOf(stored, fetched, windowStart) ??
    scaleFlaw(stored, fetched) ??
    marketFlaw(ticker, stored, fetched);
  return words === undefined ? undefined : { words, canBeTrue: true };
}

function untruthOf({ ticker, stored, fetched, now }: Judgement): string | undefined {
  const form = formFlaw(ticker, fetched);
  if (form !== undefined) return form;
  const tomorrow = isoDay(now + DAY_MS);
  const future = fetched.dates.find((day) => day > tomorrow);
  if (future !== undefined) return `it has a price of ${future}, which is yet to come`;
  return isLevelKept(stored, fetched) ? currencyFlaw(stored, fetched) : undefined;
}

const currencyFlaw = (stored: TickerSeries, fetched: TickerSeries): string | undefined =>
  stored.currency === undefined || fetched.currency === stored.currency
    ? undefined
    : `its currency is ${fetched.currency ?? 'not named'}, and was ${stored.currency}`;

/**
 * Whether the vendor says the same again: beside the answer that is kept aside, the new one has no flaw.
 * @param judgement its `stored` is the answer that is kept aside
 */
export const standsBy = (judgement: Judgement): boolean =>
  formFlaw(judgement.ticker, judgement.stored) === undefined && flawOf(judgement) === undefined;

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

function marketFlaw(ticker: string, stored: TickerSeries, fetched: TickerSeries): string | undefined {
  const [before, now] = [marketFlaws(ticker, stored), marketFlaws(ticker, fetched)];
  return [...now].find(([kind]) => !before.has(kind))?.[1];
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
