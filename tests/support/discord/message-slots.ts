import { ApiError } from './errors.ts';
import { newMessage, type MessageSlot, type ShownMessage } from './messages.ts';
import type { InteractionSource } from './payloads.ts';
import type { World } from './world.ts';

/** Every message that can be seen, the newest last. */
const slotsIn = (world: World): readonly MessageSlot[] => [...answersIn(world), ...postsIn(world)];

function answersIn({ interactions }: World): MessageSlot[] {
  return [...interactions.values()].flatMap((asked) => {
    const seenBy = ({ ephemeral }: ShownMessage): string | undefined => (ephemeral ? asked.userId : undefined);
    const { original, followUps } = asked;
    const later = followUps.map((followUp, at) => ({
      userId: seenBy(followUp),
      read: () => followUps[at] ?? gone(),
      write: (message: ShownMessage) => void followUps.splice(at, 1, message),
    }));
    return original === undefined ? later : [slotOfOriginal(asked, seenBy(original))].concat(later);
  });
}

function slotOfOriginal(
  asked: { original: ShownMessage | undefined; edits: ShownMessage[] },
  userId: string | undefined,
): MessageSlot {
  return {
    userId,
    read: () => asked.original ?? gone(),
    write(message) {
      asked.original = message;
      asked.edits.push(message);
    },
  };
}

function postsIn({ posted }: World): MessageSlot[] {
  return posted.map((one) => ({
    userId: one.userId,
    read: () => one.message,
    write(message) {
      one.message = message;
    },
  }));
}

function gone(): never {
  throw new ApiError(404, 10008, 'Unknown Message');
}

/**
 * The message that shows the button.
 * @throws Error when there is none that this person sees
 */
export function slotWithButton(world: World, customId: string, userId: string): MessageSlot {
  const slot = slotsIn(world).findLast((one) =>
    one.read().components.some((row) => row.components.some((button) => button.custom_id === customId)),
  );
  if (slot === undefined) throw new Error(`no message shows a button ${customId}`);
  if (slot.userId !== undefined && slot.userId !== userId) {
    throw new Error(`the message with ${customId} is not shown to ${userId}`);
  }
  return slot;
}

/** A message with this button alone, that was shown before the stand-in began. */
export function forgottenSlot(customId: string, { channelId }: Pick<InteractionSource, 'channelId'>): MessageSlot {
  const button = { type: 2 as const, style: 1, label: 'From before', custom_id: customId };
  const body = { content: 'From before', components: [{ type: 1 as const, components: [button] }] };
  let message = newMessage({ channelId, ephemeral: false, body, files: [] });
  return {
    userId: undefined,
    read: () => message,
    write(changed) {
      message = changed;
    },
  };
}
