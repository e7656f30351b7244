import type { ChartSpec } from '../../charts/spec.ts';
import type { CompareAnswer } from '../../engine-service/compare.ts';
import { type CompareRequest, LONGEST_BACKTEST_SECONDS, type WorkLimit } from '../../engine-service/requests.ts';
import type { Reply } from '../../reply.ts';
import { type AnswerContext, type Picture, pictureOf } from '../answer.ts';
import { compareEquityChart } from './equity-chart.ts';
import { compareReply } from './reply.ts';
import { compareWeightsChart } from './weights-chart.ts';
import { altFigures, questionOf } from './words.ts';
import { describeQuestion } from '../question.ts';

const LIMIT: WorkLimit = { seconds: LONGEST_BACKTEST_SECONDS, by: ['from', 'horizon', 'retrain', 'tickers'] };

/** Throws like `Engine.compare`. A member's runs in a place: see `inBacktestPlace`. */
export async function answerCompare(
  request: CompareRequest,
  { app, onProgress, signal }: AnswerContext,
): Promise<Reply> {
  const answer = await app.engine.compare(request, { onProgress, signal, limit: LIMIT });
  const images = await Promise.all(pictures(answer).map((one) => pictureOf(app, one)));
  return compareReply({ answer, images: images.filter((image) => image !== undefined), now: app.clock.now() });
}

/** The charts of a comparison, each made when it is called for. */
export const answerCharts = (answer: CompareAnswer): Record<'equity' | 'weights', () => ChartSpec> => ({
  equity: () => compareEquityChart(answer),
  weights: () => compareWeightsChart(answer),
});

function pictures(answer: CompareAnswer): Picture[] {
  const { equity, weights } = answerCharts(answer);
  const span = `${answer.universe} (${describeQuestion(questionOf(answer.request))})`;
  return [
    {
      name: 'compare-equity.png',
      description: `Growth of money in ${span} by each strategy, with drawdowns: ${altFigures(answer)}`,
      chart: equity,
    },
    {
      name: 'compare-weights.png',
      description: `The weights that each strategy held over time in ${span}`,
      chart: weights,
    },
  ];
}
