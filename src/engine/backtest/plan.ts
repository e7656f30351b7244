import { UserError } from '../../errors.ts';
import { historyUntil, lastDays, rowsUntil, type History } from '../history.ts';
import { LEAST_ASSETS, withColumns } from '../market.ts';
import { oncePer } from '../once-per.ts';
import { findStrategy } from '../strategies/index.ts';
import type { Prices } from '../types.ts';
import { isSameChoice, type Tradable } from './tradable.ts';
import type { BacktestPlan, BacktestOptions } from './types.ts';

/** A decision's date and outcome period, as rows of the prices and as ISO days. */
export interface DecisionDate {
  /** The last row that the decision sees. */
  readonly row: number;
  /** The last row of the outcome. */
  readonly end: number;
  readonly date: string;
  readonly until: string;
  /** The index of the training that its model comes from. */
  readonly training: number;
  /** The columns that can be bought; absent: all. */
  readonly assets?: readonly number[];
}

/** A training of a model, on the history of a decision date. */
export interface Training {
  readonly date: string;
  /** The columns that it learns from; absent: all. */
  readonly assets?: readonly number[];
}

export interface Schedule {
  readonly decisionDates: readonly DecisionDate[];
  readonly trainings: readonly Training[];
  /** The day from which on there are too few assets to decide over, if there is one. */
  readonly stoppedOn?: string;
}

/**
 * Schedules a decision every H days, so that outcomes do not overlap. Each uses the newest model. A new one is trained
 * at the first decision that is `retrainDays` or more after the last training, or has other assets to choose from.
 * @param tradable the columns that can be bought on a row; absent: all
 * @throws UserError naming the option when the prices have no room for one decision, or the plan is invalid; as
 *   `tradable`
 */
export function planBacktest(
  { dates }: Pick<Prices, 'dates'>,
  plan: BacktestPlan,
  tradable: (row: number) => Tradable = () => undefined,
): Schedule {
  checkPlan(plan);
  const { horizonDays, retrainDays } = plan;
  const first = firstRow(dates, plan);
  const last = lastOutcome(dates, plan, first);
  const decisionDates: DecisionDate[] = [];
  const trainings: Training[] = [];
  let trainedAt = -Infinity;
  for (let row = first; row + horizonDays <= last; row += horizonDays) {
    const date = dates[row]!;
    const choice = tradable(row);
    // What comes before is tested all the same.
    if (choice !== undefined && choice.length < LEAST_ASSETS && decisionDates.length > 0)
      return { decisionDates, trainings, stoppedOn: date };
    checkChoice(choice, date);
    const chosen = choice && { assets: choice };
    if (row - trainedAt >= retrainDays || !isSameChoice(choice, trainings.at(-1)?.assets)) {
      trainings.push({ date, ...chosen });
      trainedAt = row;
    }
    const end = row + horizonDays;
    decisionDates.push({ row, end, date, until: dates[end]!, training: trainings.length - 1, ...chosen });
  }
  return { decisionDates, trainings };
}

function checkChoice(choice: Tradable, date: string): void {
  if (choice === undefined || choice.length >= LEAST_ASSETS) return;
  throw new UserError(
    `On ${date} too few assets have a price that moves to decide over them within the bounds: choose other tickers, dates or bounds.`,
    { option: 'tickers', code: 'backtest.too-few-assets', data: { date, got: choice.length } },
  );
}

/** @throws UserError when there is no such strategy */
export function planOf({ mandate: { horizonDays }, strategy, ...plan }: BacktestOptions): BacktestPlan {
  return {
    ...plan,
    horizonDays,
    minDays: findStrategy(strategy.id).needs.minDays,
  };
}

const choicesOf = oncePer((_prices: Prices) => new Map<string, Prices>());

/** The assets that a decision or a training chooses from. The same object for the same choice. */
export function pricesOf(prices: Prices, { assets }: Pick<Training, 'assets'>): Prices {
  if (assets === undefined) return prices;
  const known = choicesOf(prices);
  const choice = known.get(assets.join()) ?? withColumns(prices, assets);
  known.set(assets.join(), choice);
  return choice;
}

/** The days that a training sees: all until its date, or the last `window` of them. */
export function trainingHistory(prices: Prices, training: Training, window: BacktestPlan['window']): History {
  const history = historyUntil(pricesOf(prices, training), training.date);
  return window === 'expanding' ? history : { ...history, prices: lastDays(history.prices, window) };
}

