import type { ButtonInteraction, Interaction } from 'discord.js';
import type { App } from '../app.ts';
import type { Command } from '../commands/slash-command.ts';
import { withTimeout } from '../async.ts';
import { attend, type Question } from './attend.ts';
import { CANCEL, createCancels } from './cancel.ts';
import { describeError } from './faults.ts';
import { createHeavyLimit } from './heavy.ts';
import type { OwnMessenger } from './messenger.ts';
import { questionOf } from './question.ts';
import { suggest } from './suggest.ts';

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
  readonly messenger: OwnMessenger;
}

export function createDispatch({ commands, app, messenger }: Parts): Dispatch {
  const byName = new Map(commands.map((command) => [command.data.name, command]));
  const running = new Set<Promise<void>>();
  const cancels = createCancels();
  const heavy = createHeavyLimit(app.clock.now);
  const abort = new AbortController();
  let isStopping = false;

  async function answer(question: Question): Promise<void> {
    const receivedAt = app.clock.now();
    const { name, subcommand, interaction } = question;
    const log = app.log.child({ command: name, ...(subcommand && { subcommand }), interaction: interaction.id });
    const means = { app, messenger, cancels, heavy, log, signal: abort.signal };
    const outcome = await attend(question, { ...means, isStopping, receivedAt });
    log.info({ outcome, ms: app.clock.now() - receivedAt }, 'interaction');
  }

  async function cancel(press: ButtonInteraction): Promise<void> {
    const log = app.log.child({ command: CANCEL, interaction: press.id });
    try {
      log.info({ outcome: await cancels.press(press, log) }, 'interaction');
    } catch (error) {
      log.warn({ error: describeError(error) }, 'the press of a cancel button could not be answered');
    }
  }

  function workOn(interaction: Interaction): Promise<void> | undefined {
    if (interaction.isAutocomplete()) return suggest(interaction, byName.get(interaction.commandName), app);
    if (interaction.isButton() && interaction.customId.startsWith(`${CANCEL}:`)) return cancel(interaction);
    const question = questionOf(interaction, byName);
    return question && answer(question);
  }

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
      abort.abort(new Error('the bot stops'));
      await isEmptyWithin(running, FAREWELL_MS);
      return false;
    },
  };
}

/** Whether nothing runs any more, at the latest after `ms`. */
function isEmptyWithin(running: ReadonlySet<Promise<void>>, ms: number): Promise<boolean> {
  async function empty(): Promise<boolean> {
    while (running.size > 0) await Promise.all(running);
    return true;
  }
  return withTimeout(ms, empty(), () => false);
}
