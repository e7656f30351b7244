import { mayReadHistory, mustBePostable, visibleChannel } from './channels.ts';
import { apiMessage } from './payloads.ts';
import { ApiError } from './errors.ts';
import { newMessage, type ShownMessage, type UploadedFile } from './messages.ts';
import type { PostBody } from './schemas.ts';
import type { World } from './world.ts';

interface Posting {
  readonly channelId: string;
  readonly body: PostBody;
  readonly files: readonly UploadedFile[];
}

/**
 * The new message, or the one that has the nonce already: Discord looks at the author's messages of "the past few
 * minutes" when `enforce_nonce` is set.
 * @throws ApiError where the bot may not write
 */
export function post(world: World, { channelId, body, files }: Posting): ShownMessage {
  const userId = world.directChannels.get(channelId);
  if (userId === undefined) {
    const content = { embeds: (body.embeds ?? []).length > 0, files: files.length > 0 };
    mustBePostable(world, visibleChannel(world, channelId), content);
  } else if (world.closedToMessages.has(userId)) {
    throw new ApiError(403, 50007, 'Cannot send messages to this user');
  }
  const nonce = body.nonce === undefined ? undefined : String(body.nonce);
  const same = body.enforce_nonce === true ? withNonce(world, nonce) : undefined;
  if (same !== undefined) return same;
  const message = newMessage({ channelId, ephemeral: false, body, files });
  world.posted.push({ userId, message, nonce, at: performance.now() });
  return message;
}

/** The last messages of a channel, the newest first. @throws ApiError as for `visibleChannel` */
export function lastMessages(world: World, channelId: string): object[] {
  const { directChannels, posted, identity, limits } = world;
  if (!directChannels.has(channelId) && !mayReadHistory(world, visibleChannel(world, channelId))) return [];
  return posted
    .filter(({ message }) => message.channelId === channelId)
    .map(({ message, nonce }) =>
      Object.assign(apiMessage(identity, message), limits.showsNonces && nonce !== undefined && { nonce }),
    )
    .toReversed()
    .slice(0, 100);
}

function withNonce({ posted, limits }: World, nonce: string | undefined): ShownMessage | undefined {
  return posted.findLast((one) => one.nonce === nonce && performance.now() - one.at < limits.nonceLifeMs)?.message;
}
