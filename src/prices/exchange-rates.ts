import { currencyUnit } from '../currency-units.ts';
import { UserError } from '../errors.ts';
import { END_OF_TIME } from './calendar.ts';
import type { SeriesSource } from './series-source.ts';
import { newestClose } from './ticker-series.ts';
import { NoPrices, isUnknown } from './vendors/vendor.ts';

/** The value of one currency in another. */
export interface ExchangeRate {
  /** Units of the second currency for one unit of the first. */
  readonly rate: number;
  /** ISO day of the rate; absent when it never changes, as between pounds and pence. */
  readonly until?: string;
  /** The title of the vendor that quotes it; absent with `until`. */
  readonly vendor?: string;
  /** Whether the vendor did not answer, so that this is the newest stored rate. */
  readonly stale: boolean;
}

/** The currencies as given, and the vendor's ticker of their rate. */
interface Pair {
  readonly from: string;
  readonly to: string;
  readonly ticker: string;
}

/**
 * The newest rate from the first vendor that quotes currencies.
 * @param from, to ISO 4217, or a vendor's code for a part of a currency
 * @param asOf ISO day; later rates are ignored
 * @throws UserError (option `amount`) when there is none
 */
export async function exchangeRate(
  sources: readonly SeriesSource[],
  from: string,
  to: string,
  asOf = END_OF_TIME,
): Promise<ExchangeRate> {
  const [paid, priced] = [currencyUnit(from), currencyUnit(to)];
  const units = priced.perUnit / paid.perUnit;
  if (paid.currency === priced.currency) return { rate: units, stale: false };
  for (const source of sources) {
    const ticker = source.vendor.exchangeRateTicker?.(paid.currency, priced.currency);
    if (ticker === undefined) continue;
    const { rate, ...rest } = await newestRate(source, { from, to, ticker }, asOf);
    return { rate: rate * units, ...rest };
  }
  throw new UserError(
    `There is no exchange rate from ${from} to ${to}: leave out the amount, or change its currency.`,
    {
      option: 'amount',
      code: 'rates.unknown',
      data: { from, to },
    },
  );
}

async function newestRate(source: SeriesSource, pair: Pair, asOf: string): Promise<ExchangeRate> {
  const { title } = source.vendor;
  const { from, to, ticker } = pair;
  const series = await source.get(ticker, { askedAt: performance.now() }).catch((error: unknown) => {
    throw rateError(error, title, pair);
  });
  const found = newestClose(series, asOf);
  if (found !== undefined)
    return { rate: found.close, until: found.until, vendor: title, stale: series.failure !== undefined };
  throw new UserError(
    `${title} has no exchange rate from ${from} to ${to} (${ticker}) on or before ${asOf}: leave out the amount, or take a later day.`,
    { option: 'amount', code: 'rates.none-so-early', data: { from, to, ticker, vendor: title, asOf } },
  );
}

function rateError(error: unknown, title: string, { from, to, ticker }: Pair): unknown {
  if (isUnknown(error)) {
    return new UserError(
      `${title} has no exchange rate from ${from} to ${to} (${ticker}): leave out the amount, or change its currency.`,
      { option: 'amount', code: 'rates.unknown', data: { from, to, ticker, vendor: title }, cause: error },
    );
  }
  if (!(error instanceof NoPrices)) return error;
  return new UserError(
    `${title} did not give the exchange rate from ${from} to ${to} (${error.reason}) and none is stored yet: try again in a few minutes, or leave out the amount.`,
    { option: 'amount', code: 'rates.vendor-failed', data: { from, to, ticker, vendor: title }, cause: error },
  );
}
