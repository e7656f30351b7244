// The only file of a backtest that looks at prices after a decision's day.
import { pathMetrics } from '../metrics.ts';
import type { DecisionDate } from './plan.ts';
import type { Path, Rule } from './types.ts';

const DAYS_A_YEAR = 252;

export interface PathInput {
  readonly rule: Rule;
  /** (T) ISO days. */
  readonly dates: readonly string[];
  /** (T, n) */
  readonly closes: readonly (readonly number[])[];
  readonly decisionDates: readonly DecisionDate[];
  /** (decisionDates) weights to hold from each of them on; absent: what is held, or equal weights at the beginning. */
  readonly targets: readonly (readonly number[] | undefined)[];
  /** Basis points of the value traded. */
  readonly costBps: number;
}

/** What was held from a decision's day to the end of its outcome. */
export interface Held {
  readonly weights: readonly number[];
  readonly realised: number;
  readonly realisedNet: number;
}

interface Period extends Held {
  /** Value bought and sold on the decision's day, as a share of the portfolio. */
  readonly traded: number;
  /** (H) value after each day of what was 1 on the decision's day, before costs. */
  readonly growth: readonly number[];
  /** What is left of 1 after costs. */
  readonly kept: number;
  /** Weights at the end, as prices have moved them. */
  readonly drifted: readonly number[];
}

/** Trades at the close of each decision's day: its costs are the next day's. */
export function follow(input: PathInput): { readonly path: Path; readonly held: readonly Held[] } {
  const { rule, dates, decisionDates } = input;
  const periods: Period[] = [];
  for (const [k, date] of decisionDates.entries()) periods.push(hold(input, date, input.targets[k], periods.at(-1)));
  const [first, last] = [decisionDates[0]!, decisionDates.at(-1)!];
  const gross = compound(periods.map(({ growth }) => growth));
  const net = compound(periods.map(({ growth, kept }) => growth.map((value) => value * kept)));
  const traded = periods.reduce((sum, period) => sum + period.traded, 0);
  const path: Path = {
    rule,
    dates: dates.slice(first.row, last.end + 1),
    net,
    gross,
    metrics: { net: metricsOf(net), gross: metricsOf(gross) },
    turnover: (traded * DAYS_A_YEAR) / (last.end - first.row),
  };
  return { path, held: periods };
}

function hold(
  { closes, costBps }: PathInput,
  { row, end }: DecisionDate,
  target: readonly number[] | undefined,
  before: Period | undefined,
): Period {
  const start = closes[row]!;
  const weights = target ?? before?.drifted ?? start.map(() => 1 / start.length);
  const traded = weights.reduce((sum, weight, j) => sum + Math.abs(weight - (before?.drifted[j] ?? 0)), 0);
  const values = closes.slice(row + 1, end + 1).map((day) => weights.map((w, j) => (w * day[j]!) / start[j]!));
  const growth = values.map((shares) => shares.reduce((sum, value) => sum + value, 0));
  const [final, kept] = [growth.at(-1)!, 1 - (costBps / 10_000) * traded];
  return {
    weights,
    realised: final - 1,
    realisedNet: final * kept - 1,
    traded,
    growth,
    kept,
    drifted: values.at(-1)!.map((value) => value / final),
  };
}

/** Each period begins with what the one before has left. @returns (D + 1), itself the first */
function compound(periods: readonly (readonly number[])[]): number[] {
  const equity = [1];
  for (const growth of periods) {
    const start = equity.at(-1)!;
    for (const value of growth) equity.push(start * value);
  }
  return equity;
}

function metricsOf(equity: readonly number[]) {
  return pathMetrics(
    equity.slice(1).map((value, t) => value / equity[t]! - 1),
    { periodsPerYear: DAYS_A_YEAR },
  );
}
