import { DiscordAPIError, GatewayCloseCodes, HTTPError, RateLimitError, RESTJSONErrorCodes } from 'discord.js';
import { errorCode, UserError } from '../errors.ts';

/** The first response came too late, or another process with the same token has given it. */
export const CANNOT_ACKNOWLEDGE: readonly number[] = [
  RESTJSONErrorCodes.UnknownInteraction,
  RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged,
];

/** The deferred reply was deleted, or may no longer be edited. */
export const REPLY_GONE: readonly number[] = [
  RESTJSONErrorCodes.UnknownWebhook,
  RESTJSONErrorCodes.InvalidWebhookToken,
  RESTJSONErrorCodes.UnknownMessage,
];

/** The member accepts no direct messages from the bot, or shares no server with it. */
export const DMS_CLOSED: readonly number[] = [
  RESTJSONErrorCodes.CannotSendMessagesToThisUser,
  RESTJSONErrorCodes.CannotSendMessagesToThisUserDueToHavingNoMutualGuilds,
];

/** The channel does not exist, or the bot may not see it. */
export const CHANNEL_INACCESSIBLE: readonly number[] = [
  RESTJSONErrorCodes.UnknownChannel,
  RESTJSONErrorCodes.MissingAccess,
];

/** Nobody of that id is in the server. */
export const NO_MEMBER: readonly number[] = [RESTJSONErrorCodes.UnknownMember, RESTJSONErrorCodes.UnknownUser];

/** Retrying is useless until somebody changes a setting. */
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

/** Whether another attempt some seconds later may succeed, because the network or Discord's edge failed. */
export function isTransient(error: unknown): boolean {
  if (error instanceof HTTPError) return true;
  return (error instanceof Error && error.name === 'AbortError') || NETWORK_ERROR.test(errorCode(error) ?? '');
}

/** Error codes of the system and of undici, which discord.js uses. */
const NETWORK_ERROR = /^(E[A-Z]|UND_ERR_)/;

/** Whether Discord has said nothing about the request itself. */
export const isUnreachable = (error: unknown): boolean => isTransient(error) || error instanceof RateLimitError;

export function tokenRefused(cause: unknown): UserError {
  return new UserError(
    "Discord refuses DISCORD_TOKEN: copy the bot's token again from its page in the developer portal.",
    { cause },
  );
}

const TOKEN_REFUSED: number = GatewayCloseCodes.AuthenticationFailed;

/** @param code the code with which the gateway has closed for good */
export function gatewayRefused(code: number): UserError {
  return code === TOKEN_REFUSED
    ? tokenRefused(code)
    : new UserError(
        `Discord's gateway refuses this bot (close code ${code}): ` +
          "look at its page in the developer portal and at Discord's reference for that code.",
      );
}

/** A sentence on why Discord could not be reached; undefined for other errors. */
export function connectionFailure(error: unknown): string | undefined {
  if (error instanceof HTTPError) return `Discord answers with status ${error.status}: try again later.`;
  if (!(error instanceof Error)) return undefined;
  if (errorCode(error) === undefined && error.name !== 'AbortError') return undefined;
  return `Discord cannot be reached (${error.message}): check the network and DISCORD_API_URL.`;
}
