// Discord's rules for the data of commands that its types do not express.
import {
  ApplicationCommandOptionType,
  InteractionContextType,
  type APIApplicationCommandOption,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import { lengthOf, LIMITS } from './limits.ts';

type CommandData = RESTPostAPIChatInputApplicationCommandsJSONBody;
type Option = APIApplicationCommandOption;
interface Choice {
  readonly name: string;
  readonly value: string | number;
}

/** The names of chat commands and their options: letters of any script, but no capitals. */
const NAME = new RegExp(`^[-_'\\p{L}\\p{N}\\p{sc=Deva}\\p{sc=Thai}]{1,${LIMITS.commandName}}$`, 'u');

/** @returns a sentence for each thing that Discord would refuse */
export function checkCommands(commands: readonly CommandData[]): readonly string[] {
  return [
    ...most('commands', commands.length, LIMITS.commands),
    ...unique('the commands', commands),
    ...commands.flatMap(checkCommandData),
  ];
}

export function checkCommandData(data: CommandData): readonly string[] {
  const at = `/${data.name}`;
  return [
    ...checkNamed(at, data),
    ...checkPlaces(at, data),
    ...checkOptions(at, data),
    ...most(`${at}: characters of names, descriptions and values`, charactersOf(data), LIMITS.commandCharacters),
  ];
}

/** Nobody has permissions in direct messages, so everybody could use a restricted command there. */
function checkPlaces(
  at: string,
  { contexts, default_member_permissions: permissions }: CommandData,
): readonly string[] {
  const isForSome = permissions !== undefined && permissions !== null;
  const isInGuildsAlone = contexts?.length === 1 && contexts[0] === InteractionContextType.Guild;
  return [
    ...(contexts?.length === 0 ? [`${at}: contexts must not be empty`] : []),
    ...(isForSome && !/^\d+$/.test(permissions) ? [`${at}: default_member_permissions are a number as a string`] : []),
    ...(isForSome && !isInGuildsAlone ? [`${at}: with default_member_permissions, contexts must be [0]`] : []),
  ];
}

const { Subcommand, SubcommandGroup, Channel } = ApplicationCommandOptionType;

/** A command has either subcommands or other options. Subcommands are only in a command or a group. */
function checkKinds(at: string, parent: CommandData | Option, options: readonly Option[]): readonly string[] {
  const count = (...types: readonly Option['type'][]): number =>
    options.filter(({ type }) => types.includes(type)).length;
  const isInSubcommand = parent.type === Subcommand;
  const isInGroup = parent.type === SubcommandGroup;
  const nested = count(Subcommand, SubcommandGroup);
  return [
    ...(isInSubcommand && nested > 0 ? [`${at}: a subcommand has no subcommands`] : []),
    ...(isInGroup && count(Subcommand) < options.length ? [`${at}: a group has subcommands alone`] : []),
    ...(!isInGroup && nested > 0 && nested < options.length
      ? [`${at}: a command has either subcommands or options`]
      : []),
  ];
}

function checkOptions(at: string, parent: CommandData | Option): readonly string[] {
  const options: readonly Option[] = 'options' in parent ? (parent.options ?? []) : [];
  const firstOptional = options.findIndex((option) => option.required !== true);
  const misplaced = firstOptional < 0 ? [] : options.slice(firstOptional).filter((option) => option.required === true);
  return [
    ...most(`${at}: options`, options.length, LIMITS.commandOptions),
    ...unique(at, options),
    ...checkKinds(at, parent, options),
    ...misplaced.map(({ name }) => `${at} ${name}: required options must come before optional ones`),
    ...options.flatMap((option) => checkOption(`${at} ${option.name}`, option)),
  ];
}

function checkOption(at: string, option: Option): readonly string[] {
  const choices = choicesOf(option);
  const completes = 'autocomplete' in option && (option.autocomplete ?? false);
  return [
    ...checkNamed(at, option),
    ...most(`${at}: choices`, choices.length, LIMITS.choices),
    ...(completes && choices.length > 0 ? [`${at}: an option has either choices or autocomplete`] : []),
    ...choices.flatMap((choice) => checkChoice(at, choice)),
    ...checkLengths(at, option),
    ...('channel_types' in option && option.type !== Channel ? [`${at}: channel_types are of channels alone`] : []),
    ...checkOptions(at, option),
  ];
}

function checkNamed(at: string, { name, description }: { name: string; description: string }): readonly string[] {
  return [
    ...(NAME.test(name) && name === name.toLowerCase()
      ? []
      : [`${at}: a name has 1 to ${LIMITS.commandName} letters, digits, - or _, and no capitals`]),
    ...between(`${at}: the description`, description, LIMITS.commandDescription),
  ];
}

function checkChoice(at: string, { name, value }: Choice): readonly string[] {
  return [
    ...between(`${at}: a choice's name`, name, LIMITS.choiceName),
    ...(typeof value === 'string' ? between(`${at}: a choice's value`, value, LIMITS.choiceValue) : []),
  ];
}

function checkLengths(at: string, option: Option): readonly string[] {
  const min = ('min_length' in option ? option.min_length : undefined) ?? 0;
  const max = ('max_length' in option ? option.max_length : undefined) ?? LIMITS.optionTextLength;
  const isRight = min >= 0 && max >= 1 && min <= max && max <= LIMITS.optionTextLength;
  return isRight ? [] : [`${at}: lengths must lie in 0 to ${LIMITS.optionTextLength}`];
}

function most(what: string, count: number, max: number): readonly string[] {
  return count > max ? [`${what}: at most ${max} are taken, got ${count}`] : [];
}

function between(what: string, text: string, max: number): readonly string[] {
  const length = lengthOf(text);
  return length >= 1 && length <= max ? [] : [`${what} has ${length} characters, 1 to ${max} are taken`];
}

function unique(at: string, named: readonly { name: string }[]): readonly string[] {
  const names = named.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return twice.map((name) => `${at}: ${name} appears twice`);
}

const choicesOf = (option: Option): readonly Choice[] => ('choices' in option ? (option.choices ?? []) : []);

function charactersOf(part: CommandData | Option): number {
  const options = 'options' in part ? (part.options ?? []) : [];
  const choices = 'choices' in part ? (part.choices ?? []) : [];
  return (
    lengthOf(part.name) +
    lengthOf(part.description) +
    choices.reduce((sum, { name, value }) => sum + lengthOf(name) + lengthOf(String(value)), 0) +
    options.reduce((sum, option) => sum + charactersOf(option), 0)
  );
}
