// What a person holds, in the order and the currency of an answer's prices.
import type { History } from '../engine/history.ts';
import { findTicker } from '../engine/market.ts';
import { UserError } from '../errors.ts';
import type { Held } from '../held.ts';
import type { PriceService } from '../prices/service.ts';
import { type Conversion, conversionOf } from './amount.ts';
import { hasVendor } from './model-fit.ts';
import type { AllocateRequest } from './requests.ts';

/** What is held and not among the assets: it stays as it is, and counts for nothing. */
export interface KeptOut {
  readonly ticker: string;
  readonly units: number;
  /** In the currency of the account; undefined: not known. */
  readonly value: number | undefined;
}

export interface Account {
  /** Of the money: at first that of the prices, ISO 4217 or the vendor's code for a part of one; absent: not known. */
  readonly currency?: string;
  /** (n) */
  readonly units: readonly number[];
  /** (n) */
  readonly values: readonly number[];
  readonly cash: number;
  /** All values and the cash. */
  readonly amount: number;
  /** Of cash and what is kept out in other currencies, each once. */
  readonly conversions: readonly Conversion[];
  readonly keptOut: readonly KeptOut[];
}

type AccountPrices = Pick<PriceService, 'rate' | 'newestPrice'>;

type AccountRequest = Pick<AllocateRequest, 'universe' | 'held' | 'asOf'> &
  Partial<Pick<AllocateRequest, 'amountCurrency'>>;

/** The account and the conversion of its money, or of an amount. @throws UserError as `accountOf` and `conversionOf` */
export async function moneyOf(
  request: Parameters<typeof conversionOf>[0] & AccountRequest,
  history: History,
  prices: AccountPrices,
  signal?: AbortSignal,
): Promise<{ readonly account: Account | undefined; readonly conversion: Conversion | undefined }> {
  const account = await accountOf(request, history, prices, signal);
  const amount = { ...request, ...(account && { amount: account.amount }) };
  return { account, conversion: await conversionOf(amount, history, prices, signal) };
}

/**
 * @returns undefined when nothing is said to be held
 * @throws UserError (option `holdings`) when none of it counts, or there is no exchange rate
 */
async function accountOf(
  { universe, held, asOf, amountCurrency: own }: AccountRequest,
  history: History,
  prices: AccountPrices,
  signal?: AbortSignal,
): Promise<Account | undefined> {
  if (held === undefined) return undefined;
  const { tickers, closes: rows } = history.prices;
  const closes = rows.at(-1) ?? [];
  const units = tickers.map(() => 0);
  const others: Held['positions'][number][] = [];
  for (const position of held.positions) {
    const ticker = findTicker(tickers, position.ticker);
    if (ticker === undefined) others.push(position);
    else units[tickers.indexOf(ticker)]! += position.units;
  }
  const values = units.map((count, j) => count * closes[j]!);
  const conversions = new Map<string, Conversion>();
  /** In the currency of the prices. */
  const convert = async (amount: number, currency: string | undefined): Promise<number> => {
    const named = { ...(currency !== undefined && { amountCurrency: currency }), ...(asOf !== undefined && { asOf }) };
    const conversion = await conversionOf({ universe, amount, ...named }, history, prices, signal);
    if (conversion !== undefined) conversions.set(conversion.from, conversion);
    return amount * (conversion?.kind === 'converted' ? conversion.rate : 1);
  };
  let cash = 0;
  const codes = held.cash.map(({ currency = own }) => currency);
  checkCurrencies(own === undefined ? codes : [own, ...codes], history);
  for (const { amount: count, currency = own } of held.cash) {
    cash += await convert(count, currency).catch(rethrowForHoldings(currency));
  }
  const amount = values.reduce((sum, value) => sum + value, cash);
  if (amount <= 0) throw noneCounts(others);
  const quoted = hasVendor(universe) ? others.slice(0, MOST_VALUED) : [];
  const quotes = await Promise.all(quoted.map(({ ticker }) => prices.newestPrice(ticker, { asOf, signal })));
  const keptOut = await Promise.all(
    others.map(async ({ ticker, units: count }, at): Promise<KeptOut> => {
      const quote = quotes[at];
      // Without both currencies there is nothing to add up.
      const isPriced = quote?.currency !== undefined && history.prices.currencies?.[0] !== undefined;
      const value = isPriced ? await convert(count * quote.close, quote.currency).catch(unlessNoRate) : undefined;
      return { ticker, units: count, value };
    }),
  );
  const [currency] = history.prices.currencies ?? [];
  const named = currency === undefined ? {} : { currency };
  return { ...named, units, values, cash, amount, conversions: [...conversions.values()], keptOut };
}

/** The same with its money in another currency. @param rate units of the currency of the prices for one of it */
export function accountIn(account: Account, rate: number, currency?: string): Account {
  const { currency: _, values, cash, amount, keptOut, ...rest } = account;
  return {
    ...rest,
    ...(currency !== undefined && { currency }),
    values: values.map((value) => value / rate),
    cash: cash / rate,
    amount: amount / rate,
    keptOut: keptOut.map(({ ticker, units, value }) => ({
      ticker,
      units,
      value: value === undefined ? undefined : value / rate,
    })),
  };
}

/** Of so many that are kept out the vendor is asked for a price. */
const MOST_VALUED = 20;

const noneCounts = (others: readonly { readonly ticker: string }[]): UserError =>
  new UserError(
    `None of what is held (${others
      .slice(0, 5)
      .map(({ ticker }) => ticker)
      .join(', ')}) is among these assets, and there is no cash to split: choose other assets, or add cash.`,
    { option: 'holdings', code: 'holdings.none-counts' },
  );

/** Where prices name no currency, money of one currency is taken for theirs. @param codes undefined: of the prices */
function checkCurrencies(codes: readonly (string | undefined)[], { prices: { currencies } }: History): void {
  if (currencies?.[0] !== undefined || new Set(codes).size < 2) return;
  throw new UserError(
    'These prices name no currency, so that money in several cannot be added up: give it in theirs.',
    {
      option: 'holdings',
      code: 'holdings.no-currency',
    },
  );
}

const isNoRate = (error: unknown): error is UserError =>
  error instanceof UserError && error.code?.startsWith('rates.') === true;

const rethrowForHoldings =
  (currency: string | undefined) =>
  (error: unknown): never => {
    if (!isNoRate(error)) throw error;
    throw new UserError(`There is no exchange rate for cash in ${currency ?? 'another currency'} now: leave it out.`, {
      option: 'holdings',
      ...(error.code !== undefined && { code: error.code }),
      cause: error,
    });
  };

function unlessNoRate(error: unknown): undefined {
  if (!isNoRate(error)) throw error;
}
