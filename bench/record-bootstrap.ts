// The limits that a plain bootstrap can promise: whole days of the last ten years drawn one by one, with the mean that each
// asset had in them. It knows neither the volatility of the day nor how little a past mean says.
import { historyUntil, dailyReturns, measuredDays } from '../src/engine/history.ts';
import { splitMarket } from '../src/engine/market.ts';
import { openOptimizer } from '../src/engine/optimize/optimizer.ts';
import { riskProblem } from '../src/engine/optimize/problem.ts';
import { indexStream } from '../src/engine/random.ts';
import type { Matrix } from '../src/engine/types.ts';
import { DEFAULTS } from '../src/parse.ts';
import { readPricesCsv } from '../src/prices/vendors/csv.ts';

const PATHS = 10_000;

/** @returns for how many of the limits and days the smallest CVaR is within the limit */
export async function countFeasible(file: string, days: readonly string[], limits: readonly number[]): Promise<number> {
  const { assets } = splitMarket((await readPricesCsv(file)).prices);
  const mandate = { horizonDays: DEFAULTS.horizon, constraints: [], risk: { alpha: DEFAULTS.alpha } };
  let feasible = 0;
  for (const day of days) {
    const returns = dailyReturns(measuredDays(historyUntil(assets, day).prices));
    const optimizer = await openOptimizer(riskProblem(bootstrap(returns, DEFAULTS.horizon), assets.tickers, mandate));
    const { cvar } = optimizer.minimum().portfolio;
    optimizer.close();
    feasible += limits.filter((limit) => limit >= cvar).length;
  }
  return feasible;
}

/** @returns C (PATHS, n), compounded over the horizon */
function bootstrap({ rows, cols, data }: Matrix, horizon: number): Matrix {
  const nextRows = indexStream(1, rows);
  const grown = new Float64Array(PATHS * cols).fill(1);
  for (let path = 0; path < PATHS; path += 1) {
    for (const row of nextRows(horizon)) {
      for (let j = 0; j < cols; j += 1) grown[path * cols + j]! *= 1 + data[row * cols + j]!;
    }
  }
  return { rows: PATHS, cols, data: grown.map((one) => one - 1) };
}
