import type { BacktestAnswer } from '../../engine-service/answers.ts';
import type { DecisionOutcome, Path } from '../../engine/backtest/types.ts';
import { findStrategy } from '../../engine/strategies/index.ts';
import { quotedIfNeeded, usingFile, writeWhole } from '../../files.ts';
import {
  boundsJson,
  byTicker,
  finiteOnly,
  heldJson,
  pricesJson,
  roundSeconds,
  strategyJson,
} from '../../terminal/json.ts';
import { weightOf } from '../constraints.ts';
import { ruleKey } from './rules.ts';

export function backtestJson({ request, tickers, index, account, result, prices, seconds }: BacktestAnswer): object {
  const { mandate, sampling, strategy } = request;
  const { from, until, offset, limits, retrainDays, window, isWarmStarted, costBps } = request;
  return {
    status: 'tested',
    decisions: decisionsJson(tickers, result.decisions, result.paths),
    byLimit: result.byLimit.map(finiteOnly),
    paths: Object.fromEntries(result.paths.map((path) => [ruleKey(path.rule), pathJson(path)])),
    from,
    ...(until !== undefined && { until }),
    horizonDays: mandate.horizonDays,
    offset,
    limits,
    alpha: mandate.risk.alpha,
    retrainDays,
    window,
    isWarmStarted,
    ...strategyJson(strategy),
    recipe: findStrategy(strategy.id).recipeOf(strategy.params),
    scenarios: sampling.scenarios,
    costBps,
    seed: sampling.seed,
    ...boundsJson(mandate.constraints),
    minWeight: weightOf(mandate.constraints, 'min-weight'),
    maxWeight: weightOf(mandate.constraints, 'max-weight'),
    tickers,
    ...(index !== undefined && { index }),
    ...(account && { held: heldJson(tickers, account) }),
    prices: pricesJson(prices),
    seconds: roundSeconds(seconds),
  };
}

/** The index makes no decisions: on each date it has only an outcome. */
function decisionsJson(
  tickers: readonly string[],
  decisions: readonly DecisionOutcome[],
  paths: readonly Path[],
): object[] {
  const index = paths.find(({ rule }) => rule === 'index');
  return decisions.flatMap((one, at) => {
    const { weights, quantiles: _, ...decision } = one;
    const own = { ...decision, weights: byTicker(tickers, weights) };
    const isLastOfDay = decisions[at + 1]?.date !== decision.date;
    return index && isLastOfDay ? [own, indexJson(index, decision)] : [own];
  });
}

function indexJson({ dates, gross, net }: Path, { date, until }: Pick<DecisionOutcome, 'date' | 'until'>): object {
  const grown = (equity: readonly number[]): number => equity[dates.indexOf(until)]! / equity[dates.indexOf(date)]! - 1;
  return { date, until, limit: 'index', realised: grown(gross), realisedNet: grown(net) };
}

const pathJson = ({ metrics, turnover }: Path): object => ({
  ...finiteOnly(metrics.net),
  turnover,
  gross: finiteOnly(metrics.gross),
});

const COLUMNS = [
  'date',
  'until',
  'limit',
  'status',
  'predicted',
  'valueAtRisk',
  'cvar',
  'freshCvar',
  'minCvar',
  'realised',
  'realisedNet',
] as const satisfies readonly (keyof DecisionOutcome)[];

/** Where the mandate says something of trades. */
const TRADE_COLUMNS = ['turnover', 'tradingCost'] as const satisfies readonly (keyof DecisionOutcome)[];

/** Where not every decision could keep the mandate's limit. */
const BEHIND_COLUMNS = ['leastBehind'] as const satisfies readonly (keyof DecisionOutcome)[];

/**
 * One row per decision: its figures (blank if missing), then one column of weights per ticker.
 * @throws UserError when the file cannot be written
 */
export async function writeDecisionsCsv(file: string, { tickers, result }: BacktestAnswer): Promise<void> {
  const hasTrades = result.decisions.some(({ turnover }) => turnover !== undefined);
  const fellBehind = result.decisions.some(({ leastBehind }) => leastBehind !== undefined);
  const columns = [...COLUMNS, ...(hasTrades ? TRADE_COLUMNS : []), ...(fellBehind ? BEHIND_COLUMNS : [])];
  const header = [...columns, ...tickers.map(quotedIfNeeded)];
  const rows = result.decisions.map((decision) => [
    ...columns.map((column) => decision[column] ?? ''),
    ...decision.weights,
  ]);
  const lines = [header, ...rows].map((cells) => `${cells.join(',')}\n`);
  await usingFile('write', file, 'csv', () => writeWhole(file, lines));
}
