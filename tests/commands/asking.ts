import { wordError } from '../../src/commands/error-words.ts';
import type { Invocation, SlashCommand } from '../../src/commands/slash-command.ts';
import type { Options } from '../../src/commands/options.ts';
import type { Reply } from '../../src/reply.ts';
import { replyToText } from '../../src/terminal/output.ts';
import type { TestApp } from '../support/test-bot.ts';

/** Asks a command as the bot does, without Discord. @returns the answer as text @throws errors as the bot words them */
export async function answerOf<R>(
  command: SlashCommand<R>,
  test: TestApp,
  options: Options,
  changes: Partial<Invocation> = {},
): Promise<string> {
  const asked = await test.invocation(changes);
  try {
    return replyToText(await replyOf(command, command.parse(options, asked), asked));
  } catch (error) {
    throw wordError(error, 'discord');
  }
}

/** Runs a command that has been read, or that a button stands for. */
export function replyOf<R>(command: SlashCommand<R>, request: R, asked: Invocation): Promise<Reply> {
  const messenger = {
    postToChannel: () => Promise.reject(new Error('not here')),
    sendDirectMessage: () => Promise.reject(new Error('not here')),
    isInGuild: () => true,
    missingPermissions: () => Promise.reject(new Error('not here')),
    guildName: () => undefined,
  };
  const { signal } = new AbortController();
  return command.run(request, { ...asked, messenger, progress() {}, amend() {}, signal });
}
