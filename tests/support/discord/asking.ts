import { newMessage } from './messages.ts';
import { apiMessage, type Place } from './payloads.ts';
import type { DeployedCommand } from './schemas.ts';
import { newSnowflake } from './snowflake.ts';
import { messagesIn, type World } from './world.ts';

/** Discord's numbers of interactions and of options' types. */
export const TYPES = { command: 2, component: 3, autocomplete: 4 } as const;
const OPTION = { string: 3, integer: 4, boolean: 5, number: 10 } as const;

type Value = string | number | boolean;
export type OptionValues = Readonly<Record<string, Value>>;
type DeployedOption = NonNullable<DeployedCommand['options']>[number];

/** The interaction's `data`. Options are held against the deployed command, if there is one, as Discord's client does. */
export const commandData = (world: World, name: string, options: OptionValues, focused?: string): object => {
  const command = [...world.deployed.values()].flat().find((one) => one.name === name);
  if (command !== undefined && focused === undefined) checkRequired(command, options);
  return {
    id: command?.id ?? newSnowflake(),
    name,
    type: 1,
    options: Object.entries(options).map(([option, value]) => ({
      name: option,
      value,
      type: command === undefined ? typeOf(value) : checkedType(command, option, value, option === focused),
      focused: option === focused,
    })),
  };
};

const checkRequired = ({ name, options = [] }: DeployedCommand, given: OptionValues): void => {
  for (const option of options) {
    const isMissing = option.required === true && !(option.name in given);
    if (isMissing) throw new Error(`/${name} cannot be sent without ${option.name}`);
  }
};

const checkedType = (command: DeployedCommand, name: string, value: Value, isFocused: boolean): number => {
  const option = command.options?.find((one) => one.name === name);
  if (option === undefined) throw new Error(`/${command.name} has no option ${name}`);
  if (isFocused && option.autocomplete !== true) throw new Error(`/${command.name} ${name} is not completed`);
  if (!isFocused && !takes(option, value)) throw new Error(`Discord's client would not send ${name}: ${value}`);
  return option.type;
};

const takes = (option: DeployedOption, value: Value): boolean => {
  const { type, choices = [], min_value: min = -Infinity, max_value: max = Infinity } = option;
  if (choices.length > 0 && !choices.some((choice) => choice.value === value)) return false;
  if (typeof value === 'string') {
    const { min_length: shortest = 0, max_length: longest = 6000 } = option;
    return type === OPTION.string && value.length >= shortest && value.length <= longest;
  }
  if (typeof value === 'boolean') return type === OPTION.boolean;
  const isOfType = type === OPTION.number || (type === OPTION.integer && Number.isInteger(value));
  return isOfType && value >= min && value <= max;
};

const typeOf = (value: Value): number => {
  if (typeof value === 'string') return OPTION.string;
  if (typeof value === 'boolean') return OPTION.boolean;
  return Number.isInteger(value) ? OPTION.integer : OPTION.number;
};

/** The message that shows the button to this person. */
export const messageWith = (world: World, customId: string, { userId }: Place): object => {
  const message = messagesIn(world).findLast(({ components }) =>
    components.some((row) => row.components.some((button) => button.custom_id === customId)),
  );
  if (message === undefined) throw new Error(`no message shows a button ${customId}`);
  const owner = [...world.interactions.values()].find(({ original, followUps }) =>
    [original, ...followUps].includes(message),
  );
  if (message.ephemeral && owner?.userId !== userId) {
    throw new Error(`the message with ${customId} is not shown to ${userId}`);
  }
  return apiMessage(world.identity, message);
};

/** For a button that was shown before the stand-in began. */
export const forgottenMessage = (world: World, { channelId }: Place): object =>
  apiMessage(world.identity, newMessage({ channelId, ephemeral: false, body: { content: 'From before' }, files: [] }));
