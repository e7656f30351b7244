import type { Gateway } from './gateway.ts';
import { Interaction } from './interactions.ts';
import { commandData, type OptionValues } from './options.ts';
import type { MessageSlot } from './messages.ts';
import { apiMessage, interactionEvent, type InteractionSource } from './payloads.ts';
import { forgottenSlot, slotWithButton } from './message-slots.ts';
import { directChannelFor, type World } from './world.ts';

/** Discord's numbers of interactions. */
const TYPES = { slash: 2, press: 3, autocomplete: 4 } as const;

/** How the others may be answered: as a slash command. */
const KINDS: Readonly<Record<number, Interaction['kind']>> = { 3: 'press', 4: 'autocomplete' };

export interface Sender {
  /** By default `discord.memberId`. */
  readonly userId?: string;
  /** By default `discord.channelId`; one that is not `addChannel`'s is not known to the bot. */
  readonly channelId?: string;
  /** Another server than `discord.guildId`: one that the bot does not know, as where only its commands are installed. */
  readonly guildId?: string;
  /** In the direct channel with the bot. */
  readonly isDirect?: boolean;
  /** Whether they have the permission "manage server" there; by default `discord.memberId` has, others have not. */
  readonly mayManage?: boolean;
}

/** What became of an interaction, now and later. */
export type SentInteraction = Readonly<
  Pick<
    Interaction,
    | 'id'
    | 'ack'
    | 'isThinking'
    | 'isDeleted'
    | 'original'
    | 'edits'
    | 'followUps'
    | 'choices'
    | 'source'
    | 'acknowledged'
    | 'answer'
    | 'until'
    | 'expire'
  >
>;

export interface MemberActions {
  /**
   * `slash('allocate', { loss: '8%' })`, `slash('universe create', { name: 'tech' })`,
   * `slash('report schedule', { channel: { channel: id } })`
   * @throws Error when Discord's client would not send this
   */
  slash(name: string, options?: OptionValues, who?: Sender): SentInteraction;
  /** Asks for choices while `focused`, one of the options, is typed. */
  autocomplete(name: string, options: OptionValues, focused: string, who?: Sender): SentInteraction;
  /**
   * Presses the button in the newest message that shows it: an answer's, one in a channel, a direct message.
   * @throws Error when no message that this person sees has the button, unless `isUnseen`
   */
  press(customId: string, who?: Sender & { readonly isUnseen?: boolean }): SentInteraction;
  /** Anything that could come through the gateway, whatever Discord's client would send. */
  send(anything: AnyInteraction, who?: Sender): SentInteraction;
  /**
   * As `send`.
   * @param changes take the place of the event's fields
   */
  interact(type: number, data: unknown, changes?: object, who?: Sender): SentInteraction;
}

interface AnyInteraction {
  /** Discord's number. Of 3, a component, the message is one from before the stand-in began. */
  readonly type: number;
  readonly data: object;
  /** Makes what the gateway sends of the event. */
  readonly spoil?: (event: object) => unknown;
}

interface InteractionData {
  readonly data: object;
  /** Of a press: the message with the button. */
  readonly source?: MessageSlot;
}

export function createMemberActions(world: World, gateway: Gateway): MemberActions {
  function ask(
    kind: Interaction['kind'],
    place: InteractionSource,
    { data, source, type = TYPES[kind], spoil = (event) => event }: InteractionData & Partial<AnyInteraction>,
  ): SentInteraction {
    const asked = new Interaction({ ...place, kind, ...(source && { slot: source }) }, world);
    world.interactions.set(asked.token, asked);
    const { id, token } = asked;
    const message = source && { message: apiMessage(world.identity, source.read()) };
    const event = interactionEvent(world, place, { id, token, type, data, ...message });
    gateway.dispatch('INTERACTION_CREATE', spoil(event));
    return asked;
  }
  function send(anything: AnyInteraction, who: Sender = {}): SentInteraction {
    const place = placeOf(world, who);
    const kind = KINDS[anything.type] ?? 'slash';
    return ask(kind, place, { ...anything, ...(kind === 'press' && { source: forgottenSlot('before', place) }) });
  }
  return {
    slash(name, options = {}, who = {}) {
      const place = placeOf(world, who);
      return ask('slash', place, { data: commandData(world, { name, options }, place) });
    },
    autocomplete(name, options, focused, who = {}) {
      const place = placeOf(world, who);
      return ask('autocomplete', place, { data: commandData(world, { name, options, focused }, place) });
    },
    press(customId, { isUnseen = false, ...who } = {}) {
      const asker = placeOf(world, who);
      const source = isUnseen ? forgottenSlot(customId, asker) : slotWithButton(world, customId, asker.userId);
      const { channelId } = source.read();
      const place = { ...asker, channelId, isDirect: world.directChannels.has(channelId) };
      return ask('press', place, { data: { custom_id: customId, component_type: 2 }, source });
    },
    send,
    interact: (type, data, changes = {}, who = {}) =>
      send({ type, data: {}, spoil: (event) => ({ ...event, data, ...changes }) }, who),
  };
}

function placeOf(world: World, who: Sender): InteractionSource {
  const { channelId, guildId, memberId } = world.identity;
  const { userId = memberId, isDirect = false, mayManage = userId === memberId } = who;
  return {
    userId,
    isDirect,
    mayManage,
    guildId: who.guildId ?? guildId,
    channelId: who.channelId ?? (isDirect ? directChannelFor(world, userId) : channelId),
  };
}
