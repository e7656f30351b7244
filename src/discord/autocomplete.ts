import type { AutocompleteInteraction } from 'discord.js';
import type { Logger } from 'pino';
import { withTimeout } from '../async.ts';
import type { SlashCommand, Invocation } from '../commands/slash-command.ts';
import type { AutocompleteChoice } from '../commands/autocomplete.ts';
import { describeError } from './discord-errors.ts';
import { fit, lengthOf, LIMITS } from './limits.ts';

/** Discord accepts choices for three seconds, but by then the member has typed on. */
const TIMEOUT_MS = 2_000;

interface AutocompleteOptions {
  readonly command: SlashCommand<unknown> | undefined;
  readonly invocation: () => Promise<Invocation>;
  readonly log: Logger;
}

/** Responds with an empty list where the command has no choices, fails, or is too slow; never rejects. */
export async function handleAutocomplete(
  interaction: AutocompleteInteraction,
  options: AutocompleteOptions,
): Promise<void> {
  try {
    await interaction.respond(await withTimeout(TIMEOUT_MS, choicesFor(interaction, options), () => []));
  } catch (error) {
    options.log.warn({ command: interaction.commandName, error: describeError(error) }, 'choices could not be shown');
  }
}

async function choicesFor(
  interaction: AutocompleteInteraction,
  { command, invocation, log }: AutocompleteOptions,
): Promise<AutocompleteChoice[]> {
  try {
    const { name, value } = interaction.options.getFocused(true);
    const choices = (await command?.complete?.(name, value, await invocation())) ?? [];
    return choices
      .filter((choice) => lengthOf(choice.value) <= LIMITS.choiceValue)
      .slice(0, LIMITS.choices)
      .map((choice) => ({ name: fit(choice.name, LIMITS.choiceName), value: choice.value }));
  } catch (error) {
    log.error({ command: interaction.commandName, error: describeError(error) }, 'choices could not be made');
    return [];
  }
}
