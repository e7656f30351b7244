// Assets that are quoted in several currencies, in one: what they gain and lose then includes the exchange rate.
import { currencyUnit } from '../currency-units.ts';
import { DAY_MS } from '../durations.ts';
import { isCoin } from '../engine/market.ts';
import { UserError } from '../errors.ts';
import { listNames } from '../format.ts';
import { END_OF_TIME } from './calendar.ts';
import type { Asking } from './demand.ts';
import type { SeriesSource } from './series-source.ts';
import { newestClose, type StoredSeries } from './ticker-series.ts';

type ByTicker = ReadonlyMap<string, StoredSeries>;

export interface InOneCurrency {
  readonly series: ByTicker;
  /** Sentences on what was converted, and the rates. */
  readonly notes: readonly string[];
}

/**
 * Converts day by day to the currency that most are quoted in, the first of equals. Where a rate or a currency is not known
 * they stay as they are, and are refused together.
 * @param until ISO day of the rates that are told
 */
export async function inOneCurrency(
  source: SeriesSource,
  series: ByTicker,
  { asking, until = END_OF_TIME }: { readonly asking: Asking; readonly until?: string | undefined },
): Promise<InOneCurrency> {
  const codes = [...series.values()].map(({ currency }) => currency);
  const counts = new Map<string, number>();
  for (const code of codes) if (code !== undefined) counts.set(code, (counts.get(code) ?? 0) + 1);
  const [[to] = [], ...others] = [...counts].toSorted(([, a], [, b]) => b - a);
  const unchanged = { series, notes: [] };
  if (to === undefined || others.length === 0 || codes.includes(undefined)) return unchanged;
  const rates = new Map<string, StoredSeries>();
  for (const [from] of others) {
    const rate = await rateSeries(source, from, to, asking);
    if (rate === undefined) return unchanged;
    rates.set(from, rate);
  }
  // A coin is bought in fractions, which its own currency tells: BTC-EUR beside dollars can be had as BTC-USD.
  if ([...series].some(([ticker, { currency }]) => currency !== to && isCoin(ticker, currency))) return unchanged;
  const converted = [...series].map(([ticker, one]): [string, StoredSeries] => {
    const rate = rates.get(one.currency ?? '');
    return [ticker, rate === undefined ? one : convert(one, rate, to)];
  });
  return {
    series: new Map(converted),
    notes: others.map(([from]) => noteOn(series, rates.get(from)!, { from, to, until })),
  };
}

/** Units of `to` for one of `from`, a day each. */
async function rateSeries(
  source: SeriesSource,
  from: string,
  to: string,
  asking: Asking,
): Promise<StoredSeries | undefined> {
  const [paid, priced] = [currencyUnit(from), currencyUnit(to)];
  const units = priced.perUnit / paid.perUnit;
  if (paid.currency === priced.currency) {
    return { fetchedAt: new Date(8.64e15).toISOString(), dates: [''], closes: [units], volumes: [0] };
  }
  const ticker = source.vendor.exchangeRateTicker?.(paid.currency, priced.currency);
  if (ticker === undefined) return undefined;
  try {
    const rate = await source.get(ticker, asking);
    return { ...rate, closes: rate.closes.map((close) => close && close * units) };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** An older rate says nothing of the day. */
const OLDEST_MS = 7 * DAY_MS;

/** Each close at the newest rate of its day or before; blank where there is none. */
function convert(one: StoredSeries, rate: StoredSeries, to: string): StoredSeries {
  const days = rate.dates.flatMap((day, t) => {
    const value = rate.closes[t];
    return typeof value === 'number' && value > 0 ? [{ day, value }] : [];
  });
  let at = -1;
  const closes = one.dates.map((day, t) => {
    while (at + 1 < days.length && days[at + 1]!.day <= day) at++;
    const close = one.closes[t];
    const found = days[at];
    const isNew = found !== undefined && (found.day === '' || Date.parse(day) - Date.parse(found.day) <= OLDEST_MS);
    return typeof close === 'number' && isNew ? close * found.value : null;
  });
  const failure = one.failure ?? rate.failure;
  const fetchedAt = one.fetchedAt < rate.fetchedAt ? one.fetchedAt : rate.fetchedAt;
  return { ...one, currency: to, closes, fetchedAt, ...(failure && { failure }) };
}

interface Told {
  readonly from: string;
  readonly to: string;
  readonly until: string;
}

function noteOn(series: ByTicker, rate: StoredSeries, { from, to, until }: Told): string {
  const names = [...series].flatMap(([ticker, { currency }]) => (currency === from ? [ticker] : []));
  const newest = newestClose(rate, until);
  const are = names.length === 1 ? 'is' : 'are';
  const told =
    newest &&
    `, newest ${Number(newest.close.toPrecision(6))} ${to} for 1 ${from}${newest.until && ` on ${newest.until}`}`;
  return `${listNames(names)} ${are} quoted in ${from} and converted to ${to} at the rates of each day${told ?? ''}.`;
}
