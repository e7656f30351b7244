import type { AutocompleteInteraction } from 'discord.js';
import type { App } from '../app.ts';
import type { Choice, Command } from '../commands/slash-command.ts';
import { withTimeout } from '../async.ts';
import { askedBy } from './asked.ts';
import { describeError } from './faults.ts';
import { fit, lengthOf, LIMITS } from './limits.ts';
import { optionsOf } from './question.ts';

/** Discord takes choices for three seconds; whoever types has typed on before. */
const TIME_LIMIT_MS = 2_000;

/** An empty list is an answer too: a command that cannot complete, or a slow store, must not leave the member waiting. */
export async function suggest(
  interaction: AutocompleteInteraction,
  command: Command<unknown> | undefined,
  app: App,
): Promise<void> {
  try {
    await interaction.respond(await withTimeout(TIME_LIMIT_MS, choicesOf(interaction, command, app), () => []));
  } catch (error) {
    app.log.warn({ command: interaction.commandName, error: describeError(error) }, 'choices could not be shown');
  }
}

async function choicesOf(
  interaction: AutocompleteInteraction,
  command: Command<unknown> | undefined,
  app: App,
): Promise<Choice[]> {
  try {
    const { name, value } = interaction.options.getFocused(true);
    const asked = await askedBy(interaction, app, optionsOf(interaction).subcommand);
    const choices = (await command?.complete?.(name, value, asked)) ?? [];
    return choices
      .filter((choice) => lengthOf(choice.value) <= LIMITS.choiceValue)
      .slice(0, LIMITS.choices)
      .map((choice) => ({ name: fit(choice.name, LIMITS.choiceName), value: choice.value }));
  } catch (error) {
    app.log.error({ command: interaction.commandName, error: describeError(error) }, 'choices could not be made');
    return [];
  }
}
