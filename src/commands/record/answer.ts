import type { ChartSpec } from '../../charts/spec.ts';
import type { RecordAnswer, RecordQuestion } from '../../engine-service/record.ts';
import { LONGEST_BACKTEST_SECONDS, type WorkLimit } from '../../engine-service/requests.ts';
import type { Reply } from '../../reply.ts';
import { type AnswerContext, type Picture, pictureOf } from '../answer.ts';
import { describeQuestion } from '../question.ts';
import { chartInputOf } from './chart-input.ts';
import { recordChart } from './chart.ts';
import { recordExpertsChart } from './experts-chart.ts';
import { recordReply } from './reply.ts';
import { recordSentence } from '../record-words.ts';

const LIMIT: WorkLimit = { seconds: LONGEST_BACKTEST_SECONDS, by: ['horizon', 'tickers'] };

/** Throws like `Engine.record`. A member's runs in a place: see `inBacktestPlace`. */
export async function answerRecord(
  request: RecordQuestion,
  { app, onProgress, signal }: AnswerContext,
): Promise<Reply> {
  const answer = await app.engine.record(request, { onProgress, signal, limit: LIMIT });
  const images = await Promise.all(pictures(answer).map((one) => pictureOf(app, one)));
  return recordReply({ answer, images: images.filter((image) => image !== undefined), now: app.clock.now() });
}

interface RecordCharts {
  readonly members: () => ChartSpec;
  /** Absent where no limit could ever be kept. */
  readonly experts?: () => ChartSpec;
}

/** The charts of a record, each made when it is called for. */
export function answerCharts(answer: RecordAnswer): RecordCharts {
  const input = chartInputOf(answer);
  return {
    members: () => recordChart(input),
    ...(answer.record.pooled.feasible > 0 && { experts: () => recordExpertsChart(input) }),
  };
}

function pictures(answer: RecordAnswer): Picture[] {
  const { universe, request, record } = answer;
  const { members, experts } = answerCharts(answer);
  return [
    {
      name: 'record.png',
      description: `How often limits were broken and how deep losses went, by limit, for ${universe} (${describeQuestion(request)}). ${recordSentence(record, request.mandate.risk.alpha)}`,
      chart: members,
    },
    ...(experts
      ? [
          {
            name: 'record-experts.png',
            description: `For ${universe}: how often outcomes were below each predicted quantile; over time, the rolling share of losses beyond value-at-risk, and profits as predicted and realised`,
            chart: experts,
          },
        ]
      : []),
  ];
}
