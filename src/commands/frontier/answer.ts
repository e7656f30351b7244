import type { FrontierAnswer } from '../../engine-service/answers.ts';
import type { FrontierRequest } from '../../engine-service/requests.ts';
import { frontierChart } from './chart.ts';
import type { ChartSpec } from '../../charts/spec.ts';
import { percent, plural } from '../../format.ts';
import { frontierReply } from './reply.ts';
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
export function answerChart({ request, universe, frontier: { points, equalWeight } }: FrontierAnswer): ChartSpec {
  const { horizonDays, risk } = request.mandate;
  return frontierChart({
    label: universe,
    horizonDays,
    alpha: risk.alpha,
    points,
    equalWeight,
    ...(risk.limit !== undefined && { lossLimit: risk.limit }),
  });
}

function describeChart({ request, universe, frontier: { points } }: FrontierAnswer): string {
  const [lowest, highest] = [points[0], points.at(-1)];
  return (
    `Expected profit against CVaR of ${universe} over ${plural(request.mandate.horizonDays, 'trading day')}: ` +
    `from CVaR ${percent(lowest?.cvar ?? 0)} and expected profit ${percent(lowest?.expectedReturn ?? 0)} ` +
    `to CVaR ${percent(highest?.cvar ?? 0)} and expected profit ${percent(highest?.expectedReturn ?? 0)}`
  );
}
