import { withoutLimit } from '../../engine/mandate.ts';
import type { BacktestRequest } from '../../engine-service/requests.ts';
import { DEFAULT_BACKTEST } from '../backtest/options.ts';
import { costBpsOf } from '../constraints.ts';
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

/** @throws UserError like the engine, and when the report's universe no longer exists */
export async function answerReport(guildId: string, report: Report, context: AnswerContext): Promise<Reply> {
  const universe = await context.app.guilds.resolve(report.universe, guildId);
  if (report.what === 'backtest') return answerBacktest(backtestOf(report, universe), context);
  const request = requestOf(report, universe);
  if (report.what === 'frontier') return answerFrontier({ ...request, points: DEFAULTS.points }, context);
  return answerAllocation({ allocate: request, isPublic: true }, context);
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
    costBps: costBpsOf(mandate.constraints),
    limits: [...new Set([...limits, ...(limit === undefined ? [] : [limit])])].toSorted((a, b) => a - b),
    ...(report.allow && { allow: report.allow }),
    ...asStored(report),
  };
}
