// Pure: what operators are told of a night.
import { plural } from '../../format.ts';
import type { Reply } from '../../reply.ts';

export interface Trouble {
  /** A universe's name, or what else was to be done. */
  readonly where: string;
  /** Sentences: no holdings, no limits. */
  readonly what: string;
}

/** An embed's description holds 4,096 characters. */
const MOST_LINES = 15;
const MOST_CHARACTERS = 240;

/** @param due milliseconds since 1970 */
export function nightReply(due: number, universes: number, troubles: readonly Trouble[]): Reply {
  const lines = troubles.slice(0, MOST_LINES).map(({ where, what }) => `**${where}**: ${cut(what)}`);
  const more = troubles.length - lines.length;
  return {
    tone: 'warning',
    title: 'Something went wrong at night',
    body: [...lines, ...(more > 0 ? [`… and ${more} more: see the log.`] : [])].join('\n'),
    footer: `The nightly work of ${minute(due)}, with ${plural(universes, 'universe')} in use. What is not named here was done.`,
  };
}

/** @param task its key: `nightly`, `report/GUILD/ID` */
export const givenUpReply = (task: string, due: number): Reply => ({
  tone: 'warning',
  title: 'A task was given up',
  body: `**${task}**, which was due at ${minute(due)}, has failed or died each time that it was tried. It comes again when it is due next; the log says more.`,
});

/** `2026-11-20 23:30 UTC`; a footer shows no times in each reader's own zone. */
const minute = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const cut = (text: string): string =>
  text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
