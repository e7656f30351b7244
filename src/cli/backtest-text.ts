// Pure: a backtest as a terminal shows it.
import type { BacktestAnswer } from '../app.ts';
import type { LimitSummary, Path } from '../engine/backtest/types.ts';
import { alignColumns, labelled, percent, plural, ratio, shortPercent, signedPercent } from '../text/format.ts';
import { ruleName } from './backtest-json.ts';

/** So many violations, or more, come by chance less often than this: the promise counts as broken. */
const SIGNIFICANT = 0.05;

export function backtestText(answer: BacktestAnswer): string {
  const { request, universe, result, prices } = answer;
  const { horizonDays, costBps } = request;
  const title = `Backtest · ${plural(horizonDays, 'trading day')} · ${universe}`;
  return [
    title,
    '='.repeat(title.length),
    '',
    ...verdict(answer),
    '',
    `By limit, before costs. Broken: lost more than the value-at-risk. Tail: realised ÷ promised loss when broken.`,
    ...limitTable(result.byLimit),
    '',
    `What the money became, a year; costs of ${costBps} basis points of the value traded. Turnover in portfolios.`,
    ...pathTable(result.paths),
    '',
    ...about(answer),
    ...prices.notes,
    '',
    'The past is one of many that could have been. Not investment advice.',
    '',
  ].join('\n');
}

/** What was promised, and whether it came; nothing is said to have held that was never feasible. */
function verdict({ request: { alpha, limits }, result }: BacktestAnswer): string[] {
  const tested = result.byLimit.filter(({ limit, feasible }) => typeof limit === 'number' && feasible > 0);
  const held = tested.filter((summary) => hasHeld(summary, alpha));
  const never = limits.length - tested.length;
  const promise = `Promised: a loss beyond the value-at-risk in ${shortPercent(1 - alpha)} of decisions.`;
  if (tested.length === 0) return [promise, 'No limit could be kept on any day, so nothing can be said of them.'];
  const broken = tested.length - held.length;
  return [
    promise,
    `${held.length} of ${plural(tested.length, 'limit')} that could be kept held this; ${broken} ${broken === 1 ? 'was' : 'were'} broken more often than chance explains (Kupiec, p below ${shortPercent(SIGNIFICANT)}).`,
    ...(never > 0 ? [`${plural(never, 'limit')} could be kept on no day.`] : []),
    ...(held.length > 0
      ? ['Held means only that these decisions do not show otherwise: few decisions show little.']
      : []),
  ];
}

const hasHeld = ({ feasible, violations, kupiecP = 1 }: LimitSummary, alpha: number): boolean =>
  violations <= (1 - alpha) * feasible || kupiecP >= SIGNIFICANT;

const limitTable = (summaries: readonly LimitSummary[]): string[] =>
  alignColumns([
    ['Limit', 'Feasible', 'Predicted', 'Realised', 'Broken', 'Kupiec p', 'Z2', 'critical', 'Tail'],
    ...summaries.map((one) => [
      ruleName(one.limit),
      `${one.feasible} of ${one.decisions}`,
      or(one.predicted, signedPercent),
      or(one.realised, signedPercent),
      one.feasible === 0 ? '–' : `${one.violations} of ${one.feasible}`,
      or(one.kupiecP, pValue),
      or(one.z2, ratio),
      or(one.z2Critical, ratio),
      or(one.esRatio, ratio),
    ]),
  ]);

const pathTable = (paths: readonly Path[]): string[] =>
  alignColumns([
    ['Rule', 'Return', 'before costs', 'Volatility', 'Sharpe', 'Drawdown', 'Turnover'],
    ...paths.map(({ rule, metrics: { net, gross }, turnover }) => [
      ruleName(rule),
      signedPercent(net.annualReturn),
      signedPercent(gross.annualReturn),
      percent(net.volatility),
      ratio(net.sharpe),
      percent(net.maxDrawdown),
      ratio(turnover),
    ]),
  ]);

function about({ request, result, prices, seconds }: BacktestAnswer): string[] {
  const { retrainDays, window, isWarmStarted, recipe, scenarios, seed } = request;
  const dates = new Set(result.decisions.map(({ date }) => date)).size;
  const trained = retrainDays === 0 ? 'for every decision' : `every ${plural(retrainDays, 'day')}`;
  const seen = window === 'expanding' ? 'all days before' : `the last ${plural(window, 'day')}`;
  return labelled([
    ['Decisions', `${dates}, from ${result.decisions[0]?.date} to ${result.decisions.at(-1)?.until}`],
    ['Models', `${recipe}, trained ${trained} on ${seen}${isWarmStarted ? ', each from the one before' : ''}`],
    ['Scenarios', `${scenarios.toLocaleString('en-GB')}, seed ${seed}`],
    ['Prices', `${prices.source}, ${prices.from} to ${prices.until}`],
    ['Seconds', seconds.toFixed(1)],
  ]);
}

const or = (value: number | undefined, tell: (value: number) => string): string =>
  value === undefined ? '–' : tell(value);

const pValue = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3));
