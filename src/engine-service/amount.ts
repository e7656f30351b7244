// The money that an allocation splits, where its currency is another than the prices'.
import type { PriceService } from '../prices/service.ts';
import { findUniverse, isSynthetic } from '../prices/universes.ts';
import { wholeShares, type Holdings } from '../engine/allocate.ts';
import type { History } from '../engine/history.ts';
import type { AllocateRequest } from './requests.ts';
import type { Conversion } from './types.ts';

type Asked = Pick<AllocateRequest, 'universe'> & Partial<Pick<AllocateRequest, 'amount' | 'amountCurrency' | 'asOf'>>;

/**
 * @returns undefined when there is nothing to convert
 * @throws UserError (option `amount`) when there is no exchange rate
 */
export async function conversionOf(
  { universe, amount, amountCurrency: from, asOf }: Asked,
  { prices: { currencies } }: History,
  prices: Pick<PriceService, 'rate'>,
  signal?: AbortSignal,
): Promise<Conversion | undefined> {
  if (amount === undefined || from === undefined) return undefined;
  const to = currencies?.[0];
  if (to === undefined) return { kind: 'assumed', from };
  if (to === from) return undefined;
  if (universe.kind === 'named' && isSynthetic(findUniverse(universe.name))) return { kind: 'assumed', from, to };
  return { kind: 'converted', from, to, ...(await prices.rate(from, to, { asOf, signal })) };
}

/** Whole shares at the history's last prices, their worth and the cash in the amount's own currency. */
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
