import type { BacktestAnswer } from '../../engine-service/answers.ts';
import { type BacktestRequest, LONGEST_BACKTEST_SECONDS, type WorkLimit } from '../../engine-service/requests.ts';
import { backtestEquityChart } from './equity-chart.ts';
import { backtestProfitChart } from './profit-chart.ts';
import { backtestViolationsChart } from './violations-chart.ts';
import type { ChartSpec } from '../../charts/spec.ts';
import { cvarsOf, keptBy } from './rules.ts';
import { backtestReply } from './reply.ts';
import { describeQuestion, restate } from '../question.ts';
import { pictureOf, type AnswerContext, type Picture } from '../answer.ts';
import type { Reply } from '../../reply.ts';

const LIMIT: WorkLimit = { seconds: LONGEST_BACKTEST_SECONDS, by: ['from', 'horizon', 'retrain', 'tickers'] };

/** Throws like `Engine.backtest`. A member's runs in a place: see `inBacktestPlace`. */
export async function answerBacktest(
  request: BacktestRequest,
  { app, onProgress, signal }: AnswerContext,
): Promise<Reply> {
  const answer = await app.engine.backtest(request, { onProgress, signal, limit: LIMIT });
  const images = await Promise.all(pictures(answer).map((picture) => pictureOf(app, picture)));
  return backtestReply({
    answer,
    images: images.filter((image) => image !== undefined),
    now: app.clock.now(),
  });
}

/** The charts of a backtest, each made when it is called for. */
export function answerCharts(answer: BacktestAnswer): Record<'profit' | 'equity' | 'violations', () => ChartSpec> {
  const { request, universe: label, index, result } = answer;
  const { mandate, costBps } = request;
  const { horizonDays, risk } = mandate;
  const asked = restate(request, cvarsOf(result));
  const input = {
    asked,
    label,
    horizonDays,
    alpha: risk.alpha,
    costBps,
    ...(index !== undefined && { index }),
    result,
  };
  return {
    profit: () => backtestProfitChart(input),
    equity: () => backtestEquityChart(input),
    violations: () => backtestViolationsChart(input),
  };
}

function pictures(answer: BacktestAnswer): Picture[] {
  const { universe, request, result } = answer;
  const { profit, equity, violations } = answerCharts(answer);
  const span = `${universe} (${describeQuestion(request)})`;
  return [
    {
      name: 'backtest-profit.png',
      description: `Predicted and realised profit of ${span} by CVaR limit, with the number of dates on which it could be kept${keptBy(result)}`,
      chart: profit,
    },
    {
      name: 'backtest-equity.png',
      description: `Growth of money in ${universe} under some of the limits and the benchmarks, with drawdowns`,
      chart: equity,
    },
    {
      name: 'backtest-violations.png',
      description: `When losses of ${span} exceeded value-at-risk, by limit, with broken and promised counts`,
      chart: violations,
    },
  ];
}
