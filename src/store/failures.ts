// Failures of a store that people and operators are told of by name.
import { errorCode, UserError } from '../errors.ts';
import { isLocked, primaryCode } from './sqlite-waiting.ts';

/** SQLite's code for a full disk, or for a file at its largest. */
const SQLITE_FULL = 13;

/** Node's for a full disk and for a used-up quota, and PostgreSQL's. */
const FULL_CODES = new Set(['ENOSPC', 'EDQUOT', '53100']);

/** Redis has no memory left, or has stopped taking writes because it cannot save them. */
const REDIS_FULL = /\bOOM command not allowed|\bMISCONF\b/;

export const isFull = (error: unknown): boolean =>
  FULL_CODES.has(errorCode(error) ?? '') ||
  primaryCode(error) === SQLITE_FULL ||
  (error instanceof Error && REDIS_FULL.test(error.message));

/**
 * @returns a UserError, whose `cause` is the error, for a full store and for a locked one; undefined for all others.
 *   A locked one is no BusyError: what cost minutes must not be done again and again until it is free.
 */
export function namedFailure(cause: unknown): UserError | undefined {
  if (isFull(cause)) {
    return new UserError(
      'The store is full, so nothing was saved. Whoever runs this bot has to make room on its disk.',
      { code: 'store.full', cause },
    );
  }
  if (!isLocked(cause)) return undefined;
  return new UserError('Another program keeps the store locked, so nothing was saved: please try again in a minute.', {
    code: 'store.locked',
    cause,
  });
}
