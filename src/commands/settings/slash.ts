import { ApplicationCommandOptionType as OptionType, InteractionContextType } from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import { parseTimeZone } from '../../parse-time-zone.ts';
import { requireManager, requireServer, type Invocation, type SlashCommand } from '../slash-command.ts';
import { completeCurrency, completeQuestion, completeTimeZone } from '../autocomplete.ts';
import { readConstraints } from '../constraints.ts';
import { CONSTRAINTS, OPTIONS, type Options } from '../options.ts';
import { namedUniverse, readRate, typedInDiscord } from '../read-request.ts';
import { CURRENCIES, RANGES, parseCurrency, parseWhole } from '../../parse.ts';
import { serverVocabulary } from '../vocabulary.ts';
import type { GuildRecord } from '../guilds.ts';
import type { GuildSettings } from './record.ts';
import { defaultProblem, settingsReply } from './reply.ts';
import { SETTINGS, checkSettings, withChange, withoutSetting, type SettingsChange } from './rules.ts';

type SettingsRequest = { readonly guildId: string } & (
  | { readonly kind: 'show' }
  | { readonly kind: 'set'; readonly change: SettingsChange }
  /** Absent: all. */
  | { readonly kind: 'reset'; readonly option?: string }
);

const text = (name: string, description: string) => ({ type: OptionType.String as const, name, description });

export const settings: SlashCommand<SettingsRequest> = {
  data: {
    name: 'settings',
    description: 'Defaults used in this server when you leave an option out',
    contexts: [InteractionContextType.Guild],
    options: [
      { type: OptionType.Subcommand, name: 'show', description: 'Show the defaults of this server' },
      {
        type: OptionType.Subcommand,
        name: 'set',
        description: 'Set one or more defaults (Manage Server)',
        options: [
          OPTIONS.universe,
          OPTIONS.horizon,
          OPTIONS.alpha,
          ...CONSTRAINTS,
          { ...text('time_zone', 'Time zone of schedules, such as Europe/Berlin'), autocomplete: true },
          { ...text('currency', 'Currency of amount, such as EUR'), autocomplete: true },
        ],
      },
      {
        type: OptionType.Subcommand,
        name: 'reset',
        description: "Reset to the bot's own defaults (Manage Server)",
        options: [
          {
            ...text('option', 'The default to reset'),
            required: true,
            choices: ['all', ...Object.keys(SETTINGS)].map((name) => ({ name, value: name })),
          },
        ],
      },
    ],
  },

  parse(options, invocation) {
    const { subcommand: kind } = invocation;
    if (kind === 'set')
      return {
        kind,
        guildId: requireManager(invocation, "this server's settings"),
        change: readSettings(options, invocation),
      };
    if (kind === 'reset')
      return { kind, guildId: requireManager(invocation, "this server's settings"), ...readKey(options) };
    return { kind: 'show', guildId: requireServer(invocation) };
  },

  isPublic: () => false,

  async run(request, { app, guild }) {
    const { guildId } = request;
    if (request.kind === 'set') {
      const { change } = request;
      const changedOf = (record: GuildRecord): GuildSettings =>
        withChange(record.settings, change, serverVocabulary([...guild.universes, ...record.universes]));
      await checkSettings(changedOf(await app.guilds.get(guildId)));
      await app.guilds.update(guildId, (record) => {
        // The universe may have been deleted since the command was parsed.
        const { universe } = change.settings;
        if (universe !== undefined) namedUniverse(universe, [...app.universes, ...record.universes]);
        return { ...record, settings: changedOf(record) };
      });
    }
    if (request.kind === 'reset') {
      const { option } = request;
      await app.guilds.update(guildId, (record) => ({ ...record, settings: withoutSetting(record.settings, option) }));
    }
    const view = await app.guilds.view(guildId);
    return settingsReply(view.settings, await defaultProblem(view.settings, view.universes));
  },

  complete(option, typed, typing) {
    if (option === 'time_zone') return completeTimeZone(typed);
    return option === 'currency' ? completeCurrency(typed, CURRENCIES) : completeQuestion(option, typed, typing);
  },
};

function readSettings(options: Options, { guild }: Invocation): SettingsChange {
  const { universe, horizon, alpha, time_zone: timeZone, currency } = options;
  const plain: SettingsChange['settings'] = {
    ...(universe !== undefined && { universe: namedUniverse(String(universe), guild.universes).name }),
    ...(horizon !== undefined && { horizonDays: parseWhole(Number(horizon), 'horizon', RANGES.horizon) }),
    ...(alpha !== undefined && { alpha: readRate(alpha, 'alpha') }),
    ...(timeZone !== undefined && { timeZone: parseTimeZone(String(timeZone), 'time_zone') }),
    ...(currency !== undefined && { currency: parseCurrency(String(currency), 'currency') }),
  };
  const typed = typedInDiscord(options);
  // An invalid rate or name is refused here, in private.
  readConstraints(typed, 'discord', serverVocabulary(guild.universes));
  if (Object.keys({ ...plain, ...typed }).length > 0) return { settings: plain, typed };
  throw new UserError(`Say what to set: at least one of ${Object.keys(SETTINGS).join(', ')}.`);
}

function readKey({ option }: Options): { option?: string } {
  if (option === 'all') return {};
  if (typeof option === 'string' && option in SETTINGS) return { option };
  throw new UserError(`option takes all or one of ${Object.keys(SETTINGS).join(', ')}; got "${option}".`, {
    option: 'option',
  });
}
