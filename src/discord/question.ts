import {
  ApplicationCommandOptionType,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  type Interaction,
} from 'discord.js';
import type { Asked, Command, Options } from '../commands/slash-command.ts';
import type { Question } from './attend.ts';

/** What a command or a button asks; undefined for an interaction of another kind. */
export function questionOf(
  interaction: Interaction,
  byName: ReadonlyMap<string, Command<unknown>>,
): Question | undefined {
  if (interaction.isChatInputCommand()) {
    const name = interaction.commandName;
    const command = byName.get(name);
    const { subcommand, options } = optionsOf(interaction);
    return {
      interaction,
      name,
      ...(subcommand !== undefined && { subcommand }),
      ...(command && { command }),
      read: (asked) => command?.parse(options, asked),
    };
  }
  if (interaction.isButton()) {
    const [name = '', key = ''] = splitOnce(interaction.customId, ':');
    const command = byName.get(name);
    const press = command?.press?.bind(command);
    const read = (asked: Asked): unknown => press?.(key, asked);
    return { interaction, name, ...(command && press && { command }), read };
  }
  return undefined;
}

function splitOnce(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}

/** Those of the subcommand where there is one: it is then the only option of the command itself. */
export function optionsOf({ options: { data } }: ChatInputCommandInteraction | AutocompleteInteraction) {
  const subcommand = data.find(({ type }) => type === ApplicationCommandOptionType.Subcommand);
  const given = subcommand?.options ?? data;
  const options: Options = Object.fromEntries(
    given.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
  );
  return { subcommand: subcommand?.name, options };
}
