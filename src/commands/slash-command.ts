import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10';
import type { App } from '../app.ts';
import { UserError } from '../errors.ts';
import type { Messenger } from '../messenger.ts';
import type { Reply } from '../reply.ts';
import type { AutocompleteChoice } from './autocomplete.ts';
import type { GuildView } from './guilds.ts';
import type { Options } from './options.ts';

export type { AutocompleteChoice, Options };

/** By whom and where a command was invoked. */
export interface Invocation {
  readonly app: App;
  readonly memberId: string;
  /** Absent in direct messages. */
  readonly guildId?: string;
  readonly channelId?: string;
  /** What can be named and left out there. */
  readonly guild: GuildView;
  /** Whether the member has Discord's permission "manage server" there. */
  readonly mayManage: boolean;
  /** `create` of `/universe create`. */
  readonly subcommand?: string;
}

/** What a running command may use beside its request. */
export interface Context extends Invocation {
  readonly messenger: Messenger;
  /** Says in the waiting answer what is going on; calls that come too fast are dropped. */
  readonly progress: (text: string) => void;
  /** Aborts when the bot stops, or when the answer is cancelled. */
  readonly signal: AbortSignal;
}

/**
 * A slash command. `parse` runs before anything is answered, so what it throws (UserError) is told in
 * private; `run` runs after the answer has been deferred and may take long.
 */
export interface SlashCommand<Request> {
  readonly data: RESTPostAPIChatInputApplicationCommandsJSONBody;
  /** Takes much computing: a member may ask so only some times a minute. Absent: no. */
  isRateLimited?(request: Request): boolean;
  /** While it runs, its deferred reply has a button that ends it; rate-limited requests alone. */
  readonly isCancellable?: boolean;
  parse(options: Options, invocation: Invocation): Request;
  /** Whether the answer is for everyone in the channel. Fixed when the answer is deferred. */
  isPublic(request: Request): boolean;
  run(request: Request, context: Context): Promise<Reply>;
  /** Choices for the option being typed; never throws. */
  complete?(option: string, typed: string, invocation: Invocation): readonly AutocompleteChoice[] | Promise<readonly AutocompleteChoice[]>;
  /** The request that a button of this command stands for. Throws UserError when it is gone or another member's. */
  press?(key: string, invocation: Invocation): Promise<Request>;
}

/** @returns the server's id. @throws UserError in direct messages */
export function requireServer({ guildId }: Pick<Invocation, 'guildId'>): string {
  if (guildId !== undefined) return guildId;
  throw new UserError('This belongs to a server: ask it in one of its channels, not in a direct message.');
}

/**
 * @param what cannot be changed, in words: `this server's universes`
 * @returns the server's id
 * @throws UserError
 */
export function requireManager(asked: Pick<Invocation, 'guildId' | 'mayManage'>, what: string): string {
  const guildId = requireServer(asked);
  if (asked.mayManage) return guildId;
  throw new UserError(`Only those who have the permission Manage Server can change ${what}: ask one of them.`);
}
