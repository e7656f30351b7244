import { follow } from '../backtest/paths.ts';
import { MEASURED_DAYS } from '../history.ts';
import type { PathMetrics } from '../metrics.ts';
import type { Prices } from '../types.ts';

/** What weights came to that were bought anew every H days, without costs. */
export interface PastOfSplit extends Pick<PathMetrics, 'annualReturn' | 'volatility' | 'maxDrawdown'> {
  /** The return of the worst of the periods of H days. */
  readonly worst: number;
}

export interface PastComparison {
  /** ISO days. */
  readonly from: string;
  readonly until: string;
  /** The number of periods. */
  readonly periods: number;
  readonly split: PastOfSplit;
  /** 1/n in every asset. */
  readonly equal: PastOfSplit;
  /** The periods in which the split lost more than the value-at-risk that it has today. */
  readonly beyond: number;
}

/**
 * Replays the newest MEASURED_DAYS returns. These weights were chosen knowing them: it says nothing of the future.
 * @param weights (n); what they lack of 1 is cash
 * @param valueAtRisk of these weights, over H days
 */
export function pastOfSplit(
  prices: Prices,
  weights: readonly number[],
  { horizonDays, valueAtRisk }: { readonly horizonDays: number; readonly valueAtRisk: number },
): PastComparison {
  const { dates, closes } = prices;
  const last = dates.length - 1;
  const count = Math.floor(Math.min(last, MEASURED_DAYS) / horizonDays);
  const decisionDates = Array.from({ length: count }, (_, k) => {
    const row = last - (count - k) * horizonDays;
    const end = row + horizonDays;
    return { row, end, date: dates[row]!, until: dates[end]!, training: 0 };
  });
  const past = (rows: readonly (readonly number[])[], target: readonly number[]) => {
    const targets = decisionDates.map(() => target);
    return follow({ rule: 'equal', dates, closes: rows, decisionDates, targets, costBps: 0 });
  };
  const cash = Math.max(0, 1 - weights.reduce((sum, weight) => sum + weight, 0));
  const split = past(
    closes.map((row) => [...row, 1]),
    [...weights, cash],
  );
  const equal = past(
    closes,
    weights.map(() => 1 / weights.length),
  );
  return {
    from: decisionDates[0]!.date,
    until: dates[last]!,
    periods: count,
    split: figuresOf(split),
    equal: figuresOf(equal),
    beyond: split.periods.filter(({ realised }) => -realised > valueAtRisk).length,
  };
}

function figuresOf({ path, periods }: ReturnType<typeof follow>): PastOfSplit {
  const { annualReturn, volatility, maxDrawdown } = path.metrics.gross;
  return { annualReturn, volatility, maxDrawdown, worst: Math.min(...periods.map(({ realised }) => realised)) };
}
