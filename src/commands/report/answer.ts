import type { BacktestRequest } from '../../app.ts';
import type { Report } from '../records.ts';
import { USUAL_BACKTEST } from '../backtest/options.ts';
import { DEFAULTS } from '../../parse.ts';
import { requestOf } from '../saved-query.ts';
import type { Reply } from '../../reply.ts';
import { answerAllocation } from '../allocate/answer.ts';
import { answerBacktest } from '../backtest/answer.ts';
import { answerFrontier } from '../frontier/answer.ts';
import type { Around } from '../answer-context.ts';

/**
 * A backtest takes a permit of `app.backtestSemaphore`. Where somebody watches (`onProgress`) it is refused when none is
 * free; a job waits.
 * @throws UserError as the engine does, when the report's universe is no more, and when no permit is free
 */
export async function answerReport(guildId: string, report: Report, around: Around): Promise<Reply> {
  const { question, lossLimit } = report;
  const universe = await around.app.guilds.resolve(question.universe, guildId);
  if (report.what === 'backtest') return withPermit(guildId, backtestOf(report, universe), around);
  const request = requestOf(question, universe);
  if (report.what === 'frontier') {
    const { points } = DEFAULTS;
    return answerFrontier({ ...request, points, ...(lossLimit !== undefined && { lossLimit }) }, around);
  }
  if (lossLimit === undefined) throw new Error(`report ${report.id}: an allocation has a limit to keep`);
  return answerAllocation({ allocate: { ...request, lossLimit }, isPublic: true, show: 'best' }, around);
}

async function withPermit(guildId: string, request: BacktestRequest, around: Around): Promise<Reply> {
  const { app, onProgress, signal } = around;
  const release = onProgress
    ? app.backtestSemaphore.tryAcquire(guildId)
    : await app.backtestSemaphore.acquire(guildId, signal);
  try {
    return await answerBacktest(request, around);
  } finally {
    release();
  }
}

/** The usual limits, and the report's own among them. */
function backtestOf({ question, lossLimit }: Report, universe: BacktestRequest['universe']): BacktestRequest {
  const { horizonDays, alpha, minWeight, maxWeight } = question;
  const { limits, ...usual } = USUAL_BACKTEST;
  return {
    ...usual,
    universe,
    horizonDays,
    alpha,
    bounds: { minWeight, maxWeight },
    limits: [...new Set([...limits, ...(lossLimit === undefined ? [] : [lossLimit])])].toSorted((a, b) => a - b),
  };
}
