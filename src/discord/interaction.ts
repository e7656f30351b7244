import type { RepliableInteraction } from 'discord.js';
import type { Logger } from 'pino';
import type { App } from '../app.ts';
import { abortable, withTimeout } from '../async.ts';
import type { Context, SlashCommand, Invocation } from '../commands/slash-command.ts';
import type { Reply } from '../reply.ts';
import { describeError } from '../describe-error.ts';
import type { Acknowledgements } from './acknowledgements.ts';
import type { Admission } from './admission.ts';
import type { Cancellation, Cancellations } from './cancellations.ts';
import { notifyOfClosedDms } from './closed-dms.ts';
import { DeferredReply, isTokenAlive } from './deferred-reply.ts';
import { CANNOT_ACKNOWLEDGE, isDiscordError } from './discord-errors.ts';
import type { DiscordMessenger } from './messenger.ts';
import type { RateLimiter } from './rate-limit.ts';
import { renderReply } from './render.ts';
import type { Unfinished, UnfinishedAnswers } from './unfinished-answers.ts';
import {
  CANCELLED,
  rateLimitReply,
  replyToError,
  RESTARTING,
  STORE_TOO_SLOW,
  UNKNOWN_COMMAND,
  type ErrorOutcome,
} from './standard-replies.ts';

/** The time limit for reading the request, the store included. Discord accepts a first response for three seconds. */
const READ_TIMEOUT_MS = 2_000;

/** `late`: too late for the first response. `undelivered`: there is a reply, but it could not be delivered. `too many`: the member has others at work. */
export type InteractionOutcome =
  ErrorOutcome | 'answered' | 'cancelled' | 'unknown' | 'too many' | 'late' | 'undelivered';

/** A slash command or a button press, with the command that dispatch has found for it. */
export interface RoutedInteraction {
  readonly interaction: RepliableInteraction;
  /** Undefined when the bot has no such command, or the command no buttons. */
  readonly command: SlashCommand<unknown> | undefined;
  /** Reads the request, and what its guild has saved. Throws UserError. */
  readonly read: () => Promise<{ readonly invocation: Invocation; readonly request: unknown }>;
}

/** The services and state that handling an interaction needs. */
export interface InteractionContext {
  readonly app: App;
  readonly messenger: DiscordMessenger;
  readonly acknowledgements: Acknowledgements;
  readonly cancellations: Cancellations;
  readonly admission: Admission;
  readonly rateLimiter: RateLimiter;
  readonly unfinished: UnfinishedAnswers;
  /** Knows the command's name and the interaction's id. */
  readonly log: Logger;
  /** Aborted when running commands must end. */
  readonly signal: AbortSignal;
  /** Whether the bot accepts no new requests. */
  readonly isStopping: boolean;
  /** When the interaction arrived, by the app's clock. */
  readonly receivedAt: number;
}

/** Replies to one interaction; never rejects. Logs command names and faults, never a member's request. */
export async function handleInteraction(
  routed: RoutedInteraction,
  context: InteractionContext,
): Promise<InteractionOutcome> {
  const { app, log, receivedAt } = context;
  try {
    const outcome = await respond(routed, context);
    // With an expired token the reply is elsewhere, and a follow-up would take the deferred reply's place, in public.
    const isOver = outcome === 'undelivered' || outcome === 'too many';
    const canFollowUp = !isOver && isTokenAlive(app.clock.now() - receivedAt);
    const notified = canFollowUp ? notifyOfClosedDms({ members: app.members, log }, routed.interaction) : undefined;
    if (notified !== undefined) await withTimeout(READ_TIMEOUT_MS, notified, () => undefined);
    return outcome;
  } catch (error) {
    if (isDiscordError(error, CANNOT_ACKNOWLEDGE)) {
      log.warn({ error: describeError(error) }, 'the first answer was late, or another bot gave one');
      return 'late';
    }
    log.error({ error: describeError(error) }, 'the member could not be told');
    return 'undelivered';
  }
}

async function respond(routed: RoutedInteraction, context: InteractionContext): Promise<InteractionOutcome> {
  const { interaction, command } = routed;
  if (context.isStopping) return replyAtOnce(routed, context, { outcome: 'restarting', reply: RESTARTING });
  if (command === undefined) return replyAtOnce(routed, context, { outcome: 'unknown', reply: UNKNOWN_COMMAND });
  const admitted = context.admission.enter(interaction.user.id);
  if ('refusal' in admitted) return replyAtOnce(routed, context, { outcome: 'too many', reply: admitted.refusal });
  try {
    return await answer(routed, command, context);
  } finally {
    admitted.leave();
  }
}

