import type { ChartSpec } from '../../charts/spec.ts';
import type { RiskRequest } from '../../engine-service/requests.ts';
import type { RiskAnswer } from '../../engine-service/risk.ts';
import { percent, weightPercent } from '../../format.ts';
import type { Reply } from '../../reply.ts';
import { pictureOf, type AnswerContext } from '../answer.ts';
import { lossText } from '../limits.ts';
import { describeQuestion, restate } from '../question.ts';
import { riskChart } from './chart.ts';
import { riskReply } from './reply.ts';
import { riskRows } from './rows.ts';

/** Throws like `Engine.risk`. */
export async function answerRisk(request: RiskRequest, { app, onProgress, signal }: AnswerContext): Promise<Reply> {
  const answer = await app.engine.risk(request, { onProgress, signal });
  const image = await pictureOf(app, {
    name: 'risk.png',
    description: describeChart(answer),
    chart: () => answerChart(answer),
  });
  return riskReply({ answer, now: app.clock.now(), ...(image && { image }) });
}

/** The chart of an answer. */
export function answerChart(answer: RiskAnswer): ChartSpec {
  const { request, universe, look } = answer;
  const { risk } = request.mandate;
  return riskChart({
    asked: restate(request, [look.cvar]),
    label: universe,
    alpha: risk.alpha,
    cvar: look.cvar,
    rows: riskRows(answer),
  });
}

/** So many assets are told. */
const MOST_TOLD = 5;

function describeChart(answer: RiskAnswer): string {
  const told = riskRows(answer)
    .slice(0, MOST_TOLD)
    .map(({ label, money, tail, loss }) => `${label} ${weightPercent(money)} and ${percent(tail ?? loss, 1)}`);
  return `Shares of the money and of the CVaR ${lossText(answer.look.cvar)} (${describeQuestion(answer.request)}): ${told.join(', ')}`;
}
