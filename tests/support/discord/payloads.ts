// The JSON that Discord sends, reduced to what discord.js reads and Discord always sends.
import { botPermissionsIn, channelPayload, CHANNEL, MANAGING, ORDINARY, textChannel } from './channels.ts';
import { FLAGS, type ShownMessage } from './messages.ts';
import type { Identity, World } from './world.ts';

const JOINED = '2024-01-01T00:00:00.000000+00:00';

/** The bot's user has the application's id, as with every application made since 2016. */
export function botUser({ applicationId }: Identity) {
  return { ...user(applicationId, 'tailcap'), bot: true };
}

function user(id: string, username = `member-${id.slice(-4)}`) {
  return { id, username, discriminator: '0', global_name: null, avatar: null };
}

/** Of the guild; everyone is. */
export const memberOf = (userId: string) => ({ user: user(userId), roles: [], joined_at: JOINED, flags: 0 });

export function directChannelOf(id: string, userId: string) {
  return { id, type: 1, recipients: [user(userId)], last_message_id: null, flags: 0 };
}

export function guild(world: World) {
  const { identity, guildName } = world;
  const everyone = { id: identity.guildId, name: '@everyone', permissions: String(ORDINARY) };
  const channels = [...world.channels.values()];
  const payloadsOf = (isThread: boolean) =>
    channels.filter(({ type }) => (type === CHANNEL.thread) === isThread).map((one) => channelPayload(world, one));
  return {
    id: identity.guildId,
    name: guildName,
    owner_id: identity.memberId,
    roles: [{ ...everyone, position: 0, color: 0, flags: 0 }],
    channels: payloadsOf(false),
    threads: payloadsOf(true),
    members: [{ user: botUser(identity), roles: [], joined_at: JOINED, flags: 0 }],
    ...EMPTY_GUILD,
  };
}

/** Fields that discord.js reads but no test checks. */
const EMPTY_GUILD = {
  emojis: [],
  stickers: [],
  features: [],
  presences: [],
  voice_states: [],
  stage_instances: [],
  guild_scheduled_events: [],
  soundboard_sounds: [],
  member_count: 2,
  large: false,
  unavailable: false,
  joined_at: JOINED,
  preferred_locale: 'en-US',
  verification_level: 0,
  system_channel_flags: 0,
};

export interface InteractionSource {
  readonly userId: string;
  readonly channelId: string;
  readonly guildId: string;
  /** In a direct channel with the bot rather than in the guild. */
  readonly isDirect: boolean;
  /** Has Discord's permission "manage server". */
  readonly mayManage: boolean;
}

type InteractionFields = Readonly<{ id: string; token: string; type: number; data: object; message?: object }>;

export function interactionEvent(world: World, place: InteractionSource, fields: InteractionFields) {
  return {
    ...fields,
    application_id: world.identity.applicationId,
    version: 1,
    channel_id: place.channelId,
    locale: 'en-US',
    app_permissions: String(botPermissionsIn(world, place.channelId)),
    entitlements: [],
    attachment_size_limit: 10 * 1024 * 1024,
    ...(place.isDirect ? directPlace(place) : guildPlace(world, place)),
  };
}

function directPlace({ userId, channelId }: InteractionSource) {
  return {
    channel: directChannelOf(channelId, userId),
    user: user(userId),
    context: 1,
    authorizing_integration_owners: { 0: '0' },
  };
}

function guildPlace(world: World, { userId, channelId, guildId, mayManage }: InteractionSource) {
  const permissions = String(mayManage ? MANAGING : ORDINARY);
  const channel = channelPayload(world, world.channels.get(channelId) ?? textChannel(channelId, 'unknown'));
  return {
    guild_id: guildId,
    guild_locale: 'en-US',
    channel: { ...channel, permissions },
    member: { user: user(userId), roles: [], joined_at: JOINED, permissions, flags: 0 },
    context: 0,
    authorizing_integration_owners: { 0: guildId },
  };
}

export function apiMessage(identity: Identity, message: ShownMessage) {
  return {
    id: message.id,
    channel_id: message.channelId,
    type: 0,
    author: botUser(identity),
    content: message.content,
    timestamp: new Date().toISOString(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: message.notified.map((id) => user(id)),
    mention_roles: [],
    attachments: message.files.map(({ id, name, description, bytes, type }) => ({
      id,
      filename: name,
      size: bytes.byteLength,
      content_type: type,
      url: `https://cdn.invalid/${id}/${name}`,
      proxy_url: `https://media.invalid/${id}/${name}`,
      ...(description !== undefined && { description }),
    })),
    embeds: message.embeds.map((embed) => ({ type: 'rich', ...embed })),
    components: message.components,
    pinned: false,
    flags: message.ephemeral ? FLAGS.ephemeral : 0,
  };
}
