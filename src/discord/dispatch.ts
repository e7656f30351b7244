import type {
  AutocompleteInteraction,
  ButtonInteraction,
  ChatInputCommandInteraction,
  Interaction,
  RepliableInteraction,
} from 'discord.js';
import type { App } from '../app.ts';
import { withTimeout } from '../async.ts';
import type { GuildView } from '../commands/guilds.ts';
import type { SlashCommand, Invocation } from '../commands/slash-command.ts';
import { END_MS } from '../orderly-end.ts';
import { asRequester } from '../requester.ts';
import { Admission } from './admission.ts';
import { handleAutocomplete } from './autocomplete.ts';
import { Cancellations, isCancelButton } from './cancellations.ts';
import { handleInteraction, type InteractionContext } from './interaction.ts';
import { Keystrokes } from './keystrokes.ts';
import { checkedOptions, hasSubcommand, subcommandOf } from './options.ts';
import { canManageGuild } from './permissions.ts';
import { RateLimiter } from './rate-limit.ts';

/** The command that an interaction asks for. */
interface Route {
  readonly name: string;
  readonly subcommand: string | undefined;
  /** Undefined when the bot has no such command, or the command has no buttons. */
  readonly command: SlashCommand<unknown> | undefined;
  /** Gives the request; throws UserError. */
  readonly parse: (invocation: Invocation) => unknown;
}

/** Of menus and forms, of which the bot has none. */
const UNKNOWN_ROUTE: Route = { name: 'unknown', subcommand: undefined, command: undefined, parse: () => undefined };

/** Finds the command for each interaction, and knows which interactions are being handled. */
export class Dispatcher {
  readonly #commands: ReadonlyMap<string, SlashCommand<unknown>>;
  readonly #services: Omit<InteractionContext, 'log' | 'signal' | 'isStopping' | 'receivedAt'>;
  readonly #keystrokes = new Keystrokes();
  readonly #running = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  #isStopping = false;

  constructor(
    commands: readonly SlashCommand<unknown>[],
    services: Pick<InteractionContext, 'app' | 'messenger' | 'acknowledgements' | 'unfinished'>,
  ) {
    this.#commands = new Map(commands.map((command) => [command.data.name, command]));
    const { now } = services.app.clock;
    const limits = { admission: new Admission(now), rateLimiter: new RateLimiter(now) };
    this.#services = { ...services, cancellations: new Cancellations(), ...limits };
  }

  /** Never rejects. All that it leads to is done on behalf of its member. */
  async dispatch(interaction: Interaction): Promise<void> {
    const handle = (): Promise<void> => asRequester(interaction.user.id, () => this.#handle(interaction));
    const handling = Promise.try(handle).catch((error: unknown) =>
      this.#services.app.mishaps.note('interaction', error),
    );
    this.#running.add(handling);
    await handling;
    this.#running.delete(handling);
  }

  /**
   * From now on, replies to new requests only say that the bot restarts. Resolves to true when every running command
   * has replied. Resolves to false when some have not within `ms`; they are aborted and reply that the bot restarts.
   */
  async drain(ms: number): Promise<boolean> {
    this.#isStopping = true;
    const isDrained = await this.#isIdleWithin(ms);
    // Answers are amended no more, either.
    this.#abort.abort(new Error('the bot stops'));
    if (!isDrained) await this.#isIdleWithin(END_MS.farewell);
    return isDrained;
  }

  async #handle(interaction: Interaction): Promise<void> {
    if (interaction.isAutocomplete()) return this.#autocomplete(interaction);
    if (interaction.isChatInputCommand()) return this.#runCommand(interaction);
    const { app, cancellations } = this.#services;
    if (!interaction.isButton()) return this.#run(interaction, UNKNOWN_ROUTE);
    return isCancelButton(interaction) ? cancellations.handlePress(interaction, app.log) : this.#runButton(interaction);
  }

  #autocomplete(interaction: AutocompleteInteraction): Promise<void> {
    const { app } = this.#services;
    const command = this.#commands.get(interaction.commandName);
    const invocation = async () => {
      const guild = await app.guilds.recentView(interaction.guildId ?? undefined);
      return invocationOf(interaction, app, guild, subcommandOf(interaction));
    };
    return handleAutocomplete(interaction, { command, invocation, keystrokes: this.#keystrokes, log: app.log });
  }

  #runCommand(interaction: ChatInputCommandInteraction): Promise<void> {
    const { commandName: name } = interaction;
    const given = this.#commands.get(name);
    const subcommand = subcommandOf(interaction);
    const command = given && hasSubcommand(given, subcommand) ? given : undefined;
    const parse = (invocation: Invocation) => command?.parse(checkedOptions(interaction, command), invocation);
    return this.#run(interaction, { name, subcommand, command, parse });
  }

  #runButton(interaction: ButtonInteraction): Promise<void> {
    const [name = '', ...rest] = interaction.customId.split(':');
    const command = this.#commands.get(name);
    const parse = (invocation: Invocation) => command?.press?.(rest.join(':'), invocation);
    return this.#run(interaction, { name, subcommand: undefined, command: command?.press && command, parse });
  }

  async #run(interaction: RepliableInteraction, { name, subcommand, command, parse }: Route): Promise<void> {
    const { app } = this.#services;
    const receivedAt = app.clock.now();
    const log = app.log.child({ command: name, ...(subcommand && { subcommand }), interaction: interaction.id });
    const read = async () => {
      // Without its settings a server's answers would not be its own.
      const guild = await app.guilds.view(
        command?.isStandalone === true ? undefined : (interaction.guildId ?? undefined),
      );
      const invocation = invocationOf(interaction, app, guild, subcommand);
      return { invocation, request: await parse(invocation) };
    };
    const state = { log, signal: this.#abort.signal, isStopping: this.#isStopping, receivedAt };
    const outcome = await handleInteraction({ interaction, command, read }, { ...this.#services, ...state });
    log.info({ outcome, ms: app.clock.now() - receivedAt }, 'interaction');
  }

  /** Waits at most `ms` until no command runs. @returns whether none runs */
  #isIdleWithin(ms: number): Promise<boolean> {
    const idle = async (): Promise<boolean> => {
      while (this.#running.size > 0) await Promise.all(this.#running);
      return true;
    };
    return withTimeout(ms, idle(), () => false);
  }
}

/** Who invoked the command and where, with what that guild has saved. */
function invocationOf(interaction: Interaction, app: App, guild: GuildView, subcommand?: string): Invocation {
  const { guildId, channelId, user } = interaction;
  return {
    app,
    memberId: user.id,
    ...(guildId !== null && { guildId }),
    ...(channelId !== null && { channelId }),
    ...(subcommand !== undefined && { subcommand }),
    guild,
    mayManage: canManageGuild(interaction),
  };
}
