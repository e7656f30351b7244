import type { App } from '../../app.ts';
import { withTimeout } from '../../async.ts';
import { withLimit, withoutLimit } from '../../engine/mandate.ts';
import { chooseStrategy } from '../../engine/strategies/index.ts';
import { minimumCvar } from '../../engine/strategies/minimum-cvar/index.ts';
import type { AllocateAnswer } from '../../engine-service/answers.ts';
import type { AllocateRequest } from '../../engine-service/requests.ts';
import { lacksRecord, withRecord } from './amended.ts';
import { allocationChart } from './chart.ts';
import type { ChartSpec } from '../../charts/spec.ts';
import { saveRequest, type AllocateCommandRequest } from './buttons.ts';
import { isLeastRisky } from '../../engine/strategies/strategy.ts';
import { mayLoseLess } from '../early-end.ts';
import { allocationReply } from './reply.ts';
import { limitToTry, lossText, tryLabel } from '../limits.ts';
import { mandatesWithout } from './without.ts';
import { describeQuestion, restate } from '../question.ts';
import { pictureOf, type AnswerContext } from '../answer.ts';
import type { Reply, ReplyButton, ReplyImage } from '../../reply.ts';

/**
 * Throws like `Engine.allocate`. When the limit is not kept, buttons offer alternatives. Without a record, the answer is
 * amended when there is one.
 */
export async function answerAllocation(request: AllocateCommandRequest, context: AnswerContext): Promise<Reply> {
  const { app, memberId, onProgress, signal, amend } = context;
  const answer = await app.engine.allocate(request.allocate, { onProgress, signal });
  if (memberId !== undefined && lacksRecord(answer)) {
    amend?.(async () => {
      const amended = await withRecord(answer, { app, memberId, signal });
      return amended && replyTo(request, amended, context);
    });
  }
  return replyTo(request, answer, context);
}

/** In words, with its picture and its buttons. */
async function replyTo(
  request: AllocateCommandRequest,
  answer: AllocateAnswer,
  { app, memberId }: AnswerContext,
): Promise<Reply> {
  const image = await drawImage(answer, app);
  const isInfeasible = answer.allocation.status === 'infeasible';
  const buttons = isInfeasible && memberId !== undefined ? await savedButtons(request, answer, memberId, app) : [];
  return allocationReply({ answer, now: app.clock.now(), buttons, ...(image && { image }) });
}

/** A computed answer does not wait longer for the store. */
const SAVE_MS = 2_000;

/** The chart of an answer. */
export function answerChart(answer: AllocateAnswer): ChartSpec {
  const { request, universe, tickers, allocation } = answer;
  const { horizonDays, risk } = request.mandate;
  const { weights, valueAtRisk, cvar } = allocation.portfolio;
  return allocationChart({
    status: allocation.status,
    isLeastRisky: isLeastRisky(answer.allocation),
    mayLoseLess: mayLoseLess(answer.allocation),
    asked: restate(request, [cvar]),
    label: universe,
    horizonDays,
    alpha: risk.alpha,
    tickers,
    weights,
    outcomes: allocation.outcomes,
    valueAtRisk,
    cvar,
    ...(risk.limit !== undefined && { lossLimit: risk.limit }),
  });
}

function drawImage(answer: AllocateAnswer, app: App): Promise<ReplyImage | undefined> {
  const { request, universe, allocation } = answer;
  const { valueAtRisk, cvar } = allocation.portfolio;
  const { limit } = request.mandate.risk;
  return pictureOf(app, {
    name: 'allocation.png',
    description:
      `Weights of ${universe} and the distribution of its result (${describeQuestion(request)}): ` +
      `value-at-risk ${lossText(valueAtRisk, limit)}, CVaR ${lossText(cvar, limit)}`,
    chart: () => answerChart(answer),
  });
}

/** An answer comes without its buttons when the store does not take what is behind them. */
async function savedButtons(
  ...[request, answer, memberId, app]: Parameters<typeof fallbackButtons>
): Promise<ReplyButton[] | undefined> {
  try {
    const saved = fallbackButtons(request, answer, memberId, app);
    return await withTimeout<ReplyButton[] | undefined>(SAVE_MS, saved, () => undefined);
  } catch (err) {
    app.log.error({ err }, 'the buttons of an answer could not be saved');
    return undefined;
  }
}

/**
 * Buttons for a limit that cannot be kept: the least risky split, the smallest limit that the strategy keeps, and the
 * mandate without each constraint that holds this limit up.
 */
async function fallbackButtons(
  request: AllocateCommandRequest,
  answer: AllocateAnswer,
  memberId: string,
  app: App,
): Promise<ReplyButton[]> {
  const { allocate } = request;
  const { mandate } = allocate;
  const button = async (label: string, changes: Partial<AllocateRequest>): Promise<ReplyButton> => ({
    label,
    style: 'secondary',
    command: 'allocate',
    key: await saveRequest(app.requests, memberId, { ...request, allocate: { ...allocate, ...changes } }),
  });
  // On the same scenarios, where the strategy's own models are those that draw them.
  const sameParams = minimumCvar.params.safeParse(allocate.strategy.params).data ?? {};
  const strategy = chooseStrategy(minimumCvar.id, sameParams);
  const buttons: ReplyButton[] = [
    { ...(await button('Show minimum risk', { strategy, mandate: withoutLimit(mandate) })), style: 'primary' },
  ];
  const smallest = limitToTry(answer.allocation.portfolio.leastLimit);
  if (smallest !== undefined) buttons.push(await button(tryLabel(smallest), { mandate: withLimit(mandate, smallest) }));
  for (const { label, ...without } of mandatesWithout(mandate, answer.holding))
    buttons.push(await button(label, without));
  return buttons;
}
