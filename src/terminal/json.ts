// The terminal's JSON contract: fractions, days and seconds; absent values are left out.
import type { Account } from '../engine-service/account.ts';
import type { Conversion } from '../engine-service/amount.ts';
import type { Constraint } from '../engine/constraints/index.ts';
import { DEFAULT_STRATEGY } from '../engine/strategies/index.ts';
import type { StrategyChoice } from '../engine/strategies/strategy.ts';
import type { AllocateAnswer } from '../engine-service/answers.ts';

export const byTicker = (tickers: readonly string[], values: readonly number[]): Record<string, number> =>
  Object.fromEntries(tickers.map((ticker, j) => [ticker, values[j] ?? 0]));

/** JSON has no infinite or undefined numbers, such as a ratio to a risk of zero: they are left out. */
export const finiteOnly = (figures: object): object =>
  Object.fromEntries(
    Object.entries(figures).filter(([, value]) => typeof value !== 'number' || Number.isFinite(value)),
  );

/** What is held, as fractions of all of it. */
export const heldJson = (tickers: readonly string[], { values, cash, amount, keptOut }: Account): object => ({
  weights: byTicker(
    tickers,
    values.map((value) => value / amount),
  ),
  cash: cash / amount,
  ...(keptOut.length > 0 && { keptOut }),
});

export const roundSeconds = (seconds: number): number => Math.round(seconds * 1000) / 1000;

export const stagesJson = (seconds: AllocateAnswer['seconds']): object =>
  Object.fromEntries(Object.entries(seconds).map(([stage, value]) => [stage, roundSeconds(value)]));

export const pricesJson = ({ source, from, until, stale, notes }: AllocateAnswer['prices']): object => ({
  source,
  from,
  until,
  stale,
  notes,
});

/** The constraints that were given: rates as fractions, those in words as they were given. */
export function boundsJson(constraints: readonly Constraint[]): object {
  const texts = constraints.flatMap((one) => (one.kind === 'linear' || one.kind === 'behind' ? [one.text] : []));
  const numbers = constraints.flatMap((one) => {
    if (one.kind === 'linear' || one.kind === 'behind') return [];
    if (one.kind === 'max-assets') return [['maxAssets', one.count]];
    return one.kind === 'cost' ? [['cost', one.rate]] : [[BOUNDS[one.kind], one.weight]];
  });
  return { ...Object.fromEntries(numbers), ...(texts.length > 0 && { constraints: texts }) };
}

const BOUNDS = {
  'min-weight': 'minWeight',
  'max-weight': 'maxWeight',
  'min-position': 'minPosition',
  'max-turnover': 'maxTurnover',
} as const;

/** The strategy, when it is not the default. */
export const strategyJson = ({ id }: StrategyChoice): object => (id === DEFAULT_STRATEGY.id ? {} : { strategy: id });

/** The vendor is not part of the contract; JSON leaves out undefined values. */
export const conversionJson = (conversion: Conversion): object => ({ ...conversion, vendor: undefined });

type AccountFigures = Pick<Account, 'units' | 'cash' | 'amount' | 'conversions' | 'keptOut'> & {
  readonly currency?: string | undefined;
};

/** What is held, as money in its `currency`. @param tickers (n) */
export const accountJson = (
  tickers: readonly string[],
  { amount, currency, units, cash, conversions, keptOut }: AccountFigures,
): object => ({
  value: amount,
  ...(currency !== undefined && { currency }),
  shares: byTicker(tickers, units),
  cash,
  ...(keptOut.length > 0 && { keptOut }),
  ...(conversions.length > 0 && { conversions: conversions.map(conversionJson) }),
});
