import { ApplicationCommandOptionType as OptionType, InteractionContextType } from 'discord-api-types/v10';
import type { Constraint } from '../../engine/constraints/index.ts';
import { UserError } from '../../errors.ts';
import { parseTimeZone } from '../../schedule.ts';
import { requireManager, requireServer, type Invocation, type SlashCommand } from '../slash-command.ts';
import { completeCurrency, completeTimeZone } from '../autocomplete.ts';
import { readConstraints } from '../constraints.ts';
import { discordName } from '../error-words.ts';
import { CONSTRAINTS, OPTIONS, completeUniverse, namedUniverse, typedConstraints, type Options } from '../options.ts';
import { CURRENCIES, RANGES, parseCurrency, parseRate, parseWhole } from '../../parse.ts';
import type { GuildSettings } from './record.ts';
import { SETTINGS, checkSettings, settingsReply } from './reply.ts';

type SettingsRequest = { readonly guildId: string } & (
  | { readonly kind: 'show' }
  | { readonly kind: 'set'; readonly change: SettingsChange }
  /** Absent: all. */
  | { readonly kind: 'reset'; readonly option?: string }
);

/** The settings to change. Only the kinds of constraint that were typed are replaced. */
interface SettingsChange {
  readonly settings: Omit<GuildSettings, 'constraints'>;
  readonly typed: ReturnType<typeof typedConstraints>;
}

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

  async run(request, { app }) {
    const { guildId } = request;
    if (request.kind === 'set') {
      const { change } = request;
      await app.guilds.update(guildId, (record) => {
        // The universe may have been deleted since the command was parsed.
        const { universe } = change.settings;
        if (universe !== undefined) namedUniverse(universe, [...app.universes, ...record.universes]);
        const changed = withChange(record.settings, change);
        checkSettings(changed);
        return { ...record, settings: changed };
      });
    }
    if (request.kind === 'reset') {
      const { option } = request;
      await app.guilds.update(guildId, (record) => ({ ...record, settings: without(record.settings, option) }));
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

function readSettings(options: Options, { guild }: Invocation): SettingsChange {
  const { universe, horizon, alpha, time_zone: timeZone, currency } = options;
  const plain: SettingsChange['settings'] = {
    ...(universe !== undefined && { universe: namedUniverse(String(universe), guild.universes).name }),
    ...(horizon !== undefined && { horizonDays: parseWhole(Number(horizon), 'horizon', RANGES.horizon) }),
    ...(alpha !== undefined && { alpha: parseRate(String(alpha), 'alpha', RANGES.alpha) }),
    ...(timeZone !== undefined && { timeZone: parseTimeZone(String(timeZone), 'time_zone') }),
    ...(currency !== undefined && { currency: parseCurrency(String(currency), 'currency') }),
  };
  const typed = typedConstraints(options);
  // An invalid rate is refused here, in private.
  readConstraints(typed, discordName);
  if (Object.keys({ ...plain, ...typed }).length > 0) return { settings: plain, typed };
  throw new UserError(`Say what to set: at least one of ${Object.keys(SETTINGS).join(', ')}.`);
}

function withChange({ constraints = [], ...old }: GuildSettings, change: SettingsChange): GuildSettings {
  return withConstraints({ ...old, ...change.settings }, readConstraints(change.typed, discordName, constraints));
}

/** Leaves the property out when there are no constraints, rather than storing an empty list. */
const withConstraints = (rest: SettingsChange['settings'], constraints: readonly Constraint[]): GuildSettings =>
  constraints.length === 0 ? rest : { ...rest, constraints };

function readKey({ option }: Options): { option?: string } {
  if (option === 'all') return {};
  if (typeof option === 'string' && option in SETTINGS) return { option };
  throw new UserError(`option takes all or one of ${Object.keys(SETTINGS).join(', ')}; got "${option}".`, {
    option: 'option',
  });
}

/** @param option absent: all */
function without(old: GuildSettings, option: string | undefined): GuildSettings {
  const key = option === undefined ? undefined : SETTINGS[option];
  if (key === undefined) return {};
  if (typeof key === 'object') {
    const { constraints = [], ...rest } = old;
    const others = constraints.filter(({ kind }) => kind !== key.constraint);
    return withConstraints(rest, others);
  }
  const { [key]: _removed, ...kept } = old;
  return kept;
}
