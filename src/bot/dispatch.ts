import { setTimeout as sleep } from 'node:timers/promises';
import {
  ApplicationCommandOptionType,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  type Interaction,
} from 'discord.js';
import type { App } from '../app.ts';
import type { Asked, Choice, Command, Options } from '../commands/types.ts';
import type { Messenger } from '../text/messenger.ts';
import { askedBy } from './asked.ts';
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

interface Parts {
  readonly commands: readonly Command<unknown>[];
  readonly app: App;
  readonly messenger: Messenger;
}

export const createDispatch = ({ commands, app, messenger }: Parts): Dispatch => {
  const byName = new Map(commands.map((command) => [command.data.name, command]));
  const running = new Set<Promise<void>>();
  const abort = new AbortController();
  let isStopping = false;

  const answer = async (question: Question): Promise<void> => {
    const receivedAt = app.clock.now();
    const log = app.log.child({ command: question.name, interaction: question.interaction.id });
    const outcome = await attend(question, { app, messenger, log, signal: abort.signal, isStopping, receivedAt });
    log.info({ outcome, ms: app.clock.now() - receivedAt }, 'interaction');
  };

  const workOn = (interaction: Interaction): Promise<void> | undefined => {
    if (interaction.isAutocomplete()) return suggest(interaction, byName.get(interaction.commandName), app);
    const question = questionOf(interaction, byName);
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

const questionOf = (interaction: Interaction, byName: ReadonlyMap<string, Command<unknown>>): Question | undefined => {
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
};

const splitOnce = (text: string, mark: string): readonly string[] => {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
};

/** Those of the subcommand where there is one: it is then the only option of the command itself. */
const optionsOf = ({ options: { data } }: ChatInputCommandInteraction | AutocompleteInteraction) => {
  const subcommand = data.find(({ type }) => type === ApplicationCommandOptionType.Subcommand);
  const given = subcommand?.options ?? data;
  const options: Options = Object.fromEntries(
    given.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
  );
  return { subcommand: subcommand?.name, options };
};

/** An empty list is an answer too: a command that cannot complete must not leave the member waiting. */
const suggest = async (
  interaction: AutocompleteInteraction,
  command: Command<unknown> | undefined,
  app: App,
): Promise<void> => {
  try {
    await interaction.respond(await choicesOf(interaction, command, app));
  } catch (error) {
    app.log.warn({ command: interaction.commandName, error: describeError(error) }, 'choices could not be shown');
  }
};

const choicesOf = async (
  interaction: AutocompleteInteraction,
  command: Command<unknown> | undefined,
  app: App,
): Promise<Choice[]> => {
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
