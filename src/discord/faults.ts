import { randomBytes } from 'node:crypto';
import { DiscordAPIError, GatewayCloseCodes, RESTJSONErrorCodes } from 'discord.js';
import { UserError } from '../errors.ts';

/** The first answer came too late, or another process with the same token gave it. */
export const LATE: readonly number[] = [
  RESTJSONErrorCodes.UnknownInteraction,
  RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged,
];

/** The deferred answer, or the right to edit it, is no more. */
export const GONE: readonly number[] = [
  RESTJSONErrorCodes.UnknownWebhook,
  RESTJSONErrorCodes.InvalidWebhookToken,
  RESTJSONErrorCodes.UnknownMessage,
];

export function isDiscordError(error: unknown, codes: readonly number[]): boolean {
  return error instanceof DiscordAPIError && codes.includes(Number(error.code));
}

export function tokenRefused(cause: unknown): UserError {
  return new UserError(
    "Discord refuses DISCORD_TOKEN: copy the bot's token again from its page in the developer portal.",
    undefined,
    cause,
  );
}

const TOKEN_REFUSED: number = GatewayCloseCodes.AuthenticationFailed;

/** @param code with which the gateway has closed, never to be opened again by this process */
export function gatewayRefused(code: number): UserError {
  return code === TOKEN_REFUSED
    ? tokenRefused(code)
    : new UserError(
        `Discord's gateway refuses this bot (close code ${code}): ` +
          "look at its page in the developer portal and at Discord's reference for that code.",
      );
}

/** Six hexadecimal digits that a person can read out. */
export function newFaultId(): string {
  return randomBytes(3).toString('hex');
}

/**
 * An error for the log. discord.js's own carry the request's body (what the member asked and holds) and its
 * address (with the interaction's token), so only these properties are taken.
 */
export function describeError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...('code' in error && { code: error.code }),
    ...('status' in error && { status: error.status }),
    ...('method' in error && { method: error.method }),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  };
}