async function answer(
  routed: RoutedInteraction,
  command: SlashCommand<unknown>,
  context: InteractionContext,
): Promise<InteractionOutcome> {
  let parsed: ParsedCommand | undefined;
  try {
    parsed = await withTimeout(READ_TIMEOUT_MS, parse(routed, command), () => undefined);
  } catch (error) {
    const { outcome, reply } = replyToError(error, context);
    return replyAtOnce(routed, context, { outcome, reply });
  }
  if (parsed === undefined) {
    context.log.warn({ ms: READ_TIMEOUT_MS }, 'the store was too slow for a first answer');
    return replyAtOnce(routed, context, { outcome: 'refused', reply: STORE_TOO_SLOW });
  }
  const seconds = parsed.isRateLimited ? context.rateLimiter.take(parsed.invocation.memberId) : undefined;
  if (seconds !== undefined)
    return replyAtOnce(routed, context, { outcome: 'refused', reply: rateLimitReply(seconds) });
  return deferAndRun(parsed, context);
}

async function replyAtOnce<O>(
  { interaction }: Pick<RoutedInteraction, 'interaction'>,
  { acknowledgements }: InteractionContext,
  { outcome, reply }: { readonly outcome: O; readonly reply: Reply },
): Promise<O> {
  await acknowledgements.reply(interaction, renderReply(reply));
  return outcome;
}

async function parse({ interaction, read }: RoutedInteraction, command: SlashCommand<unknown>) {
  const { invocation, request } = await read();
  const isRateLimited = command.isRateLimited?.(request) ?? false;
  const isCancellable = isRateLimited && command.isCancellable === true;
  return {
    interaction,
    command,
    invocation,
    request,
    isPublic: command.isPublic(request),
    isRateLimited,
    isCancellable,
  };
}

type ParsedCommand = Awaited<ReturnType<typeof parse>>;

/** @throws DiscordAPIError when the reply could not be deferred or sent */
async function deferAndRun(parsed: ParsedCommand, context: InteractionContext): Promise<InteractionOutcome> {
  const { interaction, isPublic, isCancellable, isRateLimited: isExpensive } = parsed;
  const cancellation = isCancellable ? context.cancellations.register(interaction) : undefined;
  const buttonRow = cancellation && { buttonRow: cancellation.buttonRow };
  let unfinished: Unfinished | undefined;
  let outcome: InteractionOutcome = 'undelivered';
  try {
    await context.acknowledgements.defer(interaction, isPublic);
    const command = parsed.command.data.name;
    unfinished = context.unfinished.track(interaction, { ...context, command, isPublic, isExpensive });
    const deferred = new DeferredReply(interaction, { ...context, ...unfinished, isPublic, ...buttonRow });
    outcome = await run(parsed, context, { deferred, cancellation });
    return outcome;
  } finally {
    cancellation?.close();
    await unfinished?.end(outcome !== 'undelivered');
  }
}

async function run(
  { command, request, invocation }: ParsedCommand,
  context: InteractionContext,
  { deferred, cancellation }: { deferred: DeferredReply; cancellation: Cancellation | undefined },
): Promise<InteractionOutcome> {
  const { messenger } = context;
  const signal = cancellation ? AbortSignal.any([context.signal, cancellation.signal]) : context.signal;
  try {
    let later: (() => Promise<Reply | undefined>) | undefined;
    const amend: Context['amend'] = (work) => (later = work);
    const running = command.run(request, { ...invocation, messenger, progress: deferred.progress, signal, amend });
    // A command that does not listen to its signal must not hold up the reply.
    const reply = await abortable(running, signal);
    cancellation?.end();
    if (!(await deferred.send(renderReply(reply)))) return 'undelivered';
    if (later !== undefined) void deferred.amend(later, context.signal);
    return 'answered';
  } catch (error) {
    const press = cancellation?.end();
    if (press !== undefined && cancellation?.signal.aborted === true) {
      return (await deferred.sendInPlace(renderReply(CANCELLED), press)) ? 'cancelled' : 'undelivered';
    }
    const { outcome, reply } = replyToError(error, context);
    return (await deferred.sendPrivately(renderReply(reply))) ? outcome : 'undelivered';
  }
}
