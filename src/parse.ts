// Parsers of Discord's options and the command line's flags. All throw UserError.
import type { Sampling } from './engine/samples.ts';
import { UserError } from './errors.ts';
import { wholeNumber } from './format.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
  /** The size above which a bare fraction is more likely a percentage without its sign; absent: none. */
  readonly likely?: number;
}

/** The allowed values. Rates are fractions; horizon is in trading days. */
export const RANGES = {
  horizon: { min: 1, max: 252 },
  alpha: { min: 0.5, max: 0.999 },
  loss: { min: 0.0001, max: 1 },
  /** A year's rate may be negative; at −100% nothing would be left. */
  riskFree: { min: -0.9999, max: 1, likely: 0.2 },
  weight: { min: 0, max: 1 },
  /** What weighted sums of weights are bounded by. */
  bound: { min: 0, max: 10 },
  /** Of the money traded. */
  tradingCost: { min: 0, max: 0.1, likely: 0.005 },
  positions: { min: 1, max: 5000 },
  scenarios: { min: 100, max: 1_000_000 },
  seed: { min: 0, max: 2 ** 31 - 1 },
  points: { min: 2, max: 100 },
  /** In Discord: more would not fit into a reply, and merging their prices would block the bot. */
  assets: { min: 2, max: 60 },
  /** Trading days. */
  retrain: { min: 0, max: 2520 },
  /** Basis points. */
  cost: { min: 0, max: 1000 },
} as const satisfies Record<string, Range>;

export const DEFAULTS = {
  horizon: 21,
  alpha: 0.95,
  /** With so many, another seed moves 7% of the weights or less. */
  scenarios: 14_000,
  /** For each decision of a backtest. */
  backtestScenarios: 5_000,
  seed: 1,
  points: 20,
  limits: '1%:12%:1%',
  compareLimit: '8%',
  recordLimits: '3%:15%:1%',
  /** Of markets that trade every day: coins. */
  coinRecordLimits: '15%:50%:5%',
  retrain: 63,
  cost: 10,
} as const;

/** Scenarios drawn in advance serve only requests with exactly these values. */
export const DEFAULT_SAMPLING: Sampling = { scenarios: DEFAULTS.scenarios, seed: DEFAULTS.seed };

/** For each decision of a backtest or a record. */
export const PAST_SAMPLING: Sampling = { scenarios: DEFAULTS.backtestScenarios, seed: DEFAULTS.seed };

export function parseWhole(value: string | number, option: string, range: Range): number {
  const number = typeof value === 'number' ? value : /^\d+$/.test(value.trim()) ? Number(value) : Number.NaN;
  if (!Number.isInteger(number) || number < range.min || number > range.max) {
    const limits = `${wholeNumber(range.min)} to ${wholeNumber(range.max)}`;
    throw new UserError(`${option} takes a whole number from ${limits}; got "${value}".`, { option });
  }
  return number;
}

const LARGEST_AMOUNT = 1e12;

/** An amount of money: positive, digits with an optional decimal point and thousands commas. */
export function parseAmount(value: string | number, option: string): number {
  const digits = String(value).trim();
  const isPlain = /^\d+(\.\d+)?$|^\d{1,3}(,\d{3})+(\.\d+)?$/.test(digits);
  const amount = isPlain ? Number(digits.replaceAll(',', '')) : Number.NaN;
  if (!(amount > 0 && amount <= LARGEST_AMOUNT)) {
    throw new UserError(
      `${option} takes an amount of money above 0 and up to ${wholeNumber(LARGEST_AMOUNT)}, such as 10000; got "${value}".`,
      { option },
    );
  }
  return amount;
}

/** Alphabetic ISO 4217 codes known to this runtime. */
export const CURRENCIES: readonly string[] = Intl.supportedValuesOf('currency');

/** `eur` → EUR. */
export function parseCurrency(text: string, option: string): string {
  const code = text.trim().toUpperCase();
  if (CURRENCIES.includes(code)) return code;
  throw new UserError(`${option} takes a currency by its code (ISO 4217), such as EUR or USD; got "${text}".`, {
    option,
  });
}

export function parseDay(text: string, option: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(text)) {
    throw new UserError(`${option} takes a day as YYYY-MM-DD; got "${text}".`, { option });
  }
  return text;
}
