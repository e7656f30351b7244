import { textChannel, type Channel } from './channels.ts';
import type { Interaction, Limits } from './interactions.ts';
import type { ShownMessage, UploadedFile } from './messages.ts';
import { openApiCheck, type BodyCheck } from './openapi.ts';
import type { DeployedCommand } from './command-schemas.ts';
import { newSnowflake } from './snowflake.ts';
import { createChanges, type Changes } from './changes.ts';

/** Who and where, by default. */
export interface Identity {
  readonly token: string;
  readonly applicationId: string;
  readonly guildId: string;
  /** A text channel of the guild. */
  readonly channelId: string;
  /** Who asks when a test does not say. */
  readonly memberId: string;
}

export type RouteName =
  | 'gateway'
  | 'me'
  | 'deployEverywhere'
  | 'deployToGuild'
  | 'callback'
  | 'readOriginal'
  | 'editOriginal'
  | 'deleteOriginal'
  | 'followUp'
  | 'readChannel'
  | 'readMember'
  | 'readMessages'
  | 'openDirectChannel'
  | 'postMessage';

export interface RecordedRequest {
  /** Absent when the stand-in knows no such route. */
  readonly route: RouteName | undefined;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
  /** The status of the answer and, of a refusal, Discord's error code. */
  readonly status: number;
  readonly code: number | undefined;
}

/** What a request gets instead of, or before, its answer. */
export interface Disturbance {
  readonly delayMs?: number;
  /** The request fails with this and, unless its answer is lost, changes nothing. */
  readonly failure?: {
    readonly status: number;
    /** Discord's JSON error code; none for a 5xx, which comes from the edge. */
    readonly code?: number;
    /** Of a 429: seconds. */
    readonly retryAfter?: number;
    /** Of a 429: it holds for every route. */
    readonly isGlobal?: boolean;
  };
  /** The request does what it says, but the connection breaks, or `failure` comes, in place of its answer. */
  readonly isAnswerLost?: boolean;
}

export interface PostedMessage {
  /** Whose direct channel it is; absent for a channel of a guild. */
  readonly userId: string | undefined;
  /** As it is now. */
  message: ShownMessage;
  readonly nonce: string | undefined;
  /** When it was posted, by `performance.now()`. */
  readonly at: number;
}

/** All that the stand-in knows, shared by its REST and its gateway. */
export interface World {
  readonly identity: Identity;
  /** As its people have named it. */
  readonly guildName: string;
  readonly limits: Limits;
  readonly changes: Changes;
  /** By token. */
  readonly interactions: Map<string, Interaction>;
  /** By guild; `global` for those of every guild. */
  readonly deployed: Map<string, readonly (DeployedCommand & { id: string })[]>;
  /** Those of the guild. */
  readonly channels: Map<string, Channel>;
  /** Direct channels: their users, by channel. */
  readonly directChannels: Map<string, string>;
  readonly posted: PostedMessage[];
  readonly closedToMessages: Set<string>;
  readonly disturbances: Map<RouteName, Disturbance[]>;
  readonly requests: RecordedRequest[];
  readonly violations: string[];
  readonly checkBody: BodyCheck;
}

export function createWorld(limits: Limits, guildName: string): World {
  const applicationId = newSnowflake();
  const channel = textChannel();
  return {
    identity: {
      token: `${Buffer.from(applicationId).toString('base64url')}.stand-in.${newSnowflake()}`,
      applicationId,
      guildId: newSnowflake(),
      channelId: channel.id,
      memberId: newSnowflake(),
    },
    guildName,
    limits,
    changes: createChanges(),
    interactions: new Map(),
    deployed: new Map(),
    channels: new Map([[channel.id, channel]]),
    directChannels: new Map(),
    posted: [],
    closedToMessages: new Set(),
    disturbances: new Map(),
    requests: [],
    violations: [],
    checkBody: openApiCheck(),
  };
}

export function directChannelFor(world: World, userId: string): string {
  const known = [...world.directChannels].find(([, user]) => user === userId);
  if (known !== undefined) return known[0];
  const id = newSnowflake();
  world.directChannels.set(id, userId);
  return id;
}
