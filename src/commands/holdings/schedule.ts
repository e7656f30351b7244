// The report on what a member holds, as they ask for it.
import { withLimit } from '../../engine/mandate.ts';
import type { RiskRequest } from '../../engine-service/requests.ts';
import type { Held } from '../../held.ts';
import { parseTimeZone } from '../../parse-time-zone.ts';
import { progressText } from '../../progress.ts';
import type { Reply } from '../../reply.ts';
import { parseWhen } from '../../when.ts';
import { readGiven } from '../held-assets.ts';
import type { Options } from '../options.ts';
import { readRate } from '../read-request.ts';
import { savedHeld } from '../saved-holdings.ts';
import type { Context, Invocation } from '../slash-command.ts';
import type { HeldReport } from './record.ts';
import { scheduledReply } from './reply.ts';
import { figuresOf, heldReportReply, lookAtHeld } from './report.ts';

export interface ReportDraft extends Pick<HeldReport, 'cron' | 'timeZone'> {
  /** The question, once it is known what is held. */
  readonly ask: (held: Held) => Pick<HeldReport, 'mandate' | 'universe' | 'allow'>;
}

/** @throws UserError */
export function readReport(options: Options, { guild }: Pick<Invocation, 'guild'>): ReportDraft {
  const { loss, when, time_zone: timeZone, ...question } = options;
  const limit = loss === undefined ? undefined : readRate(loss, 'loss');
  return {
    cron: parseWhen(String(when), 'when'),
    timeZone: parseTimeZone(String(timeZone ?? guild.settings.timeZone ?? 'UTC'), 'time_zone'),
    ask: (held) => {
      const { mandate, universe, allow } = readGiven(question, held.positions, guild);
      return {
        mandate: limit === undefined ? mandate : withLimit(mandate, limit),
        ...(isNamed(universe) && { universe }),
        ...(allow && { allow }),
      };
    },
  };
}

/** One without a name is what is held, which may change. */
const isNamed = (universe: RiskRequest['universe']): boolean =>
  universe.kind === 'named' || (universe.kind === 'tickers' && universe.name !== undefined);

/** Shows the first one at once, with which the next compares. */
export async function scheduleReport({ cron, timeZone, ask }: ReportDraft, context: Context): Promise<Reply> {
  const { app, memberId, progress, signal } = context;
  const { savedHoldings, engine, clock } = app;
  const held = await savedHeld(savedHoldings, memberId);
  const asked = ask(held);
  const look = await lookAtHeld(engine, asked, held, { onProgress: progressText(progress), signal });
  signal.throwIfAborted();
  const now = clock.now();
  const last = figuresOf(look.answer, held);
  const report = { cron, timeZone, ...asked, scheduledAt: new Date(now).toISOString(), last };
  // Not where they were forgotten meanwhile.
  await savedHoldings.update(memberId, (old) => old && { ...old, report });
  return scheduledReply(report, heldReportReply({ ...look, mandate: asked.mandate, now: last, at: now }), now);
}
