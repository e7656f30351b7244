// What the network and those before it forecast on the days of a history.
import type { History } from '../history.ts';
import { forecastDays } from '../lstm/forecasts.ts';
import type { NetworkForecasts, LstmModel } from '../lstm/lstm-model.ts';
import { joinForecasts, pastOn } from '../lstm/walk-forward.ts';
import type { Matrix } from '../types.ts';
import { type Forecaster, ratio, type RunningMoments } from './forecasters.ts';
import { measureSlope } from './slope.ts';

/** The network's forecasts on consecutive rows of the prices, up to the last. */
export interface KnownForecasts extends NetworkForecasts {
  readonly from: number;
}

/** Those of earlier models, and those that this model makes at its first day and later. */
export async function forecastsOn(model: LstmModel, { prices }: History): Promise<KnownForecasts> {
  const trained = prices.dates.indexOf(model.manifest.trainedUntil);
  // A model from before the first day of these prices has no day to begin on: it forecasts at the last alone.
  const own = await forecastDays(model, prices, trained === -1 ? prices.dates.length - 1 : trained);
  const past = pastOn(model, prices);
  if (past === undefined) return { from: prices.dates.length - own.month.rows, ...own };
  return { from: past.from, ...joinForecasts([past.forecasts, own], prices.tickers.length) };
}

/** ψ on the days of the window on which there was a forecast. */
export function slopeOf({ from, nextDay }: KnownForecasts, returns: Matrix, variances: Matrix): number {
  const { cols } = returns;
  const first = Math.max(from, returns.rows - variances.rows);
  const days = (data: Float64Array, start: number): Matrix => {
    const rows = returns.rows - first;
    return { rows, cols, data: data.subarray((first - start) * cols, (first - start + rows) * cols) };
  };
  return measureSlope({
    predictions: days(nextDay.data, from),
    returns: days(returns.data, 0),
    variances: days(variances.data, returns.rows - variances.rows),
  });
}

/** (rows, n) ψ times the predictions of the last `rows` returns; 0 where there is none. */
export function scaledPredictions(
  { from, nextDay }: KnownForecasts,
  slope: number,
  all: number,
  { rows, cols }: Matrix,
): Float64Array {
  const data = new Float64Array(rows * cols);
  for (let row = Math.max(from, all - rows); row < all; row += 1) {
    for (let j = 0; j < cols; j += 1)
      data[(row - all + rows) * cols + j] = slope * nextDay.data[(row - from) * cols + j]!;
  }
  return data;
}

/** The network's own forecast of the next month. */
export function byNetwork({ from, month }: KnownForecasts, moments: RunningMoments): Forecaster {
  return {
    id: 'lstm',
    scores(row) {
      const { deviations } = moments.until(row);
      const at = (row - from) * deviations.length;
      return at < 0 ? undefined : deviations.map((one, j) => ratio(month.data[at + j]!, one));
    },
  };
}
