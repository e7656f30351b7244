import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { Held } from '../../held.ts';
import { parseHoldings } from '../../parse-holdings.ts';
import { completeAssets, completeTimeZone } from '../autocomplete.ts';
import { OPTIONS } from '../options.ts';
import type { SlashCommand } from '../slash-command.ts';
import { forgottenReply, holdingsReply, savedReply, stoppedReply } from './reply.ts';
import { readReport, scheduleReport, type ReportDraft } from './schedule.ts';

type HoldingsRequest =
  | { readonly kind: 'set'; readonly held: Held }
  | { readonly kind: 'report'; readonly draft: ReportDraft }
  | { readonly kind: 'show' | 'stop' | 'forget' };

export const holdings: SlashCommand<HoldingsRequest> = {
  data: {
    name: 'holdings',
    description: 'Save what you hold, for /allocate holdings:saved and reports to you; only you see it',
    options: [
      {
        type: OptionType.Subcommand,
        name: 'set',
        description: 'Save what you hold, in the place of what was saved before',
        options: [
          {
            type: OptionType.String,
            name: 'holdings',
            description: 'Such as AAPL 10, MSFT 5.5, cash 500 USD',
            required: true,
            autocomplete: true,
          },
        ],
      },
      { type: OptionType.Subcommand, name: 'show', description: 'Show what is saved' },
      {
        type: OptionType.Subcommand,
        name: 'report',
        description: 'Get a direct message on a schedule: what changed in what you hold since the last one',
        options: [
          {
            type: OptionType.String,
            name: 'when',
            description: 'Days and a time such as "mondays 9:00" or "weekdays 18:30", or five cron fields',
            required: true,
          },
          {
            type: OptionType.String,
            name: 'loss',
            description: 'Your limit (CVaR), such as 8%, to compare with',
          },
          OPTIONS.horizon,
          OPTIONS.alpha,
          OPTIONS.universe,
          OPTIONS.allow,
          {
            type: OptionType.String,
            name: 'time_zone',
            description: 'Time zone of the schedule, such as Europe/Berlin',
            autocomplete: true,
          },
        ],
      },
      { type: OptionType.Subcommand, name: 'stop', description: 'End the report' },
      { type: OptionType.Subcommand, name: 'forget', description: 'Delete what is saved, and end the report' },
    ],
  },

  parse(options, invocation) {
    const { subcommand = 'show' } = invocation;
    if (subcommand === 'set') {
      const { currency } = invocation.guild.settings;
      return { kind: 'set', held: parseHoldings(String(options['holdings']), 'holdings', currency) };
    }
    if (subcommand === 'report') return { kind: 'report', draft: readReport(options, invocation) };
    return { kind: subcommand === 'forget' || subcommand === 'stop' ? subcommand : 'show' };
  },

  isPublic: () => false,

  isRateLimited: ({ kind }) => kind === 'report',

  isCancellable: true,

  async run(request, context) {
    const { app, memberId } = context;
    const { savedHoldings, clock } = app;
    if (request.kind === 'report') return scheduleReport(request.draft, context);
    if (request.kind === 'set') {
      const { held } = request;
      const savedAt = new Date(clock.now()).toISOString();
      await savedHoldings.update(memberId, (old) => ({ ...old, held, savedAt }));
      return savedReply(held);
    }
    const saved = await savedHoldings.get(memberId);
    if (request.kind === 'show') return holdingsReply(saved, clock.now());
    if (request.kind === 'forget') return forgottenReply(await savedHoldings.delete(memberId));
    await savedHoldings.update(memberId, (old) => old && { held: old.held, savedAt: old.savedAt });
    return stoppedReply(saved?.report !== undefined);
  },

  complete: (option, typed, invocation) =>
    option === 'time_zone' ? completeTimeZone(typed) : completeAssets(option, typed, invocation),
};
