// Pure: prices to returns.
import type { Matrix, Prices } from './types.ts';

/** @returns (T − 1, n) simple daily returns, P_t / P_{t−1} − 1. */
export const dailyReturns = ({ closes, tickers }: Prices): Matrix => {
  const rows = closes.length - 1;
  const cols = tickers.length;
  const data = new Float64Array(rows * cols);
  for (let t = 0; t < rows; t += 1) {
    for (let j = 0; j < cols; j += 1) data[t * cols + j] = closes[t + 1]![j]! / closes[t]![j]! - 1;
  }
  return { rows, cols, data };
};
