import type { AutocompleteInteraction } from 'discord.js';
import type { Logger } from 'pino';
import { withTimeout } from '../async.ts';
import type { SlashCommand, Invocation } from '../commands/slash-command.ts';
import type { AutocompleteChoice } from '../commands/autocomplete.ts';
import { visible } from '../names.ts';
import { describeError } from '../describe-error.ts';
import type { Keystrokes } from './keystrokes.ts';
import { otherOptions } from './options.ts';
import { fit, lengthOf, LIMITS } from './limits.ts';

/** Discord accepts choices for three seconds, but by then the member has typed on. */
const TIMEOUT_MS = 2_000;

interface AutocompleteOptions {
  readonly command: SlashCommand<unknown> | undefined;
  readonly invocation: () => Promise<Invocation>;
  readonly keystrokes: Keystrokes;
  readonly log: Logger;
}

/**
 * Responds with an empty list where the command has no choices, fails, or is too slow, or the member has typed on; never
 * rejects.
 */
export async function handleAutocomplete(
  interaction: AutocompleteInteraction,
  options: AutocompleteOptions,
): Promise<void> {
  try {
    const choices = options.keystrokes.run(
      interaction.user.id,
      (signal) => choicesFor(interaction, { ...options, signal }),
      [],
    );
    await interaction.respond(await withTimeout(TIMEOUT_MS, choices, () => []));
  } catch (error) {
    options.log.warn({ command: interaction.commandName, error: describeError(error) }, 'choices could not be shown');
  }
}

async function choicesFor(
  interaction: AutocompleteInteraction,
  { command, invocation, log, signal }: AutocompleteOptions & { readonly signal: AbortSignal },
): Promise<AutocompleteChoice[]> {
  try {
    const { name, value } = interaction.options.getFocused(true);
    if (command?.complete === undefined) return [];
    const invoked = await invocation();
    if (signal.aborted) return [];
    const choices = await command.complete(name, value, { ...invoked, others: otherOptions(interaction) });
    return choices
      .filter((choice) => lengthOf(choice.value) <= LIMITS.choiceValue)
      .slice(0, LIMITS.choices)
      .map((choice) => ({ name: fit(visible(choice.name), LIMITS.choiceName), value: choice.value }));
  } catch (error) {
    log.error({ command: interaction.commandName, error: describeError(error) }, 'choices could not be made');
    return [];
  }
}
