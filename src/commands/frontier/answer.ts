import type { FrontierAnswer } from '../../engine-service/answers.ts';
import type { FrontierRequest } from '../../engine-service/requests.ts';
import { frontierChart } from './chart.ts';
import type { ChartSpec } from '../../charts/spec.ts';
import { signedPercent } from '../../format.ts';
import { cvarsOf, frontierReply } from './reply.ts';
import { mayLoseLess } from '../early-end.ts';
import { lossText } from '../limits.ts';
import { describeQuestion, restate } from '../question.ts';
import { pictureOf, type AnswerContext } from '../answer.ts';
import type { Reply } from '../../reply.ts';

/** Fits on a phone in portrait orientation. */
const TABLE = { mostRows: 8, weightsPerRow: 2 };

/** Throws like `Engine.frontier`. */
export async function answerFrontier(
  request: FrontierRequest,
  { app, onProgress, signal }: AnswerContext,
): Promise<Reply> {
  const answer = await app.engine.frontier(request, { onProgress, signal });
  const image = await pictureOf(app, {
    name: 'frontier.png',
    description: describeChart(answer),
    chart: () => answerChart(answer),
  });
  return frontierReply({ answer, ...TABLE, now: app.clock.now(), ...(image && { image }) });
}

/** The chart of an answer. */
export function answerChart({ request, universe, frontier }: FrontierAnswer): ChartSpec {
  const { horizonDays, risk } = request.mandate;
  const { points, equalWeight, minimum } = frontier;
  return frontierChart({
    asked: restate(request, cvarsOf(frontier)),
    label: universe,
    horizonDays,
    alpha: risk.alpha,
    points,
    equalWeight,
    smallestLimit: minimum.leastLimit,
    mayKeepLess: mayLoseLess(frontier),
    ...(risk.limit !== undefined && { lossLimit: risk.limit }),
  });
}

function describeChart({ request, universe, frontier: { points } }: FrontierAnswer): string {
  const { limit } = request.mandate.risk;
  const ends = [points[0], points.at(-1)].map(
    (end) => `CVaR ${lossText(end?.cvar ?? 0, limit)} and expected profit ${signedPercent(end?.expectedReturn ?? 0)}`,
  );
  return `Expected profit against CVaR of ${universe} (${describeQuestion(request)}): from ${ends.join(' to ')}`;
}
