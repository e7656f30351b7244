import type { Logger } from 'pino';
import type { App } from '../app.ts';
import type { Asked, Command } from '../commands/types.ts';
import { UserError } from '../errors.ts';
import type { Messenger } from '../text/messenger.ts';
import type { Reply } from '../text/reply.ts';
import { deferAnswer, tellInPrivate, type Asking } from './answer.ts';
import { askedBy } from './asked.ts';
import { tellOfClosed } from './closed.ts';
import { describeError, isDiscordError, LATE, newFaultId } from './faults.ts';
import { faultNotice, refusal, restarting, unknownCommand } from './notices.ts';
import { renderReply } from './render.ts';

/** What was asked by a command or a button. */
export interface Question {
  readonly interaction: Asking;
  readonly name: string;
  /** Absent when the bot has no such command, or the command no buttons. */
  readonly command?: Command<unknown>;
  readonly subcommand?: string;
  /** The request. Throws UserError; nothing has been answered yet. */
  read(asked: Asked): unknown;
}

export interface Surroundings {
  readonly app: App;
  readonly messenger: Messenger;
  /** Knows the command's name and the interaction's id. */
  readonly log: Logger;
  /** Aborts when running answers must end. */
  readonly signal: AbortSignal;
  /** Whether the bot takes no new questions. */
  readonly isStopping: boolean;
  /** When the question arrived, by the app's clock. */
  readonly receivedAt: number;
}

/** `late`: Discord took the first answer no more. `untold`: there is an outcome, but nobody could be told. */
export type Outcome = 'answered' | 'refused' | 'fault' | 'unknown' | 'restarting' | 'late' | 'untold';

/** Answers one question; never rejects. Logs command names and faults, never what was asked. */
export const attend = async (question: Question, around: Surroundings): Promise<Outcome> => {
  try {
    const outcome = await answerOrNotice(question, around);
    await tellOfClosedAfter(question, around);
    return outcome;
  } catch (error) {
    if (isDiscordError(error, LATE)) {
      around.log.warn({ error: describeError(error) }, 'the first answer was late, or another bot gave one');
      return 'late';
    }
    around.log.error({ error: describeError(error) }, 'the member could not be told');
    return 'untold';
  }
};

/** The answer is there: whatever happens now must not change what became of it. */
const tellOfClosedAfter = async ({ interaction }: Question, { app, log }: Surroundings): Promise<void> => {
  try {
    await tellOfClosed(app, interaction);
  } catch (error) {
    log.warn({ error: describeError(error) }, 'the member could not be told that their direct messages are closed');
  }
};

const answerOrNotice = async (question: Question, around: Surroundings): Promise<Outcome> => {
  const { interaction, command, subcommand } = question;
  if (around.isStopping) return notice(interaction, { outcome: 'restarting', reply: restarting });
  if (command === undefined) return notice(interaction, { outcome: 'unknown', reply: unknownCommand });
  let asked: Asked;
  let request: unknown;
  let isPublic: boolean;
  try {
    asked = await askedBy(interaction, around.app, subcommand);
    request = await question.read(asked);
    isPublic = command.isPublic(request);
  } catch (error) {
    return notice(interaction, explain(error, around));
  }
  return run({ question, command, asked, request, isPublic }, around);
};

interface Work {
  readonly question: Question;
  readonly command: Command<unknown>;
  readonly asked: Asked;
  readonly request: unknown;
  readonly isPublic: boolean;
}

const run = async ({ question, command, asked, request, isPublic }: Work, around: Surroundings): Promise<Outcome> => {
  const { interaction } = question;
  const { app, messenger, log, signal, receivedAt } = around;
  const answer = await deferAnswer(interaction, { isPublic, receivedAt, clock: app.clock, log });
  try {
    const context = { ...asked, messenger, progress: answer.progress, signal };
    const reply = await orAborted(command.run(request, context), signal);
    return (await answer.give(renderReply(reply))) ? 'answered' : 'untold';
  } catch (error) {
    const { outcome, reply } = explain(error, around);
    return (await answer.giveInPrivate(renderReply(reply))) ? outcome : 'untold';
  }
};

interface Explained {
  readonly outcome: Outcome;
  readonly reply: Reply;
}

const notice = async (interaction: Asking, { outcome, reply }: Explained): Promise<Outcome> => {
  await tellInPrivate(interaction, renderReply(reply));
  return outcome;
};

/** The one place where errors become words: what a member can mend as it is, the rest as an id that the log has. */
const explain = (error: unknown, { log, signal }: Surroundings): Explained => {
  if (error instanceof UserError) return { outcome: 'refused', reply: refusal(error) };
  if (signal.aborted) return { outcome: 'restarting', reply: restarting };
  const fault = newFaultId();
  log.error({ fault, error: describeError(error) }, 'fault');
  return { outcome: 'fault', reply: faultNotice(fault) };
};

/** The work's result, unless the signal aborts first: a command that does not listen must not hold up the stop. */
const orAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new Error('the bot stops'));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
