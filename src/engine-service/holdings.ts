// What an allocation buys for the amount, in the amount's own currency.
import type { History } from '../engine/history.ts';
import type { Mandate } from '../engine/mandate.ts';
import { isCoin, unitDecimals } from '../engine/market.ts';
import type { Purchase } from '../engine/purchase.ts';
import type { Drawn } from '../engine/strategies/drawn.ts';
import { isLeastRisky, type Decision } from '../engine/strategies/strategy.ts';
import type { TaskOptions } from '../workers/lane.ts';
import type { Pool } from '../workers/pool.ts';
import type { Account } from './account.ts';
import type { Conversion } from './amount.ts';
import type { AllocateRequest } from './requests.ts';
import { type Trades, tradesTo, mandateFor } from './trades.ts';

/** A purchase, with its values and cash in the currency of the amount. */
export interface Holdings extends Purchase {
  /** The money that was split. */
  readonly amount: number;
  /** Of the amount, if it is known. */
  readonly currency?: string;
  /** (n) The price of one unit. */
  readonly prices: readonly number[];
  /** (n) The price of the least that can be bought: one share, or a small part of a coin. */
  readonly lotPrices: readonly number[];
  /** (n) Whether units are fractions of a coin, and not whole shares. */
  readonly isFractional: readonly boolean[];
}

interface DecidedPurchase {
  readonly allocation: Exclude<Decision, { readonly status: 'failed' }>;
  readonly history: History;
  readonly drawn: Drawn;
  readonly conversion: Conversion | undefined;
  readonly account: Account | undefined;
}

/** Decimals of a share where fractions of it are traded. */
const FRACTION_DECIMALS = 4;

/**
 * The limit of what is bought: the mandate's. A split that does not keep it, or that is the least risky one, is not made
 * riskier by rounding; nor is one without a limit.
 */
function purchaseLimit(allocation: DecidedPurchase['allocation'], { risk }: Mandate): number {
  const { status, portfolio } = allocation;
  return status === 'optimal' && !isLeastRisky(allocation) && risk.limit !== undefined
    ? // What the price may come to when the margin is kept.
      Math.max(0, risk.limit - (portfolio.leastLimit - portfolio.cvar))
    : // A split that gains even in the worst cases loses that with every bit of cash.
      Math.max(0, portfolio.cvar);
}

/** Only a search for the highest expected return knows the limit from which on a looser one changes nothing. */
const isMostProfitable = (allocation: DecidedPurchase['allocation']): boolean =>
  allocation.status === 'optimal' && !isLeastRisky(allocation) && allocation.loosestLimit !== undefined;

/**
 * Holdings at the history's last prices, and the trades to them from what is held. They keep the limit where the allocation
 * keeps it.
 * @returns nothing without an amount and without holdings
 */
export async function holdingsFor(
  { amount: given, mandate, fractional = false }: AllocateRequest,
  { allocation, history, drawn, conversion, account }: DecidedPurchase,
  pool: Pick<Pool, 'run'>,
  { signal }: TaskOptions,
): Promise<{ readonly holdings?: Holdings; readonly trades?: Trades }> {
  const { tickers, closes: rows, currencies } = history.prices;
  const closes = rows.at(-1) ?? [];
  const least = fractional ? FRACTION_DECIMALS : 0;
  const decimals = tickers.map((ticker, j) => Math.max(least, unitDecimals(ticker, currencies?.[j], closes[j]!)));
  const [currency, rate] = conversion?.kind === 'converted' ? [conversion.from, conversion.rate] : [currencies?.[0], 1];
  const amount = account === undefined ? given : account.amount / rate;
  if (amount === undefined) return {};
  const order = {
    tickers,
    weights: allocation.portfolio.weights,
    mandate: mandateFor(mandate, account, history.prices),
    limit: purchaseLimit(allocation, mandate),
    isMostProfitable: isMostProfitable(allocation),
    amount: amount * rate,
    closes,
    decimals,
    ...(account && { heldUnits: account.units }),
  };
  const { values, cash, cost, before, ...bought } = await pool.run('buy', { order, drawn }, { signal });
  const holdings = {
    ...bought,
    amount,
    values: values.map((value) => value / rate),
    cash: cash / rate,
    cost: cost / rate,
    ...(currency !== undefined && { currency }),
    prices: closes.map((close) => close / rate),
    lotPrices: closes.map((close, j) => close / 10 ** decimals[j]! / rate),
    isFractional: tickers.map((ticker, j) => fractional || isCoin(ticker, currencies?.[j])),
  };
  if (account === undefined || before === undefined) return { holdings };
  return { holdings, trades: tradesTo(account, { units: bought.units, cost: cost / rate, before }, closes, rate) };
}