function checkPlan({ horizonDays, offset, retrainDays, window, minDays }: BacktestPlan): void {
  if (!(offset >= 0 && offset < horizonDays)) {
    throw new UserError(
      `Decisions are postponed by 0 days or more, and below the horizon of ${horizonDays} days; got ${offset}.`,
      { option: 'offset', code: 'backtest.offset-beyond-horizon', data: { horizonDays, got: offset } },
    );
  }
  if (!(retrainDays >= 0))
    throw new UserError(`The time between trainings must be 0 days or more; got ${retrainDays}.`, {
      option: 'retrain',
      code: 'backtest.retrain-negative',
      data: { got: retrainDays },
    });
  if (window === 'expanding' || window >= minDays) return;
  throw new UserError(
    `A model is trained on all days before it, or on the last ${minDays} days or more; got ${window}.`,
    { option: 'window', code: 'backtest.window-too-short', data: { needed: minDays, got: window } },
  );
}

/** How many years a plan without `from` covers. */
const DEFAULT_YEARS = 3;

/** The row of the first decision. */
function firstRow(dates: readonly string[], { from, until, offset, minDays }: BacktestPlan): number {
  if (from === undefined) {
    const start = yearsBefore(dates[Math.max(0, rowsUntil(dates, until) - 1)]!, DEFAULT_YEARS);
    return (
      offset +
      Math.max(
        minDays - 1,
        dates.findIndex((date) => date >= start),
      )
    );
  }
  if (until !== undefined && from > until) {
    throw new UserError(`The end must not lie before the first day, ${from}; got ${until}.`, {
      option: 'until',
      code: 'backtest.until-before-from',
      data: { from, until },
    });
  }
  const row = dates.findIndex((date) => date >= from);
  if (row === -1) {
    const last = dates.at(-1);
    throw new UserError(`The first day must not lie after the last price, which is of ${last}; got ${from}.`, {
      option: 'from',
      code: 'backtest.from-after-prices',
      data: { last, got: from },
    });
  }
  const days = row + offset + 1;
  if (days >= minDays) return row + offset;
  const earliest = dates[minDays - 1 - offset];
  const advice = earliest === undefined ? 'a longer history is needed' : `begin on ${earliest} or later`;
  throw new UserError(
    `A model needs at least ${minDays} days of prices, but the first decision, from ${from} on, has seen ${days}: ${advice}.`,
    { option: 'from', code: 'backtest.from-too-early', data: { needed: minDays, days, got: from, earliest } },
  );
}

/** February 29 becomes March 1. */
function yearsBefore(date: string, years: number): string {
  const day = new Date(date);
  day.setUTCFullYear(day.getUTCFullYear() - years);
  return day.toISOString().slice(0, 10);
}

/** The last row on which an outcome may end. */
function lastOutcome(dates: readonly string[], plan: BacktestPlan, first: number): number {
  const { until, horizonDays } = plan;
  const last = rowsUntil(dates, until) - 1;
  if (first + horizonDays <= last) return last;
  const made = dates[first];
  if (made === undefined || until === undefined) throw noRoom(dates, plan);
  throw new UserError(
    `The end must leave room for one decision: the first is made on ${made} and held for ${horizonDays} trading days; got ${until}.`,
    { option: 'until', code: 'backtest.until-too-early', data: { made, horizonDays, got: until } },
  );
}

function noRoom(dates: readonly string[], { horizonDays, minDays, from }: BacktestPlan): UserError {
  if (from === undefined) {
    return new UserError(
      `A model needs ${minDays} days of prices and a decision ${horizonDays} more, but from ${dates[0]} to ${dates.at(-1)} there are ${dates.length}: take a shorter horizon or a longer history.`,
      { option: 'horizon', code: 'backtest.no-room', data: { needed: minDays, horizonDays, days: dates.length } },
    );
  }
  return new UserError(
    `Between ${from} and the last price, of ${dates.at(-1)}, there is no room for one decision of ${horizonDays} days: begin earlier or take a shorter horizon.`,
    { option: 'from', code: 'backtest.no-room', data: { from, last: dates.at(-1), horizonDays } },
  );
}
