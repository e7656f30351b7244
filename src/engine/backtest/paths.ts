// One of three files that use prices after the day of a decision: here what a rule came to, in kappa.ts and drift.ts what
// became of earlier decisions.
import { pathMetrics } from '../metrics.ts';
import { yearlyPeriods } from '../market.ts';
import { drifted } from './drift.ts';
import type { DecisionDate } from './plan.ts';
import type { Path, Rule } from './types.ts';

export interface PathInput {
  readonly rule: Rule;
  /** (T) ISO days. */
  readonly dates: readonly string[];
  /** (T, n) */
  readonly closes: readonly (readonly number[])[];
  readonly decisionDates: readonly DecisionDate[];
  /** (decision dates) New weights (n); undefined: the holdings stay as they are, or start with equal weights. */
  readonly targets: readonly (readonly number[] | undefined)[];
  /** (n) What is held before the first decision, as fractions of all money; absent: cash alone. */
  readonly held?: readonly number[];
  /** Costs in basis points of the traded value. */
  readonly costBps: number;
}

/** The holdings from one decision date to the next, and their returns before and after costs. */
export interface PeriodOutcome {
  readonly weights: readonly number[];
  readonly realised: number;
  readonly realisedNet: number;
  /** The value bought on the decision date, as a share of the portfolio: ½ Σ|Δw|, cash being an asset. */
  readonly turnover: number;
  /** What all trades of that date cost, as a share of the portfolio. */
  readonly cost: number;
}

interface Period extends PeriodOutcome {
  /** The value bought and sold on the decision date, as a share of the portfolio. */
  readonly traded: number;
  /** (H) The value after each day of 1 invested on the decision date, before costs. */
  readonly growth: readonly number[];
  /** What is left of 1 after the costs of the trade. */
  readonly kept: number;
  /** (n) The weights at the end, after price changes. */
  readonly drifted: readonly number[];
}

/** Trades at the close of each decision date. The costs count on the next day. */
export function follow(input: PathInput): { readonly path: Path; readonly periods: readonly PeriodOutcome[] } {
  const { rule, dates, decisionDates } = input;
  const perYear = yearlyPeriods(dates);
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
    metrics: { net: metricsOf(net, perYear), gross: metricsOf(gross, perYear) },
    turnover: (traded * perYear) / (last.end - first.row),
  };
  return { path, periods };
}

function hold(
  { closes, costBps, held }: PathInput,
  { row, end }: DecisionDate,
  target: readonly number[] | undefined,
  before: Period | undefined,
): Period {
  const start = closes[row]!;
  const weights = target ?? before?.drifted ?? start.map(() => 1 / start.length);
  const changes = weights.map((weight, j) => weight - ((before?.drifted ?? held)?.[j] ?? 0));
  const traded = changes.reduce((sum, change) => sum + Math.abs(change), 0);
  const values = closes.slice(row + 1, end + 1).map((day) => weights.map((w, j) => (w * day[j]!) / start[j]!));
  const growth = values.map((shares) => shares.reduce((sum, value) => sum + value, 0));
  const cost = (costBps / 10_000) * traded;
  const [final, kept] = [growth.at(-1)!, 1 - cost];
  return {
    weights,
    realised: final - 1,
    realisedNet: final * kept - 1,
    turnover: changes.reduce((sum, change) => sum + Math.max(0, change), 0),
    cost,
    traded,
    growth,
    kept,
    drifted: drifted(weights, start, closes[end]!),
  };
}

/** Chains the periods. @returns (D + 1) the value of 1 invested, starting with 1 */
function compound(periods: readonly (readonly number[])[]): number[] {
  const equity = [1];
  for (const growth of periods) {
    const start = equity.at(-1)!;
    for (const value of growth) equity.push(start * value);
  }
  return equity;
}

function metricsOf(equity: readonly number[], periodsPerYear: number) {
  return pathMetrics(
    equity.slice(1).map((value, t) => value / equity[t]! - 1),
    { periodsPerYear },
  );
}
