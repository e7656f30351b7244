import type { Labelled } from '../forest/folds.ts';
import { dailyReturns } from '../history.ts';
import type { Matrix, Prices } from '../types.ts';
import { type AssetSeries, FEATURES, VOLUME_FEATURES } from './features.ts';

/** A row a day and asset, day after day, in each the assets in their order. */
export interface Design {
  /** (F) for people */
  readonly names: readonly string[];
  /** ((T − first) · n, F) of finite numbers, each from prices up to its day. */
  readonly x: Matrix;
  /** The first day of the prices that has all features. */
  readonly first: number;
}

/** (n) the series of each asset */
function seriesOf(prices: Prices): AssetSeries[] {
  const { closes, tickers, volumes } = prices;
  const returns = dailyReturns(prices);
  return tickers.map((_, j) => ({
    closes: Float64Array.from(closes, (row) => row[j]!),
    returns: Float64Array.from(closes, (_row, t) => (t === 0 ? NaN : returns.data[(t - 1) * returns.cols + j]!)),
    volumes: Float64Array.from(volumes ?? [], (row) => row[j]!),
  }));
}

/**
 * The features of all assets, on each day on which all are known.
 * @throws Error when the prices are too few for that
 */
export function designOf(prices: Prices): Design {
  const features = prices.volumes === undefined ? FEATURES : [...FEATURES, ...VOLUME_FEATURES];
  const columns = seriesOf(prices).map((asset) => features.map((feature) => feature.of(asset)));
  const days = prices.dates.length;
  const firsts = columns.flat().map((column) => column.findLastIndex((value) => !Number.isFinite(value)) + 1);
  const first = Math.max(...firsts);
  if (first >= days) throw new Error(`features need ${first + 1} days of prices or more, got ${days}`);
  const [n, cols] = [columns.length, features.length];
  const data = new Float64Array((days - first) * n * cols);
  for (let t = first, at = 0; t < days; t += 1) {
    for (const asset of columns) for (const column of asset) data[at++] = column[t]!;
  }
  return { names: features.map(({ name }) => name), x: { rows: (days - first) * n, cols, data }, first };
}

/**
 * @returns (T − H, n) the return of each asset over the H days after a day, less the mean of the assets: what all share is
 *   most of its variance, and ranks no asset before another
 */
export function labelsOf({ closes, tickers }: Prices, horizon: number): Matrix {
  const [rows, cols] = [closes.length - horizon, tickers.length];
  const data = new Float64Array(rows * cols);
  for (let t = 0; t < rows; t += 1) {
    const returns = closes[t]!.map((close, j) => closes[t + horizon]![j]! / close - 1);
    const mean = returns.reduce((sum, one) => sum + one, 0) / cols;
    returns.forEach((one, j) => (data[t * cols + j] = one - mean));
  }
  return { rows, cols, data };
}

/** The rows of a design whose labels are known, with them. */
export function labelledRows({ x, first }: Pick<Design, 'x' | 'first'>, prices: Prices, horizon: number): Labelled {
  const labels = labelsOf(prices, horizon);
  const n = labels.cols;
  const rows = (labels.rows - first) * n;
  return {
    x: { rows, cols: x.cols, data: x.data.subarray(0, rows * x.cols) },
    y: labels.data.subarray(first * n),
    days: Int32Array.from({ length: rows }, (_, i) => first + Math.floor(i / n)),
    horizon,
  };
}
