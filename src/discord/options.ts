// Reads a slash command's options as Discord sent them. What the command does not declare so is refused.
import {
  ApplicationCommandOptionType as OptionType,
  type APIApplicationCommandOption,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
} from 'discord.js';
import type { Options } from '../commands/options.ts';
import type { SlashCommand } from '../commands/slash-command.ts';
import { UserError } from '../errors.ts';
import { lengthOf, LIMITS } from './limits.ts';

type CommandInteraction = Pick<ChatInputCommandInteraction | AutocompleteInteraction, 'options'>;
type Command = Pick<SlashCommand<unknown>, 'data'>;

/** A subcommand is its command's only option. No command has groups of them. */
const subcommandIn = ({ options: { data } }: CommandInteraction) =>
  data.find(({ type }) => type === OptionType.Subcommand || type === OptionType.SubcommandGroup);

export const subcommandOf = (interaction: CommandInteraction): string | undefined => subcommandIn(interaction)?.name;

const subcommandsOf = ({ data: { options = [] } }: Command) =>
  options.filter((option) => option.type === OptionType.Subcommand);

/** Whether the command has this subcommand or, for undefined, is used without one. */
export function hasSubcommand(command: Command, name: string | undefined): boolean {
  const known = subcommandsOf(command);
  return known.length === 0 ? name === undefined : known.some((one) => one.name === name);
}

/** The options of the subcommand, if there is one, that are not being typed; unchecked. */
export function otherOptions(interaction: Pick<AutocompleteInteraction, 'options'>): Options {
  const given = subcommandIn(interaction)?.options ?? interaction.options.data;
  return Object.fromEntries(
    given.flatMap(({ name, value, focused }) => (value === undefined || focused === true ? [] : [[name, value]])),
  );
}

/**
 * The options of the subcommand if there is one.
 * @throws UserError when one is missing, unknown or of another type, as from a command that was deployed in another form
 */
export function checkedOptions(interaction: CommandInteraction, command: Command): Options {
  const subcommand = subcommandIn(interaction);
  const declared: readonly APIApplicationCommandOption[] =
    subcommandsOf(command).find(({ name }) => name === subcommand?.name)?.options ?? command.data.options ?? [];
  const given = (subcommand?.options ?? interaction.options.data).filter(({ value }) => value !== undefined);
  const missing = declared.find((option) => isRequired(option) && !given.some(({ name }) => name === option.name));
  if (missing !== undefined) throw new UserError(`${missing.name} is missing.`, { option: missing.name });
  return Object.fromEntries(
    given.map(({ name, value }) => {
      const option = declared.find((one) => one.name === name);
      if (option === undefined) throw new UserError('An option of this command no longer exists: type it again.');
      if (!isOfType(option.type, value)) {
        throw new UserError(`${option.name} takes ${TAKES[option.type] ?? 'something else'}.`, { option: option.name });
      }
      return [name, value];
    }),
  );
}

const isRequired = (option: APIApplicationCommandOption): boolean => 'required' in option && (option.required ?? false);

const TAKES: Readonly<Partial<Record<OptionType, string>>> = {
  [OptionType.String]: `text of at most ${LIMITS.optionTextLength} characters`,
  [OptionType.Integer]: 'a whole number',
  [OptionType.Number]: 'a number',
  [OptionType.Boolean]: 'True or False',
  [OptionType.Channel]: 'a channel',
};

const SNOWFLAKE = /^\d{1,20}$/;

function isOfType(type: OptionType, value: unknown): value is Options[string] {
  if (type === OptionType.Boolean) return typeof value === 'boolean';
  if (type === OptionType.Integer) return Number.isSafeInteger(value);
  if (type === OptionType.Number) return Number.isFinite(value);
  if (typeof value !== 'string') return false;
  return type === OptionType.Channel ? SNOWFLAKE.test(value) : lengthOf(value) <= LIMITS.optionTextLength;
}
