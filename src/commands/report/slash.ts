import { randomBytes } from 'node:crypto';
import { InteractionContextType, PermissionFlagsBits } from 'discord-api-types/v10';
import { answerReport } from './answer.ts';
import { findReport, withOpenReport, withReport, withoutReport } from './rules.ts';
import { UserError } from '../../errors.ts';
import { parseTimeZone } from '../../parse-time-zone.ts';
import { nextRunsAfter } from '../../schedule.ts';
import { describeWhen, parseWhen } from '../../when.ts';
import type { AnswerContext } from '../answer.ts';
import { inBacktestPlace } from '../backtest-place.ts';
import { completeQuestion, completeTimeZone, matching } from '../autocomplete.ts';
import { requireManager, type Invocation, type SlashCommand, type Context } from '../slash-command.ts';
import type { Options } from '../options.ts';
import { progressText } from '../../progress.ts';
import { namedUniverse } from '../read-request.ts';
import { readSavedQuery } from '../saved-query.ts';
import { checkFeasible } from '../../engine/optimize/contradictions.ts';
import { tellSettings } from '../../settings-used.ts';
import type { Reply } from '../../reply.ts';
import { REPORT_KINDS, REPORT_SUBCOMMANDS } from './options.ts';
import {
  describeReport,
  reportListReply,
  postedReportReply,
  removedReportReply,
  scheduledReportReply,
  type ScheduledReport,
} from './reply.ts';
import type { Report } from './record.ts';

type Draft = Omit<Report, 'id'>;

type ReportRequest = { readonly guildId: string } & (
  | { readonly kind: 'schedule'; readonly draft: Draft }
  | { readonly kind: 'list' }
  | { readonly kind: 'remove' | 'run'; readonly id: string }
);

/** How many of the next posts a reply names. */
const NEXT_POSTS = 3;

export const report: SlashCommand<ReportRequest> = {
  data: {
    name: 'report',
    description: 'Post backtests, allocations or frontiers in a channel on a schedule',
    contexts: [InteractionContextType.Guild],
    default_member_permissions: String(PermissionFlagsBits.ManageGuild),
    options: REPORT_SUBCOMMANDS,
  },

  parse(options, invocation) {
    const guildId = requireManager(invocation, "this server's reports");
    const { subcommand } = invocation;
    if (subcommand === 'schedule') return { kind: 'schedule', guildId, draft: readDraft(options, invocation) };
    if (subcommand === 'list') return { kind: 'list', guildId };
    return { kind: subcommand === 'run' ? 'run' : 'remove', guildId, id: String(options.id).trim() };
  },

  isPublic: () => false,

  isRateLimited: ({ kind }) => kind === 'run',

  isCancellable: true,

  async run(request, context) {
    const { guilds, clock } = context.app;
    const { guildId, kind } = request;
    if (kind === 'schedule') return schedule(guildId, request.draft, context);
    const record = await guilds.get(guildId);
    if (kind === 'list') return reportListReply(record.reports.map((one) => withSchedule(one, clock.now())));
    const found = findReport(record, request.id);
    if (kind === 'run') return post(guildId, found, context);
    await guilds.update(guildId, (now) => withoutReport(now, found.id));
    return removedReportReply(withSchedule(found, clock.now()));
  },

  async complete(option, typed, typing) {
    const { app, guildId } = typing;
    if (option === 'time_zone') return completeTimeZone(typed);
    if (option !== 'id' || guildId === undefined) return completeQuestion(option, typed, typing);
    const { reports } = await app.guilds.recent(guildId);
    const now = app.clock.now();
    const choices = reports.map((one) => ({ name: describeReport(withSchedule(one, now)), value: one.id }));
    return matching(choices, typed);
  },
};

function readDraft(options: Options, { app, guild, memberId }: Invocation): Draft {
  const { loss } = options;
  const what = REPORT_KINDS.find((one) => one === options.what);
  if (what === undefined) {
    throw new UserError(`what takes one of ${REPORT_KINDS.join(', ')}; got "${options.what}".`, { option: 'what' });
  }
  if (what === 'allocation' && loss === undefined) {
    throw new UserError('An allocation needs a limit: give loss, such as 8%.', { option: 'loss' });
  }
  return {
    channelId: String(options.channel),
    what,
    cron: parseWhen(String(options.when), 'when'),
    timeZone: parseTimeZone(String(options.time_zone ?? guild.settings.timeZone ?? 'UTC'), 'time_zone'),
    ...readSavedQuery(options, guild, { walks: what === 'backtest' }),
    scheduledBy: memberId,
    scheduledAt: new Date(app.clock.now()).toISOString(),
  };
}

const withSchedule = (one: Report, now: number): ScheduledReport => ({
  report: one,
  when: describeWhen(one.cron),
  next: nextRunsAfter(one, now, NEXT_POSTS),
});

/** @throws UserError when the bot may not post there, or the member may not: the bot would speak for them */
async function requirePostable(
  guildId: string,
  channelId: string,
  { messenger, memberId }: Pick<Context, 'messenger' | 'memberId'>,
): Promise<void> {
  const lacking = await messenger.missingPermissions(guildId, channelId);
  if (lacking !== undefined) {
    throw new UserError(`I cannot post in <#${channelId}> without ${lacking}: allow it there first.`, {
      option: 'channel',
    });
  }
  const theirs = await messenger.missingPermissions(guildId, channelId, memberId);
  if (theirs === undefined) return;
  throw new UserError(
    `You cannot write in <#${channelId}> yourself without ${theirs}, so I do not post there for you.`,
    {
      option: 'channel',
    },
  );
}

async function schedule(guildId: string, draft: Draft, context: Context): Promise<Reply> {
  const { guilds, clock } = context.app;
  await requirePostable(guildId, draft.channelId, context);
  const { tickers } = namedUniverse(draft.universe, context.guild.universes);
  await checkFeasible({ constraints: draft.mandate.constraints, tickers }).catch((error: unknown) => {
    throw tellSettings(error, draft);
  });
  const { reports } = await guilds.update(guildId, (record) => withReport(record, draft));
  return scheduledReportReply(withSchedule(reports.at(-1)!, clock.now()));
}

/** Posts outside the schedule: the nonce is new, so scheduled posts are not affected. */
async function post(guildId: string, found: Report, context: Context): Promise<Reply> {
  const { app, messenger, progress, signal } = context;
  const { id, channelId } = found;
  await requirePostable(guildId, channelId, context);
  const answer = (how: AnswerContext): Promise<Reply> => answerReport(guildId, found, how);
  const isBacktest = found.what === 'backtest';
  const reply = await (isBacktest
    ? inBacktestPlace(context, answer)
    : answer({ app, onProgress: progressText(progress), signal }));
  signal.throwIfAborted();
  const delivery = await messenger.postToChannel(channelId, reply, randomBytes(15).toString('base64url'));
  if (delivery === 'failed') throw new UserError('Discord did not accept the report: try again in a few minutes.');
  if (delivery === 'refused') throw new UserError(`I cannot post in <#${channelId}>: check its permissions.`);
  if (found.blockedSince !== undefined) await app.guilds.update(guildId, (record) => withOpenReport(record, id));
  return postedReportReply(found);
}
