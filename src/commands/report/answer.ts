import { withoutLimit } from '../../engine/mandate.ts';
import type { BacktestRequest } from '../../engine-service/requests.ts';
import { DEFAULT_BACKTEST } from '../backtest/options.ts';
import { DEFAULT_STRATEGY } from '../../engine/strategies/index.ts';
import { DEFAULTS } from '../../parse.ts';
import { requestOf } from '../saved-query.ts';
import { asStored } from '../../settings-used.ts';
import type { Reply } from '../../reply.ts';
import { answerAllocation } from '../allocate/answer.ts';
import { answerBacktest } from '../backtest/answer.ts';
import { answerFrontier } from '../frontier/answer.ts';
import type { AnswerContext } from '../answer.ts';
import type { Report } from './record.ts';

/**
 * A backtest needs a permit of `app.backtestSemaphore`. With `onProgress`, when a member is waiting, it is refused if
 * none is free; a job waits for one.
 * @throws UserError like the engine, when the report's universe no longer exists, and when no permit is free
 */
export async function answerReport(guildId: string, report: Report, context: AnswerContext): Promise<Reply> {
  const universe = await context.app.guilds.resolve(report.universe, guildId);
  if (report.what === 'backtest') return withPermit(guildId, backtestOf(report, universe), context);
  const request = requestOf(report, universe);
  if (report.what === 'frontier') return answerFrontier({ ...request, points: DEFAULTS.points }, context);
  return answerAllocation({ allocate: request, isPublic: true }, context);
}

async function withPermit(guildId: string, request: BacktestRequest, context: AnswerContext): Promise<Reply> {
  const { app, onProgress, signal } = context;
  const release = onProgress
    ? app.backtestSemaphore.tryAcquire(guildId)
    : await app.backtestSemaphore.acquire(guildId, signal);
  try {
    return await answerBacktest(request, context);
  } finally {
    release();
  }
}

/** Tests the default limits and the report's own. */
function backtestOf(report: Report, universe: BacktestRequest['universe']): BacktestRequest {
  const { mandate } = report;
  const { limits } = DEFAULT_BACKTEST;
  const { limit } = mandate.risk;
  return {
    ...DEFAULT_BACKTEST,
    universe,
    strategy: DEFAULT_STRATEGY,
    mandate: withoutLimit(mandate),
    limits: [...new Set([...limits, ...(limit === undefined ? [] : [limit])])].toSorted((a, b) => a - b),
    ...(report.allow && { allow: report.allow }),
    ...asStored(report),
  };
}
