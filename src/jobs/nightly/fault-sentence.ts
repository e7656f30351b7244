import { wordError } from '../../commands/error-words.ts';
import { UserError } from '../../errors.ts';

/** What operators read of an error. */
export const faultSentence = (err: unknown): string =>
  err instanceof UserError ? wordError(err, 'discord').message : 'an internal error; see the log.';
