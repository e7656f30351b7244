import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10';
import type { App } from '../app.ts';
import { UserError } from '../errors.ts';
import type { Messenger } from '../messenger.ts';
import type { Reply } from '../reply.ts';
import type { AutocompleteChoice } from './autocomplete.ts';
import type { GuildView } from './guilds.ts';
import type { Options } from './options.ts';

/** Who invoked a command, and where. */
export interface Invocation {
  readonly app: App;
  readonly memberId: string;
  /** Absent in direct messages. */
  readonly guildId?: string;
  readonly channelId?: string;
  /** The universes and default settings that apply there. */
  readonly guild: GuildView;
  /** Whether the member has Discord's permission "manage server" there. */
  readonly mayManage: boolean;
  /** `create` of `/universe create`. */
  readonly subcommand?: string;
}

/** Where an option is being typed, and what stands in the others. */
export interface Typing extends Invocation {
  readonly others: Options;
}

/** What a command runs with, besides its request. */
export interface Context extends Invocation {
  readonly messenger: Messenger;
  /** Shows a status text in the deferred reply; calls in quick succession are dropped. */
  readonly progress: (text: string) => void;
  /** Replaces the answer when `later`, which begins once the answer is there, has come to an end with another. */
  readonly amend: (later: () => Promise<Reply | undefined>) => void;
  /** Aborts when the bot stops, or when the answer is cancelled. */
  readonly signal: AbortSignal;
}

/**
 * A slash command. `parse` runs before the reply is deferred, so only the member sees a UserError that it throws;
 * `run` runs afterwards and may take long.
 */
export interface SlashCommand<Request> {
  readonly data: RESTPostAPIChatInputApplicationCommandsJSONBody;
  /** Whether the request is expensive: a member may make only a few of these a minute. Absent: no. */
  isRateLimited?(request: Request): boolean;
  /** Whether the deferred reply of a rate-limited request has a button to cancel it. */
  readonly isCancellable?: boolean;
  /** Whether it answers from what the program itself knows, so that it works while the store does not. Absent: no. */
  readonly isStandalone?: boolean;
  parse(options: Options, invocation: Invocation): Request;
  /** Whether everyone in the channel sees the reply. Fixed when the reply is deferred. */
  isPublic(request: Request): boolean;
  run(request: Request, context: Context): Promise<Reply>;
  /** Choices for the option being typed; never throws. */
  complete?(
    option: string,
    typed: string,
    typing: Typing,
  ): readonly AutocompleteChoice[] | Promise<readonly AutocompleteChoice[]>;
  /** The request behind a button of this command. Throws UserError when it has expired or is another member's. */
  press?(key: string, invocation: Invocation): Promise<Request>;
}

/** @returns the server's id. @throws UserError in direct messages */
export function requireServer({ guildId }: Pick<Invocation, 'guildId'>): string {
  if (guildId !== undefined) return guildId;
  throw new UserError('This works only in a server: use it in one of its channels, not in a direct message.');
}

/**
 * @param what would be changed, in words: `this server's universes`
 * @returns the server's id
 * @throws UserError
 */
export function requireManager(invocation: Pick<Invocation, 'guildId' | 'mayManage'>, what: string): string {
  const guildId = requireServer(invocation);
  if (invocation.mayManage) return guildId;
  throw new UserError(`Only members with the Manage Server permission can change ${what}: ask one of them.`);
}
