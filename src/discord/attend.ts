import type { Logger } from 'pino';
import type { App } from '../app.ts';
import type { Asked, Command } from '../commands/slash-command.ts';
import { isTokenAlive, tellInPrivate, type Asking } from './answer.ts';
import { askedBy } from './asked.ts';
import type { Cancels } from './cancel.ts';
import { tellOfClosed } from './closed.ts';
import { explain, type Explained, type Outcome } from './explain.ts';
import { describeError, isDiscordError, LATE } from './faults.ts';
import type { HeavyLimit } from './heavy.ts';
import type { OwnMessenger } from './messenger.ts';
import { restarting, storeIsSlow, tooManyHeavy, unknownCommand } from './notices.ts';
import { renderReply } from './render.ts';
import { run, type Work } from './run.ts';
import { withTimeout } from '../async.ts';

/** What is asked must be known from the store within this, since Discord takes no first answer after three seconds. */
const READ_MS = 2_000;

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
  readonly messenger: OwnMessenger;
  readonly cancels: Cancels;
  readonly heavy: HeavyLimit;
  /** Knows the command's name and the interaction's id. */
  readonly log: Logger;
  /** Aborts when running answers must end. */
  readonly signal: AbortSignal;
  /** Whether the bot takes no new questions. */
  readonly isStopping: boolean;
  /** When the question arrived, by the app's clock. */
  readonly receivedAt: number;
}

/** Answers one question; never rejects. Logs command names and faults, never what was asked. */
export async function attend(question: Question, around: Surroundings): Promise<Outcome> {
  try {
    const outcome = await answerOrNotice(question, around);
    if (outcome !== 'untold') await tellOfClosedAfter(question, around);
    return outcome;
  } catch (error) {
    if (isDiscordError(error, LATE)) {
      around.log.warn({ error: describeError(error) }, 'the first answer was late, or another bot gave one');
      return 'late';
    }
    around.log.error({ error: describeError(error) }, 'the member could not be told');
    return 'untold';
  }
}

/**
 * The answer is there: whatever happens now must not change what became of it. Where it is somewhere else, since the
 * token is too old, a follow-up would take its place for everybody to see.
 */
async function tellOfClosedAfter({ interaction }: Question, around: Surroundings): Promise<void> {
  const { app, log, receivedAt } = around;
  if (!isTokenAlive(app.clock.now() - receivedAt)) return;
  try {
    await tellOfClosed(app, interaction);
  } catch (error) {
    log.warn({ error: describeError(error) }, 'the member could not be told that their direct messages are closed');
  }
}

async function answerOrNotice(question: Question, around: Surroundings): Promise<Outcome> {
  const { interaction, command } = question;
  if (around.isStopping) return notice(interaction, { outcome: 'restarting', reply: restarting });
  if (command === undefined) return notice(interaction, { outcome: 'unknown', reply: unknownCommand });
  let work: Work | undefined;
  try {
    work = await withTimeout(READ_MS, readWork(question, command, around), () => undefined);
  } catch (error) {
    return notice(interaction, explain(error, around));
  }
  if (work === undefined) {
    around.log.warn({ ms: READ_MS }, 'the store was too slow for a first answer');
    return notice(interaction, { outcome: 'refused', reply: storeIsSlow });
  }
  const seconds = work.isHeavy ? around.heavy.take(work.asked.memberId) : undefined;
  if (seconds !== undefined) return notice(interaction, { outcome: 'refused', reply: tooManyHeavy(seconds) });
  return run(work, around);
}

async function readWork(question: Question, command: Command<unknown>, { app }: Surroundings): Promise<Work> {
  const { interaction, subcommand } = question;
  const asked = await askedBy(interaction, app, subcommand);
  const request = await question.read(asked);
  const isHeavy = command.isHeavy?.(request) ?? false;
  return { interaction, command, asked, request, isPublic: command.isPublic(request), isHeavy };
}

async function notice(interaction: Asking, { outcome, reply }: Explained): Promise<Outcome> {
  await tellInPrivate(interaction, renderReply(reply));
  return outcome;
}
