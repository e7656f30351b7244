// Text that people, servers and vendors choose, as it may be shown: no link, mention, mask or mark-up of theirs.
import { shorten } from './format.ts';

/** Control and format characters (those that turn the direction of text among them), and letters that show nothing. */
const UNSEEN = /[\p{Cf}\u115f\u1160\u3164\uffa0]/gu;
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;

/** Without what cannot be seen but changes how the rest is read. Lines stay lines. */
export const visible = (text: string): string =>
  text
    .toWellFormed()
    .split('\n')
    .map((line) => line.replaceAll(UNSEEN, '').replaceAll(BREAKS, ' '))
    .join('\n');

/** What Discord's markdown gives a meaning. An underscore within a word, as in `max_weight`, has none. */
const MARKUP = /[\\`*~|<@[\]]|:(?=\/\/)|^\s*(?:#|>|-(?=#|\s))|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gmu;

/** The bot's own mentions of channels. */
const CHANNELS = /(<#\d{1,20}>)/;

/** A sentence that may quote what somebody typed. */
export const escaped = (text: string): string =>
  visible(text)
    .split(CHANNELS)
    .map((part, at) => (at % 2 === 1 ? part : part.replaceAll(MARKUP, '\\$&')))
    .join('');

const LONGEST_NAME = 100;

/** A name, for a line of text. */
export const escapedName = (text: string): string =>
  visible(shorten(text.replaceAll(/\s+/g, ' ').trim(), LONGEST_NAME)).replaceAll(MARKUP, '\\$&') || '?';
