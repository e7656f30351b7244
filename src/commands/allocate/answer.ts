import type { AllocateAnswer, AllocateCommandRequest, App } from '../../app.ts';
import { allocationChart } from './chart.ts';
import type { ChartSpec } from '../../charts/spec.ts';
import { keepRequest } from './buttons.ts';
import { allocationReply, shownPortfolio } from './reply.ts';
import { percent } from '../../format.ts';
import { limitToTry, tryLabel } from '../limits.ts';
import { pictureOf } from '../reply-image.ts';
import type { Reply, ReplyButton, ReplyImage } from '../../reply.ts';
import type { Around } from '../answer-context.ts';

/** Throws as `Engine.allocate` does. Buttons lead out where no split keeps the limit. */
export async function answerAllocation(
  request: AllocateCommandRequest,
  { app, memberId, onProgress, signal }: Around,
): Promise<Reply> {
  const answer = await app.engine.allocate(request.allocate, { onProgress, signal });
  const image = await picture(answer, request.show, app);
  const isInfeasible = answer.allocation.status === 'infeasible' && request.show === 'best';
  const buttons = isInfeasible && memberId !== undefined ? await waysOut(request, answer, memberId, app) : [];
  return allocationReply({
    answer,
    show: request.show,
    now: app.clock.now(),
    buttons,
    ...(image && { image }),
  });
}

/** The picture of what an answer shows. */
export function answerChart(answer: AllocateAnswer, show: 'best' | 'minimum'): ChartSpec {
  const { request, universe, tickers, allocation } = answer;
  const portfolio = shownPortfolio(answer, show);
  return allocationChart({
    status: show === 'best' ? allocation.status : 'optimal',
    label: universe,
    horizonDays: request.horizonDays,
    alpha: request.alpha,
    tickers,
    weights: portfolio.weights,
    outcomes: answer.outcomes(portfolio),
    valueAtRisk: portfolio.valueAtRisk,
    cvar: portfolio.cvar,
    ...(show === 'best' && { lossLimit: request.lossLimit }),
  });
}

function picture(answer: AllocateAnswer, show: 'best' | 'minimum', app: App): Promise<ReplyImage | undefined> {
  const { valueAtRisk, cvar } = shownPortfolio(answer, show);
  return pictureOf(app, {
    name: 'allocation.png',
    description:
      `Weights of ${answer.universe} and the distribution of its result over ${answer.request.horizonDays} trading days: ` +
      `value-at-risk ${percent(valueAtRisk)}, CVaR ${percent(cvar)}`,
    chart: () => answerChart(answer, show),
  });
}

/** Buttons for a limit that cannot be kept: the least risky split, and the smallest limit that would be answered. */
async function waysOut(
  request: AllocateCommandRequest,
  answer: AllocateAnswer,
  memberId: string,
  app: App,
): Promise<ReplyButton[]> {
  const smallest = limitToTry(answer.allocation.minimum.cvar);
  const keep = (kept: AllocateCommandRequest): Promise<string> => keepRequest(app.requests, memberId, kept);
  const minimumKey = await keep({ ...request, show: 'minimum' });
  const buttons: ReplyButton[] = [
    { label: 'Use minimum risk', style: 'primary', command: 'allocate', key: minimumKey },
  ];
  if (smallest === undefined) return buttons;
  const smallestKey = await keep({ ...request, allocate: { ...request.allocate, lossLimit: smallest } });
  return [...buttons, { label: tryLabel(smallest), style: 'secondary', command: 'allocate', key: smallestKey }];
}
