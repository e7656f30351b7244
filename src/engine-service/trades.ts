// From what is held to what an answer buys.
import { resolveNames } from '../engine/constraints/names.ts';
import type { Mandate } from '../engine/mandate.ts';
import type { MeasuredPortfolio } from '../engine/samples.ts';
import type { Prices } from '../engine/types.ts';
import { type Account, accountIn } from './account.ts';

/** Money is in the currency of the answer's holdings, which are those after the trades. */
export interface Trades extends Pick<Account, 'conversions' | 'keptOut'> {
  /** What is held before, on the scenarios of the answer; cash earns and loses nothing. */
  readonly before: Pick<Account, 'units' | 'values' | 'cash'> & { readonly portfolio: MeasuredPortfolio };
  /** (n) What is bought; negative: sold. */
  readonly units: readonly number[];
  /** (n) */
  readonly values: readonly number[];
  readonly cost: number;
}

/**
 * The mandate for these assets: with their tickers in its constraints, and what is held already, if anything is.
 * @throws UserError as `resolveNames`
 */
export function mandateFor(
  asked: Mandate,
  account: Account | undefined,
  assets: Pick<Prices, 'tickers' | 'sectors'>,
): Mandate {
  const { tickers } = assets;
  const mandate = { ...asked, constraints: resolveNames(asked.constraints, assets) };
  if (account === undefined) return mandate;
  const { values, amount } = account;
  return { ...mandate, held: Object.fromEntries(tickers.map((ticker, j) => [ticker, values[j]! / amount])) };
}

interface After {
  /** (n) */
  readonly units: readonly number[];
  readonly cost: number;
  readonly before: MeasuredPortfolio;
}

/** Fewer units are the rounding of fractions. */
const SMALLEST_TRADE = 1e-9;

/**
 * @param closes (n)
 * @param rate units of the prices' currency for one of the answer's
 */
export function tradesTo(
  account: Account,
  { units: after, cost, before }: After,
  closes: readonly number[],
  rate: number,
): Trades {
  const { units, values, cash, conversions, keptOut } = accountIn(account, rate);
  const changes = after.map((count, j) => count - units[j]!).map((one) => (Math.abs(one) < SMALLEST_TRADE ? 0 : one));
  return {
    before: { units, values, cash, portfolio: before },
    units: changes.map((change) => Number(change.toFixed(9))),
    values: changes.map((change, j) => (change * closes[j]!) / rate),
    cost,
    conversions,
    keptOut,
  };
}
