import { createHash } from 'node:crypto';

/** Ids of members, servers and messages, as Discord gives them. */
const SNOWFLAKES = /\d{15,}/g;

/**
 * For the log: ids become hashes, by which equal ones can be told. Whoever knows an id can compute its hash: the first 12
 * digits of its SHA-256.
 */
export const withoutIds = (text: string): string =>
  text.replaceAll(SNOWFLAKES, (id) => `#${createHash('sha256').update(id).digest('hex').slice(0, 12)}`);

/** A cause may have itself as its cause. */
const MOST_CAUSES = 5;

/**
 * An error for the log. Only these properties are logged, without ids, because errors of discord.js hold the body of the
 * request (a member's holdings) and its address (with the interaction's token).
 */
export function describeError(error: unknown, depth = MOST_CAUSES): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutIds(String(error)) };
  return {
    type: error.name,
    message: withoutIds(error.message),
    stack: withoutIds(error.stack ?? ''),
    ...('code' in error && { code: error.code }),
    ...('status' in error && { status: error.status }),
    ...('method' in error && { method: error.method }),
    ...(error.cause !== undefined && depth > 0 && { cause: describeError(error.cause, depth - 1) }),
  };
}
