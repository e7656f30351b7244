import { DiscordAPIError, GatewayCloseCodes, HTTPError, RESTJSONErrorCodes } from 'discord.js';
import { UserError } from '../errors.ts';

/** The first response came too late, or another process with the same token gave it. */
export const CANNOT_ACKNOWLEDGE: readonly number[] = [
  RESTJSONErrorCodes.UnknownInteraction,
  RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged,
];

/** The deferred reply is gone, or may no longer be edited. */
export const REPLY_GONE: readonly number[] = [
  RESTJSONErrorCodes.UnknownWebhook,
  RESTJSONErrorCodes.InvalidWebhookToken,
  RESTJSONErrorCodes.UnknownMessage,
];

/** The member takes no direct messages: none from the bot, or they share no server with it. */
export const DMS_CLOSED: readonly number[] = [
  RESTJSONErrorCodes.CannotSendMessagesToThisUser,
  RESTJSONErrorCodes.CannotSendMessagesToThisUserDueToHavingNoMutualGuilds,
];

/** There is no such channel, or the bot may not see it. */
export const CHANNEL_INACCESSIBLE: readonly number[] = [
  RESTJSONErrorCodes.UnknownChannel,
  RESTJSONErrorCodes.MissingAccess,
];

/** Nothing was sent, and nothing will be until somebody changes something. */
export const UNDELIVERABLE: readonly number[] = [
  ...DMS_CLOSED,
  ...CHANNEL_INACCESSIBLE,
  RESTJSONErrorCodes.MissingPermissions,
  RESTJSONErrorCodes.UnknownGuild,
  RESTJSONErrorCodes.UnknownUser,
  RESTJSONErrorCodes.CannotSendMessagesInNonTextChannel,
  RESTJSONErrorCodes.CannotSendAMessageInAForumChannel,
  RESTJSONErrorCodes.InvalidActionOnArchivedThread,
  RESTJSONErrorCodes.ThreadLocked,
];

export function isDiscordError(error: unknown, codes: readonly number[]): boolean {
  return error instanceof DiscordAPIError && codes.includes(Number(error.code));
}

export function tokenRefused(cause: unknown): UserError {
  return new UserError(
    "Discord refuses DISCORD_TOKEN: copy the bot's token again from its page in the developer portal.",
    { cause },
  );
}

const TOKEN_REFUSED: number = GatewayCloseCodes.AuthenticationFailed;

/** @param code with which the gateway has closed for good */
export function gatewayRefused(code: number): UserError {
  return code === TOKEN_REFUSED
    ? tokenRefused(code)
    : new UserError(
        `Discord's gateway refuses this bot (close code ${code}): ` +
          "look at its page in the developer portal and at Discord's reference for that code.",
      );
}

/** Why Discord could not be reached, as a sentence; undefined when that is not what went wrong. */
export function connectionFailure(error: unknown): string | undefined {
  if (error instanceof HTTPError) return `Discord answers with status ${error.status}: try again later.`;
  if (!(error instanceof Error)) return undefined;
  const isSystemError = 'code' in error && typeof error.code === 'string';
  if (!isSystemError && error.name !== 'AbortError') return undefined;
  return `Discord cannot be reached (${error.message}): check the network and DISCORD_API_URL.`;
}

/**
 * An error for the log. Errors of discord.js carry the request's body (a member's holdings) and its address
 * (with the interaction's token), so only these properties are logged.
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
