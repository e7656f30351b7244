import type { BacktestResult, Rule } from '../../engine/backtest/types.ts';
import type { Mandate } from '../../engine/mandate.ts';
import { shortPercent } from '../../format.ts';
import { type Restated, withinBounds } from '../question.ts';

/** `8%`, `unlimited`, `equal`, `min` or `index`. */
export const ruleKey = (rule: Rule): string => (typeof rule === 'number' ? shortPercent(rule) : rule);

/** Limits in their order, then the benchmarks. */
export function limitsFirst<T>(items: readonly T[], ruleOf: (item: T) => Rule): T[] {
  const isLimit = (item: T): boolean => typeof ruleOf(item) === 'number';
  return [...items.filter(isLimit), ...items.filter((item) => !isLimit(item))];
}

/** The optimiser may call a limit infeasible that lies above the smallest CVaR by less than it can tell. */
const ROUNDING = 1e-6;

/**
 * What follows "could be kept": nothing where no split could keep a limit that the strategy did not, as under the default
 * strategy; otherwise by whom.
 */
export const keptBy = ({ decisions }: BacktestResult): '' | ' by this strategy' =>
  decisions.some(
    ({ status, limit, minCvar = Infinity }) =>
      status === 'infeasible' && typeof limit === 'number' && limit > minCvar + ROUNDING,
  )
    ? ' by this strategy'
    : '';

export const noneKept = (result: BacktestResult, mandate: Pick<Mandate, 'constraints'>): string =>
  `None of these limits could be kept${withinBounds(mandate)}${keptBy(result)} on any date.`;

/** Of all decisions that did not fail. */
export const cvarsOf = ({ decisions }: BacktestResult): number[] =>
  decisions.flatMap(({ cvar }) => (cvar === undefined ? [] : [cvar]));

export interface BacktestChartInput {
  readonly asked: Restated;
  /** The universe's name. */
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

export function ruleLabel(rule: Rule, index = 'index'): string {
  if (typeof rule === 'number') return shortPercent(rule);
  return { unlimited: 'no limit', equal: 'equal', min: 'min CVaR', index }[rule];
}

/** `2020-01-02 to 2024-03-15`: from the first decision to the end of the last outcome. */
export const periodOf = ({ decisions }: BacktestResult): string =>
  `${decisions[0]?.date ?? ''} to ${decisions.at(-1)?.until ?? ''}`;

/** The number of decision dates. */
export const datesOf = ({ decisions }: BacktestResult): number => new Set(decisions.map(({ date }) => date)).size;
