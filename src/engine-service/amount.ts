// Converts the amount that an allocation splits from its own currency to that of the prices.
import { currencyUnit } from '../currency-units.ts';
import type { PriceService } from '../prices/service.ts';
import { findUniverse, isSynthetic } from '../prices/universes.ts';
import type { History } from '../engine/history.ts';
import type { AllocateRequest } from './requests.ts';

/** How an amount in a stated currency was converted. */
export type Conversion =
  | {
      readonly kind: 'converted';
      readonly from: string;
      /** The prices' currency. */
      readonly to: string;
      /** Units of `to` for one of `from`. */
      readonly rate: number;
      /** ISO day of the rate; absent when it never changes, as between pounds and pence. */
      readonly until?: string;
      /** The title of the vendor that quotes it; absent with `until`. */
      readonly vendor?: string;
      /** Whether the vendor did not answer, so that this is the newest stored rate. */
      readonly stale: boolean;
    }
  /** No conversion: the prices name no currency, or they and their currency `to` are fictional. */
  | { readonly kind: 'assumed'; readonly from: string; readonly to?: string };

/** A split in whole shares. */
export interface Holdings {
  /** (n) Whole shares. */
  readonly shares: readonly number[];
  /** (n) The value of the shares. */
  readonly values: readonly number[];
  /** What is left over. */
  readonly cash: number;
}

type Amount = Pick<AllocateRequest, 'universe'> & Partial<Pick<AllocateRequest, 'amount' | 'amountCurrency' | 'asOf'>>;

/**
 * @returns undefined when there is nothing to convert
 * @throws UserError (option `amount`) when there is no exchange rate
 */
export async function conversionOf(
  { universe, amount, amountCurrency, asOf }: Amount,
  { prices: { currencies } }: History,
  prices: Pick<PriceService, 'rate'>,
  signal?: AbortSignal,
): Promise<Conversion | undefined> {
  if (amount === undefined) return undefined;
  const to = currencies?.[0];
  if (to === undefined) return amountCurrency === undefined ? undefined : { kind: 'assumed', from: amountCurrency };
  // Without a currency, 5,000 beside prices in pence are pounds.
  const from = amountCurrency ?? currencyUnit(to).currency;
  if (to === from) return undefined;
  if (universe.kind === 'named' && isSynthetic(findUniverse(universe.name))) return { kind: 'assumed', from, to };
  return { kind: 'converted', from, to, ...(await prices.rate(from, to, { asOf, signal })) };
}

/** Whole shares at the history's last prices, with values and cash in the amount's own currency. */
export function holdingsFor(
  weights: readonly number[],
  amount: number | undefined,
  { prices: { closes } }: History,
  conversion: Conversion | undefined,
): Holdings | undefined {
  if (amount === undefined) return undefined;
  const rate = conversion?.kind === 'converted' ? conversion.rate : 1;
  const { shares, values, cash } = wholeShares(weights, amount * rate, closes.at(-1) ?? []);
  return { shares, values: values.map((value) => value / rate), cash: cash / rate };
}

/** @param lastCloses (n), in the currency of `amount` */
export function wholeShares(weights: readonly number[], amount: number, lastCloses: readonly number[]): Holdings {
  // A weight of 0.25 may be 0.2499999999. Without the allowance, an affordable share would be lost.
  const shares = weights.map((weight, j) => Math.floor((weight * amount) / (lastCloses[j] ?? Number.NaN) + 1e-9));
  const values = shares.map((count, j) => count * (lastCloses[j] ?? Number.NaN));
  return { shares, values, cash: amount - values.reduce((sum, value) => sum + value, 0) };
}
