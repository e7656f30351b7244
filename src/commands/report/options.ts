import {
  ApplicationCommandOptionType as OptionType,
  ChannelType,
  type APIApplicationCommandSubcommandOption,
} from 'discord-api-types/v10';
import { reportSchema } from './record.ts';
import { CONSTRAINTS, OPTIONS } from '../options.ts';

export const REPORT_KINDS = reportSchema.shape.what.options;

const id = {
  type: OptionType.String as const,
  name: 'id',
  description: 'The number of the report',
  required: true,
  autocomplete: true,
} as const;

const schedule: APIApplicationCommandSubcommandOption = {
  type: OptionType.Subcommand,
  name: 'schedule',
  description: 'Post an answer in a channel on a schedule',
  options: [
    {
      type: OptionType.Channel,
      name: 'channel',
      description: 'The channel to post in',
      required: true,
      channel_types: [
        ChannelType.GuildText,
        ChannelType.GuildAnnouncement,
        ChannelType.PublicThread,
        ChannelType.PrivateThread,
        ChannelType.AnnouncementThread,
      ],
    },
    {
      type: OptionType.String,
      name: 'when',
      description: 'Days and a time such as "weekdays 18:30", "monday 9:00" or "daily 9am", or five cron fields',
      required: true,
    },
    {
      type: OptionType.String,
      name: 'what',
      description: 'What to post',
      required: true,
      choices: REPORT_KINDS.map((name) => ({ name, value: name })),
    },
    OPTIONS.universe,
    {
      type: OptionType.String,
      name: 'loss',
      description: 'The limit (CVaR), such as 8%: an allocation keeps it, a frontier marks it, a backtest tests it',
    },
    OPTIONS.horizon,
    OPTIONS.alpha,
    ...CONSTRAINTS,
    OPTIONS.allow,
    {
      type: OptionType.String,
      name: 'time_zone',
      description: 'Time zone of the schedule, such as Europe/Berlin',
      autocomplete: true,
    },
  ],
};

export const REPORT_SUBCOMMANDS: APIApplicationCommandSubcommandOption[] = [
  schedule,
  { type: OptionType.Subcommand, name: 'list', description: 'List the reports of this server' },
  { type: OptionType.Subcommand, name: 'remove', description: 'Remove a report', options: [id] },
  { type: OptionType.Subcommand, name: 'run', description: 'Post a report now', options: [id] },
];
