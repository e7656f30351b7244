// Pure: a backtest as the terminal's JSON contract has it.
import type { BacktestAnswer } from '../../app.ts';
import type { Decision, Path } from '../../engine/backtest/types.ts';
import { ruleName } from './rules.ts';
import { byTicker, finiteOnly, pricesJson, roundSeconds } from '../../terminal/json.ts';

export function backtestJson({ request, tickers, index, result, prices, seconds }: BacktestAnswer): object {
  const { bounds, universe: _, ...terms } = request;
  return {
    status: 'tested',
    decisions: decisionsJson(tickers, result.decisions, result.paths),
    byLimit: result.byLimit.map(finiteOnly),
    paths: Object.fromEntries(result.paths.map((path) => [ruleName(path.rule), pathJson(path)])),
    ...terms,
    ...bounds,
    tickers,
    ...(index !== undefined && { index }),
    prices: pricesJson(prices),
    seconds: roundSeconds(seconds),
  };
}

/** The index decides nothing: on each date it has its outcome alone. */
function decisionsJson(tickers: readonly string[], decisions: readonly Decision[], paths: readonly Path[]): object[] {
  const index = paths.find(({ rule }) => rule === 'index');
  return decisions.flatMap(({ weights, ...decision }, at) => {
    const own = { ...decision, weights: byTicker(tickers, weights) };
    const isLastOfDay = decisions[at + 1]?.date !== decision.date;
    return index && isLastOfDay ? [own, indexJson(index, decision)] : [own];
  });
}

function indexJson({ dates, gross, net }: Path, { date, until }: Pick<Decision, 'date' | 'until'>): object {
  const grown = (equity: readonly number[]): number => equity[dates.indexOf(until)]! / equity[dates.indexOf(date)]! - 1;
  return { date, until, limit: 'index', realised: grown(gross), realisedNet: grown(net) };
}

const pathJson = ({ metrics, turnover }: Path): object => ({
  ...finiteOnly(metrics.net),
  turnover,
  gross: finiteOnly(metrics.gross),
});
