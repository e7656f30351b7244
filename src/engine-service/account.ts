// What a person holds, in the order and the currency of an answer's prices.
import type { History } from '../engine/history.ts';
import { findTicker } from '../engine/market.ts';
import { UserError } from '../errors.ts';
import type { PriceService } from '../prices/service.ts';
import { type Conversion, conversionOf } from './amount.ts';
import type { AllocateRequest } from './requests.ts';

/** Money is in the currency of the prices. */
export interface Account {
  /** (n) */
  readonly units: readonly number[];
  /** (n) */
  readonly values: readonly number[];
  readonly cash: number;
  /** All values and the cash. */
  readonly amount: number;
  /** Of cash in other currencies. */
  readonly conversions: readonly Conversion[];
  /** Tickers that are held and not among the assets: they stay as they are, and count for nothing. */
  readonly keptOut: readonly string[];
}

type HoldingsRequest = Pick<AllocateRequest, 'universe' | 'held' | 'asOf'>;

/** The account and the conversion of its money, or of an amount. @throws UserError as `accountOf` and `conversionOf` */
export async function moneyOf(
  request: Parameters<typeof conversionOf>[0] & HoldingsRequest,
  history: History,
  prices: Pick<PriceService, 'rate'>,
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
  { universe, held, asOf }: HoldingsRequest,
  history: History,
  prices: Pick<PriceService, 'rate'>,
  signal?: AbortSignal,
): Promise<Account | undefined> {
  if (held === undefined) return undefined;
  const { tickers, closes: rows } = history.prices;
  const closes = rows.at(-1) ?? [];
  const units = tickers.map(() => 0);
  const keptOut: string[] = [];
  for (const position of held.positions) {
    const ticker = findTicker(tickers, position.ticker);
    if (ticker === undefined) keptOut.push(position.ticker);
    else units[tickers.indexOf(ticker)]! += position.units;
  }
  const values = units.map((count, j) => count * closes[j]!);
  const conversions: Conversion[] = [];
  let cash = 0;
  checkCurrencies(held.cash, history);
  for (const { amount, currency } of held.cash) {
    const asked = {
      universe,
      amount,
      ...(currency !== undefined && { amountCurrency: currency }),
      ...(asOf !== undefined && { asOf }),
    };
    const conversion = await conversionOf(asked, history, prices, signal).catch(rethrowForHoldings(currency));
    cash += amount * (conversion?.kind === 'converted' ? conversion.rate : 1);
    if (conversion !== undefined) conversions.push(conversion);
  }
  const amount = values.reduce((sum, value) => sum + value, cash);
  if (amount > 0) return { units, values, cash, amount, conversions, keptOut };
  throw new UserError(
    `None of what is held (${keptOut.slice(0, 5).join(', ')}) is among these assets, and there is no cash to split: choose other assets, or add cash.`,
    { option: 'holdings', code: 'holdings.none-counts' },
  );
}

/** Where prices name no currency, money of one currency is taken for theirs. */
function checkCurrencies(
  cash: NonNullable<HoldingsRequest['held']>['cash'],
  { prices: { currencies } }: History,
): void {
  if (currencies?.[0] !== undefined || cash.length < 2) return;
  throw new UserError('These prices name no currency, so that cash in several cannot be added up: give it in theirs.', {
    option: 'holdings',
    code: 'holdings.no-currency',
  });
}

const rethrowForHoldings =
  (currency: string | undefined) =>
  (error: unknown): never => {
    if (!(error instanceof UserError) || error.code?.startsWith('rates.') !== true) throw error;
    throw new UserError(`There is no exchange rate for cash in ${currency ?? 'another currency'} now: leave it out.`, {
      option: 'holdings',
      code: error.code,
      cause: error,
    });
  };
