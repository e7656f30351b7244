// Pure: what the bot itself has to say, beside the commands' answers.
import type { UserError } from '../errors.ts';
import type { Reply } from '../reply.ts';
import { HEAVY_A_MINUTE } from './heavy.ts';

export function refusal({ message, option }: UserError): Reply {
  return {
    tone: 'error',
    title: option === undefined ? 'That cannot be answered' : `Please check ${option.replaceAll('-', '_')}`,
    body: message,
  };
}

/** `id` is what the log has the fault under. */
export function faultNotice(id: string): Reply {
  return {
    tone: 'error',
    title: 'No answer',
    body:
      `Something went wrong on our side (fault ${id}). Please try again. ` +
      'If it happens again, tell whoever runs this bot that number.',
  };
}

export const unknownCommand: Reply = Object.freeze({
  tone: 'error',
  title: 'No such command',
  body: 'I do not know this command any more. Type / to see what I can do.',
});

export const restarting: Reply = Object.freeze({
  tone: 'warning',
  title: 'Restarting',
  body: 'I am restarting, try again in a minute.',
});

export const storeIsSlow: Reply = Object.freeze({
  tone: 'warning',
  title: 'Please try again',
  body: 'What is saved could not be read in time, so nothing was done: please ask again in a minute.',
});

/** @param since ISO: when a direct message was refused */
export function closedNotice(since: string): Reply {
  return {
    tone: 'warning',
    title: 'Your direct messages are closed',
    body:
      `I could not send you a direct message on ${since.slice(0, 10)}. To get those you asked for, allow direct messages ` +
      "from members of a server that we share (Discord: the server's menu, Privacy Settings). I shall try again when there " +
      'is something new to tell; `/alert list` shows how your limits stood when I last looked.',
  };
}

/** @param seconds until the next one is taken */
export function tooManyHeavy(seconds: number): Reply {
  return {
    tone: 'warning',
    title: 'Please wait a little',
    body:
      `You have asked ${HEAVY_A_MINUTE} questions within a minute that take much computing, ` +
      `and others want answers too: please wait ${seconds} s.`,
  };
}

export const cancelled: Reply = Object.freeze({
  tone: 'info',
  title: 'Cancelled',
  body: 'This was cancelled before there was an answer.',
});

export const alreadyOver: Reply = Object.freeze({
  tone: 'info',
  title: 'That is over already',
  body: 'There is nothing to cancel any more.',
});

export const notYoursToCancel: Reply = Object.freeze({
  tone: 'error',
  title: 'Not yours to cancel',
  body: 'Only the member who has asked this, or somebody who manages this server, can cancel it.',
});
