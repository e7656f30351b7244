import {
  ApplicationCommandOptionType as OptionType,
  ChannelType,
  type APIApplicationCommandSubcommandOption,
} from 'discord-api-types/v10';
import type { Report } from './record.ts';
import { CONSTRAINTS, OPTIONS } from '../options.ts';

export const REPORT_KINDS: readonly Report['what'][] = ['backtest', 'allocation', 'frontier'];

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
  description: 'Post an answer in a channel again and again',
  options: [
    {
      type: OptionType.Channel,
      name: 'channel',
      description: 'Where to post it',
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
      description: 'Days and a time such as "weekdays 18:30", or five cron fields',
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
      description: 'The limit (CVaR), such as 8%: kept by an allocation, marked or tried by the others',
    },
    OPTIONS.horizon,
    OPTIONS.alpha,
    ...CONSTRAINTS,
    {
      type: OptionType.String,
      name: 'time_zone',
      description: 'In which the times are meant, such as Europe/Berlin',
      autocomplete: true,
    },
  ],
};

export const REPORT_SUBCOMMANDS: APIApplicationCommandSubcommandOption[] = [
  schedule,
  { type: OptionType.Subcommand, name: 'list', description: 'The reports of this server' },
  { type: OptionType.Subcommand, name: 'remove', description: 'Post a report no longer', options: [id] },
  { type: OptionType.Subcommand, name: 'run', description: 'Make and post a report now', options: [id] },
];
