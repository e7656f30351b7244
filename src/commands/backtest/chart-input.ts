// Pure: what the three pictures of a backtest are drawn from, and what their headlines share.
import type { BacktestResult, Rule } from '../../engine/backtest/types.ts';
import { chosenPercent } from '../../charts/theme.ts';

export interface BacktestChartInput {
  /** What the money is split over: a universe's name. */
  readonly label: string;
  /** Trading days. */
  readonly horizonDays: number;
  readonly alpha: number;
  /** Basis points of the value traded. */
  readonly costBps: number;
  /** The ticker of the benchmark `index`. */
  readonly index?: string;
  readonly result: BacktestResult;
}

export const nameOfRule = (rule: Rule, index = 'index'): string => {
  if (typeof rule === 'number') return chosenPercent(rule);
  return { equal: 'equal', min: 'min CVaR', index }[rule];
};

/** `2020-01-02 to 2024-03-15`: from the first decision to the end of the last outcome. */
export const periodOf = ({ result: { decisions } }: BacktestChartInput): string =>
  `${decisions[0]?.date ?? ''} to ${decisions.at(-1)?.until ?? ''}`;

/** On how many dates each rule decided. */
export const datesOf = ({ result: { decisions } }: BacktestChartInput): number =>
  new Set(decisions.map(({ date }) => date)).size;
