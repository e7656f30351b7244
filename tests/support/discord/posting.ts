import { mustBePostable, visibleChannel } from './channels.ts';
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

function withNonce({ posted, limits }: World, nonce: string | undefined): ShownMessage | undefined {
  return posted.findLast((one) => one.nonce === nonce && performance.now() - one.at < limits.nonceLifeMs)?.message;
}
