import { createHash } from 'node:crypto';

/** Discord takes no longer ones. */
const LENGTH = 25;

/** What a message is known by, so that it is sent once: equal parts, equal nonces, in every process. */
export const nonceOf = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, LENGTH);
