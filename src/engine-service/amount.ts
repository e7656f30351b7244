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
