// Discord's limits, and functions that fit text into them.
import { NONCE_LENGTH } from '../messenger.ts';

/**
 * Lengths in characters. Source: Discord's reference, "Message", "Embed limits", "Components", "Application commands".
 */
export const LIMITS = Object.freeze({
  content: 2_000,
  embeds: 10,
  embedTitle: 256,
  embedDescription: 4_096,
  embedFields: 25,
  fieldName: 256,
  fieldValue: 1_024,
  embedFooter: 2_048,
  /** Title, description, names and values of fields, and footer of all embeds of a message together. */
  embedTotal: 6_000,
  rows: 5,
  buttonsInRow: 5,
  buttonLabel: 80,
  customId: 100,
  nonce: NONCE_LENGTH,
  altText: 1_024,
  fileBytes: 10 * 1_024 * 1_024,
  choices: 25,
  choiceName: 100,
  choiceValue: 100,
  commands: 100,
  commandName: 32,
  commandDescription: 100,
  commandOptions: 25,
  optionTextLength: 6_000,
  /** Names, descriptions and values of a command, its options and their choices together. */
  commandCharacters: 8_000,
});

/** Characters as Discord counts them: Unicode code points, not UTF-16 units (discord-api-docs issue 1315). */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** Cuts a text that is too long and adds an ellipsis. Cuts after a line or a word if one ends in the last quarter. */
export function fit(text: string, max: number): string {
  if (lengthOf(text) <= max) return text;
  if (max < 1) return '';
  const kept = Array.from(text)
    .slice(0, max - 1)
    .join('');
  const isWholeWord = /^\s/u.test(text.slice(kept.length));
  const ends = isWholeWord ? [kept.length] : [kept.lastIndexOf('\n'), kept.lastIndexOf(' ')];
  const end = ends.find((at) => at >= kept.length * 0.75) ?? kept.length;
  return `${kept.slice(0, end).trimEnd()}…`;
}
