import { ApiError } from './errors.ts';
import { newSnowflake } from './snowflake.ts';

/** What the bot may do in a channel, as far as it matters for messages. Source: Discord's reference, "Permissions". */
const PERMISSIONS = {
  ViewChannel: 1n << 10n,
  SendMessages: 1n << 11n,
  EmbedLinks: 1n << 14n,
  AttachFiles: 1n << 15n,
  ReadMessageHistory: 1n << 16n,
  SendMessagesInThreads: 1n << 38n,
} as const;

export type Permission = keyof typeof PERMISSIONS;

const MANAGE_GUILD = 1n << 5n;
const ADMINISTRATOR = 1n << 3n;
const EVERYTHING = (1n << 51n) - 1n;

/** Of members who do not manage the guild, and of the bot. An administrator would pass over every overwrite. */
export const ORDINARY = EVERYTHING & ~ADMINISTRATOR & ~MANAGE_GUILD;
export const MANAGING = ORDINARY | MANAGE_GUILD;

export const CHANNEL = { text: 0, category: 4, announcement: 5, thread: 11 } as const;

/** A channel of the guild. */
export interface Channel {
  readonly id: string;
  readonly type: number;
  readonly name: string;
  /** Of a thread: the channel that it hangs on, whose permissions are its own. */
  readonly parentId?: string;
  /** What the bot may not do there. */
  readonly lacks: readonly Permission[];
  /** What others may not do there, by their ids. */
  readonly closedTo?: ReadonlyMap<string, readonly Permission[]>;
}

export function textChannel(id = newSnowflake(), name = 'general'): Channel {
  return {
    id,
    name,
    type: CHANNEL.text,
    lacks: [],
  };
}

/** What this file needs of the stand-in's World. */
interface Guild {
  readonly identity: { readonly guildId: string; readonly memberId: string; readonly applicationId: string };
  /** By id. */
  readonly channels: ReadonlyMap<string, Channel>;
}

/** What the bot may not do there: of a thread, what it may not do in the channel that it hangs on. */
function lacksOf({ channels }: Guild, { lacks, parentId }: Channel): readonly Permission[] {
  return channels.get(parentId ?? '')?.lacks ?? lacks;
}

const bitsOf = (names: readonly Permission[]): bigint => names.reduce((bits, name) => bits | PERMISSIONS[name], 0n);

/** A channel as the gateway sends it, with an overwrite that denies the bot its missing permissions. */
export function channelPayload(
  { identity }: Guild,
  { id, type, name, parentId, lacks, closedTo = new Map() }: Channel,
) {
  const denied = new Map([...closedTo, [identity.applicationId, lacks]]);
  return {
    id,
    type,
    name,
    guild_id: identity.guildId,
    parent_id: parentId ?? null,
    flags: 0,
    ...(type === CHANNEL.thread
      ? {
          owner_id: identity.memberId,
          thread_metadata: {
            archived: false,
            auto_archive_duration: 1440,
            archive_timestamp: '2024-01-01T00:00:00.000000+00:00',
            locked: false,
          },
        }
      : {
          position: 0,
          nsfw: false,
          permission_overwrites: [...denied]
            .filter(([, names]) => names.length > 0)
            .map(([who, names]) => ({ id: who, type: 1, allow: '0', deny: String(bitsOf(names)) })),
        }),
  };
}

/** @returns the bot's permissions there */
export function botPermissionsIn(guild: Guild, channelId: string): bigint {
  const channel = guild.channels.get(channelId);
  return channel === undefined ? ORDINARY : ORDINARY & ~bitsOf(lacksOf(guild, channel));
}

/** @throws ApiError 10003 when there is no such channel, 50001 when the bot does not see it */
export function visibleChannel(guild: Guild, channelId: string): Channel {
  const channel = guild.channels.get(channelId);
  if (channel === undefined) throw new ApiError(404, 10003, 'Unknown Channel');
  if (lacksOf(guild, channel).includes('ViewChannel')) throw new ApiError(403, 50001, 'Missing Access');
  return channel;
}

/** Without the permission, Discord gives no messages rather than an error. */
export const mayReadHistory = (guild: Guild, channel: Channel): boolean =>
  !lacksOf(guild, channel).includes('ReadMessageHistory');

/** @throws ApiError 50013 when the bot may not post this there, 50008 when nobody can */
export function mustBePostable(guild: Guild, channel: Channel, content: { embeds: boolean; files: boolean }): void {
  if (channel.type === CHANNEL.category) throw new ApiError(400, 50008, 'Cannot send messages in a non-text channel');
  const needed: Permission[] = [
    channel.type === CHANNEL.thread ? 'SendMessagesInThreads' : 'SendMessages',
    ...(content.embeds ? (['EmbedLinks'] as const) : []),
    ...(content.files ? (['AttachFiles'] as const) : []),
  ];
  const lacks = lacksOf(guild, channel);
  if (needed.some((name) => lacks.includes(name))) throw new ApiError(403, 50013, 'Missing Permissions');
}
