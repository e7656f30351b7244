import { UserError } from '../errors.ts';
import { NoPrices, isUnknown, type SeriesSource } from './series-source.ts';

/** What one currency is worth in another. */
export interface ExchangeRate {
  /** Units of the second for one of the first. */
  readonly rate: number;
  /** ISO day of the rate; absent where it never changes, as between pounds and pence. */
  readonly until?: string;
  /** The vendor did not answer: it is the newest that was stored. */
  readonly stale: boolean;
}

/** Codes in which vendors quote hundredths, and of what. */
const HUNDREDTHS: Readonly<Record<string, string>> = { GBp: 'GBP', GBX: 'GBP', ZAc: 'ZAR', ILA: 'ILS' };

/** `GBp` → GBP, 100 of them to one. */
const unitOf = (code: string): { currency: string; perUnit: number } => {
  const whole = HUNDREDTHS[code];
  return whole === undefined ? { currency: code, perUnit: 1 } : { currency: whole, perUnit: 100 };
};

/**
 * The newest close of Yahoo's pair, `EURUSD=X`.
 * @param from, to ISO 4217, or the vendor's own codes of hundredths
 * @param asOf ISO day: no later rate is looked at
 * @throws UserError (option `amount`) when there is none
 */
export async function exchangeRate(
  source: SeriesSource,
  from: string,
  to: string,
  asOf = '9999-12-31',
): Promise<ExchangeRate> {
  const [paid, priced] = [unitOf(from), unitOf(to)];
  const units = priced.perUnit / paid.perUnit;
  if (paid.currency === priced.currency) return { rate: units, stale: false };
  const pair = `${paid.currency}${priced.currency}=X`;
  const { series, failure } = await source.get(pair, false).catch((error: unknown) => {
    throw explained(error, pair, from, to);
  });
  const row = series.closes.findLastIndex((close, t) => close !== null && series.dates[t]! <= asOf);
  const close = series.closes[row];
  if (typeof close !== 'number') {
    throw new UserError(
      `Yahoo Finance has no exchange rate from ${from} to ${to} (${pair}) on or before ${asOf}: leave out amount, or take a later day.`,
      'amount',
    );
  }
  return { rate: close * units, until: series.dates[row]!, stale: failure !== undefined };
}

function explained(error: unknown, pair: string, from: string, to: string): unknown {
  if (isUnknown(error)) {
    return new UserError(
      `Yahoo Finance has no exchange rate from ${from} to ${to} (${pair}): leave out amount, or change its currency.`,
      'amount',
      error,
    );
  }
  if (!(error instanceof NoPrices)) return error;
  return new UserError(
    `Yahoo Finance did not give the exchange rate from ${from} to ${to} (${error.reason}) and none is stored yet: try again in some minutes, or leave out amount.`,
    'amount',
    error,
  );
}
