import { z } from 'zod';
import { channelPayload, ORDINARY } from './channels.ts';
import type { InteractionSource } from './payloads.ts';
import type { DeployedCommand, DeployedOption, DeployedSubcommand } from './command-schemas.ts';
import { newSnowflake } from './snowflake.ts';
import type { World } from './world.ts';

/** Discord's numbers of options' types. */
const OPTION = { subcommand: 1, string: 3, integer: 4, boolean: 5, channel: 7, number: 10 } as const;
const MANAGE_GUILD = 1n << 5n;

type Value = string | number | boolean | { readonly channel: string };
/** A channel is given as `{ channel: id }`. */
export type OptionValues = Readonly<Record<string, Value>>;

const isChannel = z.object({ channel: z.string() });
const channelIn = (value: Value): string | undefined => isChannel.safeParse(value).data?.channel;

interface CommandCall {
  /** `allocate`, or with its subcommand: `universe create`. */
  readonly name: string;
  readonly options: OptionValues;
  /** The option that is being typed. */
  readonly focused?: string;
}

/**
 * The interaction's `data`. It is held against the deployed command, if there is one, as Discord's client does.
 * @throws Error when Discord's client would not send this
 */
export function commandData(world: World, call: CommandCall, place: InteractionSource): object {
  const { options: values, focused } = call;
  const [name = '', subcommand] = call.name.split(' ');
  const command = [...world.deployed.values()].flat().find((one) => one.name === name);
  if (command !== undefined) mustBeOffered(command, place);
  const specs = command && optionsOf(command, subcommand);
  if (specs !== undefined && focused === undefined) mustBeComplete(call.name, specs, values);
  const options = Object.entries(values).map(([option, value]) => ({
    name: option,
    value: channelIn(value) ?? value,
    type: specs === undefined ? typeOf(value) : checkedType(world, { call, specs, option, value }),
    focused: option === focused,
  }));
  return {
    id: command?.id ?? newSnowflake(),
    name,
    type: 1,
    options: subcommand === undefined ? options : [{ type: OPTION.subcommand, name: subcommand, options }],
    ...resolved(world, values),
  };
}

function mustBeOffered(command: DeployedCommand, { isDirect, mayManage }: InteractionSource): void {
  const { name, contexts, default_member_permissions: needed } = command;
  if (contexts !== undefined && !contexts.includes(isDirect ? 1 : 0)) {
    throw new Error(`/${name} is not offered ${isDirect ? 'in direct messages' : 'in a guild'}`);
  }
  const has = ORDINARY | (mayManage ? MANAGE_GUILD : 0n);
  if (!isDirect && (BigInt(needed ?? 0) & ~has) !== 0n) throw new Error(`/${name} is not offered to this member`);
}

function isSubcommand(option: DeployedOption | DeployedSubcommand): option is DeployedSubcommand {
  return option.type === OPTION.subcommand;
}

function optionsOf({ name, options = [] }: DeployedCommand, subcommand?: string): readonly DeployedOption[] {
  const subcommands = options.filter(isSubcommand);
  if (subcommand === undefined) {
    if (subcommands.length > 0) throw new Error(`/${name} cannot be sent without a subcommand`);
    return options.filter((option): option is DeployedOption => !isSubcommand(option));
  }
  const found = subcommands.find((one) => one.name === subcommand);
  if (found === undefined) throw new Error(`/${name} has no subcommand ${subcommand}`);
  return found.options ?? [];
}

function mustBeComplete(name: string, specs: readonly DeployedOption[], given: OptionValues): void {
  const missing = specs.find((option) => option.required === true && !(option.name in given));
  if (missing !== undefined) throw new Error(`/${name} cannot be sent without ${missing.name}`);
}

interface Checked {
  readonly call: CommandCall;
  readonly specs: readonly DeployedOption[];
  readonly option: string;
  readonly value: Value;
}

function checkedType(world: World, { call, specs, option, value }: Checked): number {
  const { name, focused } = call;
  const spec = specs.find((one) => one.name === option);
  if (spec === undefined) throw new Error(`/${name} has no option ${option}`);
  if (option === focused && spec.autocomplete !== true) throw new Error(`/${name} ${option} is not completed`);
  if (option !== focused && !takes(world, spec, value)) {
    throw new Error(`Discord's client would not send ${option}: ${JSON.stringify(value)}`);
  }
  return spec.type;
}

function takes(world: World, option: DeployedOption, value: Value): boolean {
  const { type, choices = [], min_value: min = -Infinity, max_value: max = Infinity } = option;
  if (choices.length > 0 && !choices.some((choice) => choice.value === value)) return false;
  if (typeof value === 'string') {
    const { min_length: shortest = 0, max_length: longest = 6000 } = option;
    return type === OPTION.string && value.length >= shortest && value.length <= longest;
  }
  if (typeof value === 'boolean') return type === OPTION.boolean;
  if (typeof value === 'object') {
    const channel = world.channels.get(value.channel);
    return type === OPTION.channel && channel !== undefined && (option.channel_types?.includes(channel.type) ?? true);
  }
  const isOfType = type === OPTION.number || (type === OPTION.integer && Number.isInteger(value));
  return isOfType && value >= min && value <= max;
}

function typeOf(value: Value): number {
  if (typeof value === 'string') return OPTION.string;
  if (typeof value === 'boolean') return OPTION.boolean;
  if (typeof value === 'object') return OPTION.channel;
  return Number.isInteger(value) ? OPTION.integer : OPTION.number;
}

/** Channels that are named, with the asker's permissions there. */
function resolved(world: World, values: OptionValues): object {
  const named = Object.values(values).flatMap((value) => world.channels.get(channelIn(value) ?? '') ?? []);
  if (named.length === 0) return {};
  const payloads = named.map((one) => [one.id, { ...channelPayload(world, one), permissions: String(ORDINARY) }]);
  return { resolved: { channels: Object.fromEntries(payloads) } };
}
