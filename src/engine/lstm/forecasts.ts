// What a network forecasts at the close of each of many days, with what it knew then.
import { dailyReturns, daysBetween } from '../history.ts';
import type { Prices } from '../types.ts';
import { contextDays } from './batching.ts';
import { standardise } from './blocks.ts';
import { LstmCell } from './cell.ts';
import { loadKernel } from './kernel/load.ts';
import { checkTickers, type NetworkForecasts, type LstmModel } from './lstm-model.ts';
import { readNetwork, type Network } from './network.ts';

/** The days that a long forecast adds up. */
export const FORECAST_DAYS = 21;

/**
 * Each forecast day of a month is the next one's input.
 *
 * @param prices until the last of the days, with the days before the first that a forecast reads
 * @param from the first row of the prices whose close a forecast is made at
 */
export async function forecastDays(model: LstmModel, prices: Prices, from: number): Promise<NetworkForecasts> {
  const { manifest } = model;
  checkTickers(manifest, prices);
  const rows = prices.dates.length - from;
  const cols = manifest.tickers.length;
  const [nextDay, month] = [new Float64Array(rows * cols), new Float64Array(rows * cols)];
  if (rows > 0) {
    const known = daysBetween(prices, from - contextDays(manifest.hyper) - 1, prices.dates.length);
    const days = { data: standardise(dailyReturns(known), manifest), rows, cols };
    const [module, network] = [await loadKernel(), readNetwork(model)];
    const cell = new LstmCell(module, network, { rows, windows: 1 });
    const steps =
      manifest.hyper.memory === 'carried'
        ? carried(module, network, cell, days)
        : windows(cell, days, manifest.hyper.lookBack);
    for (let day = 0; day < FORECAST_DAYS; day += 1) {
      const predicted = steps.predict();
      predicted.forEach((z, at) => {
        const beside = z * manifest.deviations[at % cols]!;
        if (day === 0) nextDay[at] = beside;
        month[at]! += (beside + manifest.means[at % cols]!) / FORECAST_DAYS;
      });
      if (day + 1 < FORECAST_DAYS) steps.read(predicted);
    }
  }
  return { nextDay: { rows, cols, data: nextDay }, month: { rows, cols, data: month } };
}

/** Standardised returns; the last `rows` of them are those that end on the days of the forecasts. */
interface Days {
  readonly data: Float32Array;
  readonly rows: number;
  readonly cols: number;
}

/** The forecasts of all days, advanced together. */
interface Rollout {
  /** @returns (rows, n) standardised predictions of the next day */
  predict(): Float32Array;
  /** Takes the predictions (rows, n) as the returns of that day. */
  read(predicted: Float32Array): void;
}

/** Each day starts from the state that the network has after reading all days before. */
function carried(module: WebAssembly.Module, network: Network, cell: LstmCell, { data, rows, cols }: Days): Rollout {
  const { units } = network;
  const reader = new LstmCell(module, network, { rows: 1, windows: 1 });
  const [hidden, state] = [new Float32Array(rows * units), new Float32Array(rows * units)];
  const days = data.length / cols;
  for (let t = 0; t < days; t += 1) {
    reader.setInput(data.subarray(t * cols, (t + 1) * cols));
    reader.step(0);
    const row = t - (days - rows);
    if (row < 0) continue;
    const now = reader.firstState(0);
    hidden.set(now.hidden, row * units);
    state.set(now.cell, row * units);
  }
  cell.setStates(0, { hidden, cell: state });
  const predicted = new Float32Array(rows * cols);
  return {
    predict() {
      cell.predict(0, predicted);
      return predicted;
    },
    read(day) {
      cell.setInput(day);
      cell.step(0);
    },
  };
}

/** Each day reads the L days before it from zero state, the newest of which may be forecasts. */
function windows(cell: LstmCell, { data, rows, cols }: Days, lookBack: number): Rollout {
  const days = data.length / cols;
  const forecasts: Float32Array[] = [];
  const predicted = new Float32Array(rows * cols);
  const input = new Float32Array(rows * cols);
  /** Day `back` days before the one that is predicted. */
  function inputOf(back: number): Float32Array {
    const forecast = forecasts.at(-back);
    if (back <= forecasts.length && forecast !== undefined) return forecast;
    const real = back - forecasts.length;
    for (let row = 0; row < rows; row += 1) {
      const t = days - rows + row - (real - 1);
      for (let j = 0; j < cols; j += 1) input[row * cols + j] = t < 0 ? 0 : data[t * cols + j]!;
    }
    return input;
  }
  return {
    predict() {
      cell.reset();
      for (let back = lookBack; back >= 1; back -= 1) {
        cell.setInput(inputOf(back));
        cell.step(0);
      }
      cell.predict(0, predicted);
      return predicted;
    },
    read(day) {
      forecasts.push(day.slice());
    },
  };
}
