import { dailyReturns, measuredDays } from '../history.ts';
import { matrixColumn } from '../matrix.ts';
import { neweyWestT } from '../newey-west.ts';
import { subSeed } from '../random.ts';
import { chiSquareTail, mean } from '../statistics.ts';
import type { WorkContext } from '../strategies/strategy.ts';
import type { Prices } from '../types.ts';
import { forecastNextDay, NEXT_DAY_HYPER, type NextDayHyper, type WalkForward, walkForward } from './next-day.ts';

/** How forecasts of past days came out beside the mean of the returns before them. */
export interface ForecastSkill {
  /** 1 − squared error of the forecasts ÷ that of the mean. */
  readonly value: number;
  /** The probability of as much skill by chance, of one asset; absent: there is none. */
  readonly chance?: number;
  readonly days: number;
}

export interface AssetForecast {
  readonly ticker: string;
  /** The return of the day after the last one. */
  readonly nextDay: number;
  /** The mean of the daily returns. */
  readonly mean: number;
  readonly skill: ForecastSkill;
}

/** Weekly: volatility clusters, and so do errors. */
const LAGS = 5;

export function forecastSkill(returns: Float64Array, { forecasts, means }: WalkForward): ForecastSkill {
  const days = [...forecasts.keys()].filter((t) => t + 1 < returns.length && !Number.isNaN(forecasts[t]));
  const errors = days.map((t) => (returns[t + 1]! - forecasts[t]!) ** 2);
  const plain = days.map((t) => (returns[t + 1]! - means[t]!) ** 2);
  const t = neweyWestT(
    plain.map((one, k) => one - errors[k]!),
    LAGS,
  );
  const value = mean(plain) > 0 ? 1 - mean(errors) / mean(plain) : 0;
  return { value, days: days.length, ...(t !== undefined && t > 0 && { chance: chiSquareTail(t * t) / 2 }) };
}

const SIGNIFICANT = 0.05;

/** Whether it forecasts better than the mean by more than is likely by chance in one of so many assets. */
export const beatsMean = ({ value, chance = 1 }: ForecastSkill, assets: number): boolean =>
  value > 0 && chance * assets < SIGNIFICANT;

interface ForecastOptions extends WorkContext {
  readonly seed: number;
  readonly hyper?: NextDayHyper;
}

/** The blocks of days in which forecasts are compared with what came. */
const FOLDS = 3;

/**
 * What a stacked LSTM of each asset says of the next day, and whether such forecasts were worth anything in the past.
 * @throws the signal's reason when aborted
 */
export async function forecastAssets(prices: Prices, options: ForecastOptions): Promise<AssetForecast[]> {
  const { seed, hyper = NEXT_DAY_HYPER, onProgress, ...context } = options;
  const measured = measuredDays(prices);
  const all = dailyReturns(measured);
  const found: AssetForecast[] = [];
  for (const [j, ticker] of measured.tickers.entries()) {
    const returns = matrixColumn(all, j);
    const walk = await walkForward(returns, {
      ...context,
      hyper,
      folds: FOLDS,
      seed: subSeed(seed, ticker),
      onProgress: onProgress && ((one) => onProgress({ ...one, done: (j + one.done) / measured.tickers.length })),
    });
    const [nextDay = NaN] = await forecastNextDay(walk.model, returns, [returns.length - 1, returns.length]);
    found.push({ ticker, nextDay, mean: walk.model.mean, skill: forecastSkill(returns, walk) });
  }
  return found;
}
