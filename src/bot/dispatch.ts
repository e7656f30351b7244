import { setTimeout as sleep } from 'node:timers/promises';
import type { AutocompleteInteraction, ChatInputCommandInteraction, Interaction } from 'discord.js';
import type { App } from '../app.ts';
import type { Choice, Command, Options } from '../commands/types.ts';
import { attend, type Question } from './attend.ts';
import { describeError } from './faults.ts';
import { fit, lengthOf, LIMITS } from './limits.ts';

export interface Dispatch {
  /** Answers an interaction; never rejects. */
  handle(interaction: Interaction): Promise<void>;
  /**
   * From now on new questions are told that the bot restarts. Resolves to true when every running answer is
   * given; to false when `ms` were not enough, and the rest have been aborted and told so.
   */
  drain(ms: number): Promise<boolean>;
}

/** How long aborted answers get to say so. */
const FAREWELL_MS = 1_000;

export const createDispatch = ({ commands, app }: { commands: readonly Command<unknown>[]; app: App }): Dispatch => {
  const byName = new Map(commands.map((command) => [command.data.name, command]));
  const running = new Set<Promise<void>>();
  const abort = new AbortController();
  let isStopping = false;

  const answer = async (question: Question): Promise<void> => {
    const receivedAt = app.clock.now();
    const log = app.log.child({ command: question.name, interaction: question.interaction.id });
    const outcome = await attend(question, { app, log, signal: abort.signal, isStopping, receivedAt });
    log.info({ outcome, ms: app.clock.now() - receivedAt }, 'interaction');
  };

  const workOn = (interaction: Interaction): Promise<void> | undefined => {
    if (interaction.isAutocomplete()) return suggest(interaction, byName.get(interaction.commandName), app);
    const question = questionOf(interaction, byName, app);
    return question && answer(question);
  };

  return {
    async handle(interaction) {
      const work = workOn(interaction);
      if (work === undefined) return;
      running.add(work);
      await work;
      running.delete(work);
    },
    async drain(ms) {
      isStopping = true;
      if (await isEmptyWithin(running, ms)) return true;
      abort.abort();
      await isEmptyWithin(running, FAREWELL_MS);
      return false;
    },
  };
};

const questionOf = (
  interaction: Interaction,
  byName: ReadonlyMap<string, Command<unknown>>,
  app: App,
): Question | undefined => {
  if (interaction.isChatInputCommand()) {
    const name = interaction.commandName;
    const command = byName.get(name);
    return { interaction, name, ...(command && { command }), read: () => command?.parse(optionsOf(interaction), app) };
  }
  if (interaction.isButton()) {
    const [name = '', key = ''] = splitOnce(interaction.customId, ':');
    const command = byName.get(name);
    const press = command?.press?.bind(command);
    const read = (): unknown => press?.(key, interaction.user.id, app);
    return { interaction, name, ...(command && press && { command }), read };
  }
  return undefined;
};

const splitOnce = (text: string, mark: string): readonly string[] => {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
};

const optionsOf = (interaction: ChatInputCommandInteraction): Options =>
  Object.fromEntries(
    interaction.options.data.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
  );

/** An empty list is an answer too: a command that cannot complete must not leave the member waiting. */
const suggest = async (
  interaction: AutocompleteInteraction,
  command: Command<unknown> | undefined,
  app: App,
): Promise<void> => {
  try {
    await interaction.respond(choicesOf(interaction, command, app));
  } catch (error) {
    app.log.warn({ command: interaction.commandName, error: describeError(error) }, 'choices could not be shown');
  }
};

const choicesOf = (interaction: AutocompleteInteraction, command: Command<unknown> | undefined, app: App): Choice[] => {
  try {
    const { name, value } = interaction.options.getFocused(true);
    const choices = command?.complete?.(name, value, app) ?? [];
    return choices
      .filter((choice) => lengthOf(choice.value) <= LIMITS.choiceValue)
      .slice(0, LIMITS.choices)
      .map((choice) => ({ name: fit(choice.name, LIMITS.choiceName), value: choice.value }));
  } catch (error) {
    app.log.error({ command: interaction.commandName, error: describeError(error) }, 'choices could not be made');
    return [];
  }
};

const isEmptyWithin = async (running: ReadonlySet<Promise<void>>, ms: number): Promise<boolean> => {
  const timer = new AbortController();
  const empty = async (): Promise<boolean> => {
    while (running.size > 0) await Promise.all(running);
    return true;
  };
  const late = sleep(ms, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([empty(), late]);
  } finally {
    timer.abort();
  }
};
