import type { Asked, Command } from '../commands/slash-command.ts';
import { abortable } from '../async.ts';
import { deferAnswer, type Answer, type Asking } from './answer.ts';
import type { Surroundings } from './attend.ts';
import type { Cancellable } from './cancel.ts';
import { explain, type Outcome } from './explain.ts';
import { cancelled } from './notices.ts';
import { renderReply } from './render.ts';

/** A question that has been read, and is worth its answer. */
export interface Work {
  readonly interaction: Asking;
  readonly command: Command<unknown>;
  readonly asked: Asked;
  readonly request: unknown;
  readonly isPublic: boolean;
  readonly isHeavy: boolean;
}

/** Defers the answer, computes it and gives it. Throws DiscordAPIError when it could not be deferred or given. */
export async function run(work: Work, around: Surroundings): Promise<Outcome> {
  const { interaction, command, request, isPublic } = work;
  const { app, messenger, log, receivedAt, cancels } = around;
  const isWorthIt = command.isCancellable === true && (command.isHeavy?.(request) ?? true);
  const cancellable = isWorthIt ? cancels.open(interaction) : undefined;
  try {
    const answer = await deferAnswer(interaction, {
      isPublic,
      receivedAt,
      app,
      messenger,
      log,
      ...(cancellable && { row: cancellable.row }),
    });
    return await answerWith(work, around, { answer, ...(cancellable && { cancellable }) });
  } finally {
    cancellable?.close();
  }
}

interface Means {
  readonly answer: Answer;
  readonly cancellable?: Cancellable;
}

async function answerWith(work: Work, around: Surroundings, { answer, cancellable }: Means): Promise<Outcome> {
  const { command, asked, request } = work;
  const { messenger } = around;
  const signal = cancellable ? AbortSignal.any([around.signal, cancellable.signal]) : around.signal;
  try {
    const context = { ...asked, messenger, progress: answer.progress, signal };
    // A command that does not listen must not hold anybody up.
    const reply = await abortable(command.run(request, context), signal);
    cancellable?.end();
    return (await answer.give(renderReply(reply))) ? 'answered' : 'untold';
  } catch (error) {
    const press = cancellable?.end();
    if (press !== undefined && cancellable?.signal.aborted === true) {
      return (await answer.giveInPlace(renderReply(cancelled), press)) ? 'cancelled' : 'untold';
    }
    const { outcome, reply } = explain(error, around);
    return (await answer.giveInPrivate(renderReply(reply))) ? outcome : 'untold';
  }
}
