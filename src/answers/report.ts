import type { Report } from '../community/records.ts';
import { DEFAULTS } from '../text/parse.ts';
import type { Reply } from '../text/reply.ts';
import { answerAllocation } from './allocation.ts';
import { answerFrontier } from './frontier.ts';
import type { Around } from './types.ts';

/** @throws UserError as the engine does, and when the report's universe is no more */
export async function answerReport(guildId: string, report: Report, around: Around): Promise<Reply> {
  const { universe: name, ...question } = report.question;
  const universe = await around.app.guilds.resolve(name, guildId);
  const { scenarios, seed, points } = DEFAULTS;
  const request = { ...question, universe, scenarios, seed, recipe: 'calibrated' } as const;
  const limit = report.lossLimit === undefined ? {} : { lossLimit: report.lossLimit };
  if (report.what === 'frontier') return answerFrontier({ ...request, ...limit, points }, around);
  const allocate = { ...request, lossLimit: 0.08, ...limit };
  return answerAllocation({ allocate, isPublic: true, show: 'best' }, around);
}
