// Replies of the bot itself, which belong to no command.
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { discordName, wordError } from '../commands/error-words.ts';
import { StoreError, UserError } from '../errors.ts';
import { escaped } from '../names.ts';
import type { Reply } from '../reply.ts';
import { describeError } from '../describe-error.ts';
import { MAX_REQUESTS_A_MINUTE } from './rate-limit.ts';

export type ErrorOutcome = 'refused' | 'restarting' | 'fault';

interface ErrorReply {
  readonly outcome: ErrorOutcome;
  readonly reply: Reply;
}

/**
 * The only place where errors become replies. A UserError is shown as it is; for any other error the member sees only
 * an id, under which the error is logged, or that the store is down.
 * @param signal aborted when the bot stops
 */
export function replyToError(error: unknown, { log, signal }: { log: Logger; signal: AbortSignal }): ErrorReply {
  if (error instanceof UserError) return { outcome: 'refused', reply: userErrorReply(wordError(error, 'discord')) };
  if (signal.aborted) return { outcome: 'restarting', reply: RESTARTING };
  // Six hexadecimal digits, short enough to read out.
  const fault = randomBytes(3).toString('hex');
  log.error({ fault, error: describeError(error) }, 'fault');
  return { outcome: 'fault', reply: error instanceof StoreError ? STORE_DOWN : faultReply(fault) };
}

export function userErrorReply({ message, option }: UserError): Reply {
  return {
    tone: 'error',
    title: option === undefined ? 'That cannot be answered' : `Please check ${discordName(option)}`,
    body: escaped(message),
  };
}

/** @param id the id under which the fault is logged */
export function faultReply(id: string): Reply {
  return {
    tone: 'error',
    title: 'No answer',
    body:
      `Something went wrong on our side (fault ${id}). Please try again. ` +
      'If it happens again, tell whoever runs this bot that number.',
  };
}

export const UNKNOWN_COMMAND: Reply = Object.freeze({
  tone: 'error',
  title: 'No such command',
  body: 'This command no longer exists. Type / to see what I can do.',
});

export const RESTARTING: Reply = Object.freeze({
  tone: 'warning',
  title: 'Restarting',
  body: 'I am restarting, try again in a minute.',
});

/** For a question that somebody may still wait for. @param command as it is typed */
export const interruptedReply = (command: string): Reply => ({
  tone: 'warning',
  title: 'Not answered',
  body: `I was interrupted before your \`/${command}\` was answered: please ask again.`,
});

const WITHOUT_STORE = '/help, /about and /strategies work meanwhile.';

const STORE_DOWN: Reply = Object.freeze({
  tone: 'error',
  title: 'Please try again',
  body: `What I have saved cannot be reached just now, so this could not be answered: please try again in a minute. ${WITHOUT_STORE}`,
});

export const STORE_TOO_SLOW: Reply = Object.freeze({
  tone: 'warning',
  title: 'Please try again',
  body: `Your saved data could not be read in time, so nothing was done: please try again in a minute. ${WITHOUT_STORE}`,
});

/** @param since ISO instant at which a direct message was refused */
export function closedDmsReply(since: string): Reply {
  return {
    tone: 'warning',
    title: 'Your direct messages are closed',
    body:
      `I could not send you a direct message on ${since.slice(0, 10)}. To get those you asked for, allow direct messages ` +
      "from members of a server that we share (Discord: the server's menu, Privacy Settings). I will try again when there " +
      'is news; `/alert list` shows how your limits stood at the last check.',
  };
}

/** @param seconds until the next request is accepted */
export function rateLimitReply(seconds: number): Reply {
  return {
    tone: 'warning',
    title: 'Please wait a little',
    body: `You have made ${MAX_REQUESTS_A_MINUTE} expensive requests in the last minute: please wait ${seconds} s.`,
  };
}

/** @param seconds until the next request is accepted */
export function hurriedReply(most: number, seconds: number): Reply {
  return {
    tone: 'warning',
    title: 'Please wait a little',
    body: `You have made ${most} requests in the last minute: please wait ${seconds} s.`,
  };
}

/** @param most how many commands of a member are at work at a time */
export function crowdedReply(most: number): Reply {
  return {
    tone: 'warning',
    title: 'Please wait a little',
    body: `${most} commands of yours are at work already: wait until one of them has answered, or cancel one.`,
  };
}

export const CANCELLED: Reply = Object.freeze({
  tone: 'info',
  title: 'Cancelled',
  body: 'This was cancelled before there was an answer.',
});

export const ALREADY_OVER: Reply = Object.freeze({
  tone: 'info',
  title: 'That is over already',
  body: 'There is nothing left to cancel.',
});

export const NOT_YOURS_TO_CANCEL: Reply = Object.freeze({
  tone: 'error',
  title: 'Not yours to cancel',
  body: 'Only the member who has asked this, or somebody who manages this server, can cancel it.',
});
