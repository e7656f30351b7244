import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10';
import type { App } from '../app.ts';
import type { Reply } from '../text/reply.ts';

/** Options as Discord sent them, by name; absent ones are absent. */
export type Options = Readonly<Record<string, string | number | boolean>>;

export interface Choice {
  /** What is shown, at most 100 characters. */
  readonly name: string;
  readonly value: string;
}

/** What a running command may use beside its request. */
export interface Context {
  readonly app: App;
  readonly memberId: string;
  /** Says in the waiting answer what is going on; calls that come too fast are dropped. */
  readonly progress: (text: string) => void;
  /** Aborts when the bot stops. */
  readonly signal: AbortSignal;
}

/**
 * A slash command. `parse` runs before anything is answered, so what it throws (UserError) is told in
 * private; `run` runs after the answer has been deferred and may take long.
 */
export interface Command<Request> {
  readonly data: RESTPostAPIChatInputApplicationCommandsJSONBody;
  parse(options: Options, app: App): Request;
  /** Whether the answer is for everyone in the channel. Fixed when the answer is deferred. */
  isPublic(request: Request): boolean;
  run(request: Request, context: Context): Promise<Reply>;
  /** Choices for the option being typed; never throws. */
  complete?(option: string, typed: string, app: App): readonly Choice[];
  /** The request that a button of this command stands for. Throws UserError when it is gone or another member's. */
  press?(key: string, memberId: string, app: App): Promise<Request>;
}
