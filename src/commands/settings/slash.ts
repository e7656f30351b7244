import { ApplicationCommandOptionType as OptionType, InteractionContextType } from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import { parseTimeZone } from '../../schedule.ts';
import { requireManager, requireServer } from '../permissions.ts';
import { OPTIONS, completeUniverse, namedUniverse } from '../options.ts';
import { CURRENCIES, RANGES, parseCurrency, parseRate, parseWhole } from '../../parse.ts';
import { SETTINGS, checkSettings, completeCurrency, completeTimeZone, settingsReply, type Settings } from './reply.ts';
import type { Command, Invocation, Options } from '../slash-command.ts';

type SettingsRequest = { readonly guildId: string } & (
  | { readonly kind: 'show' }
  | { readonly kind: 'set'; readonly given: Settings }
  /** Absent: all. */
  | { readonly kind: 'reset'; readonly key?: keyof Settings }
);

const text = (name: string, description: string) => ({ type: OptionType.String as const, name, description });

export const settings: Command<SettingsRequest> = {
  data: {
    name: 'settings',
    description: 'What a question in this server means where it does not say',
    contexts: [InteractionContextType.Guild],
    options: [
      { type: OptionType.Subcommand, name: 'show', description: 'What is set' },
      {
        type: OptionType.Subcommand,
        name: 'set',
        description: 'Set one or more (Manage Server)',
        options: [
          OPTIONS.universe,
          OPTIONS.horizon,
          OPTIONS.alpha,
          OPTIONS.maxWeight,
          OPTIONS.minWeight,
          { ...text('time_zone', 'In which schedules are written, such as Europe/Berlin'), autocomplete: true },
          { ...text('currency', 'Of amount, such as EUR'), autocomplete: true },
        ],
      },
      {
        type: OptionType.Subcommand,
        name: 'reset',
        description: 'Go back to what the bot means (Manage Server)',
        options: [
          {
            ...text('option', 'Which'),
            required: true,
            choices: ['all', ...Object.keys(SETTINGS)].map((name) => ({ name, value: name })),
          },
        ],
      },
    ],
  },

  parse(options, asked) {
    const { subcommand: kind } = asked;
    if (kind === 'set')
      return { kind, guildId: requireManager(asked, "this server's settings"), given: readSettings(options, asked) };
    if (kind === 'reset')
      return { kind, guildId: requireManager(asked, "this server's settings"), ...readKey(options) };
    return { kind: 'show', guildId: requireServer(asked) };
  },

  isPublic: () => false,

  async run(request, { app }) {
    const { guildId } = request;
    if (request.kind === 'set') {
      const { given } = request;
      await app.guilds.update(guildId, (record) => {
        const known = [...app.universes, ...record.universes];
        // It may have been deleted since it was read.
        if (given.universe !== undefined) namedUniverse(given.universe, known);
        const changed = { ...record.settings, ...given };
        checkSettings(changed);
        return { ...record, settings: changed };
      });
    }
    if (request.kind === 'reset') {
      const { key } = request;
      await app.guilds.update(guildId, (record) => ({ ...record, settings: without(record.settings, key) }));
    }
    const view = await app.guilds.view(guildId);
    return settingsReply(view.settings, view.universes);
  },

  complete(option, typed, { guild }) {
    if (option === 'time_zone') return completeTimeZone(typed);
    return option === 'currency'
      ? completeCurrency(typed, CURRENCIES)
      : completeUniverse(option, typed, guild.universes);
  },
};

function readSettings(options: Options, { guild }: Invocation): Settings {
  const {
    universe,
    horizon,
    alpha,
    max_weight: maxWeight,
    min_weight: minWeight,
    time_zone: timeZone,
    currency,
  } = options;
  const given: Settings = {
    ...(universe !== undefined && { universe: namedUniverse(String(universe), guild.universes).name }),
    ...(horizon !== undefined && { horizonDays: parseWhole(Number(horizon), 'horizon', RANGES.horizon) }),
    ...(alpha !== undefined && { alpha: parseRate(String(alpha), 'alpha', RANGES.alpha) }),
    ...(maxWeight !== undefined && { maxWeight: parseRate(String(maxWeight), 'max_weight', RANGES.weight) }),
    ...(minWeight !== undefined && { minWeight: parseRate(String(minWeight), 'min_weight', RANGES.weight) }),
    ...(timeZone !== undefined && { timeZone: parseTimeZone(String(timeZone), 'time_zone') }),
    ...(currency !== undefined && { currency: parseCurrency(String(currency), 'currency') }),
  };
  if (Object.keys(given).length > 0) return given;
  throw new UserError(`Say what to set: at least one of ${Object.keys(SETTINGS).join(', ')}.`);
}

function readKey({ option }: Options): { key?: keyof Settings } {
  if (option === 'all') return {};
  const found = Object.entries(SETTINGS).find(([name]) => name === option);
  if (found !== undefined) return { key: found[1] };
  throw new UserError(`option takes all or one of ${Object.keys(SETTINGS).join(', ')}; got "${option}".`, 'option');
}

function without(old: Settings, key: keyof Settings | undefined): Settings {
  if (key === undefined) return {};
  const { [key]: _gone, ...kept } = old;
  return kept;
}
