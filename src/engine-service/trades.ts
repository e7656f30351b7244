// From what is held to what an answer buys.
import { resolveNames } from '../engine/constraints/names.ts';
import type { Mandate } from '../engine/mandate.ts';
import type { MeasuredPortfolio } from '../engine/samples.ts';
import type { Account } from './account.ts';
import type { Conversion } from './amount.ts';

/** Money is in the currency of the answer's holdings, which are those after the trades. */
export interface Trades {
  /** What is held before. */
  readonly before: {
    /** (n) */
    readonly units: readonly number[];
    /** (n) */
    readonly values: readonly number[];
    readonly cash: number;
    /** On the scenarios of the answer; cash earns and loses nothing. */
    readonly portfolio: MeasuredPortfolio;
  };
  /** (n) What is bought; negative: sold. */
  readonly units: readonly number[];
  /** (n) */
  readonly values: readonly number[];
  readonly cost: number;
  /** Of cash in other currencies. */
  readonly conversions: readonly Conversion[];
  /** See `Account`. */
  readonly keptOut: readonly string[];
}

/**
 * The mandate for these assets: with their tickers in its constraints, and what is held already, if anything is.
 * @throws UserError as `resolveNames`
 */
export function mandateFor(asked: Mandate, account: Account | undefined, tickers: readonly string[]): Mandate {
  const mandate = { ...asked, constraints: resolveNames(asked.constraints, tickers) };
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
  { units, values, cash, conversions, keptOut }: Account,
  { units: after, cost, before }: After,
  closes: readonly number[],
  rate: number,
): Trades {
  const changes = after.map((count, j) => count - units[j]!).map((one) => (Math.abs(one) < SMALLEST_TRADE ? 0 : one));
  return {
    before: { units, values: values.map((value) => value / rate), cash: cash / rate, portfolio: before },
    units: changes.map((change) => Number(change.toFixed(9))),
    values: changes.map((change, j) => (change * closes[j]!) / rate),
    cost,
    conversions,
    keptOut,
  };
}
