import { isViolation } from '../../engine/backtest/summary.ts';
import type { DecisionOutcome, LimitSummary, Rule } from '../../engine/backtest/types.ts';
import { monthsOf } from '../../charts/axes.ts';
import { spread } from '../../format.ts';

export type CellOutcome = 'held' | 'infeasible' | 'failed' | 'broken';

/** Adjacent decisions of one rule with the same outcome; times in units of the time axis. */
export interface ChartCell {
  readonly row: number;
  readonly outcome: CellOutcome;
  readonly from: number;
  readonly until: number;
}

export interface Cells {
  readonly cells: readonly ChartCell[];
  /** Number of decisions per piece of a cell; a piece shows the worst of them. */
  readonly group: number;
}

/** From the mildest to the worst. */
const SEVERITY: readonly CellOutcome[] = ['held', 'infeasible', 'failed', 'broken'];

/** More pieces in a row would be indistinguishable. */
const MOST_PIECES = 120;

export function cellsOf(decisions: readonly DecisionOutcome[], rules: readonly Rule[]): Cells {
  const byRule = rules.map((rule) => decisions.filter(({ limit }) => limit === rule));
  const group = Math.ceil(Math.max(1, ...byRule.map(({ length }) => length)) / MOST_PIECES);
  return { cells: byRule.flatMap((row, at) => rowOf(row, at, group)), group };
}

function rowOf(decisions: readonly DecisionOutcome[], row: number, group: number): ChartCell[] {
  const cells: ChartCell[] = [];
  for (let at = 0; at < decisions.length; at += group) {
    const piece = decisions.slice(at, at + group);
    const outcome = worst(piece.map(outcomeOf));
    const [from, until] = [piece[0]?.date ?? '', piece.at(-1)?.until ?? ''].map((day) => rounded(monthsOf(day)));
    const last = cells.at(-1);
    // Equal neighbours merge, but each broken one stays separate.
    if (last?.outcome === outcome && outcome !== 'broken') cells[cells.length - 1] = { ...last, until: until! };
    else cells.push({ row, outcome, from: from!, until: until! });
  }
  return cells;
}

function outcomeOf(decision: DecisionOutcome): CellOutcome {
  if (isViolation(decision)) return 'broken';
  return decision.status === 'optimal' ? 'held' : decision.status;
}

const worst = (outcomes: readonly CellOutcome[]): CellOutcome =>
  SEVERITY.findLast((each) => outcomes.includes(each)) ?? 'held';

const rounded = (months: number): number => Number(months.toFixed(2));

/** More rows would be illegible; the lowest and the highest limit always stay. */
const MOST_LIMITS = 13;

/** The limits, evenly thinned if there are too many, then the benchmarks that make decisions. */
export function rowsOf(summaries: readonly LimitSummary[]): LimitSummary[] {
  const limits = summaries.filter(({ limit }) => typeof limit === 'number');
  const benchmarks = summaries.filter(({ limit }) => typeof limit !== 'number');
  return [...spread(limits, MOST_LIMITS), ...benchmarks];
}
