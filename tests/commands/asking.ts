import type { Command, Invocation, Options } from '../../src/commands/slash-command.ts';
import { replyToText } from '../../src/terminal/output.ts';
import type { TestApp } from '../support/test-bot.ts';

/** Asks a command as the bot does, without Discord. @returns the answer as text */
export async function answerOf<R>(
  command: Command<R>,
  test: TestApp,
  options: Options,
  changes: Partial<Invocation> = {},
): Promise<string> {
  const invocation = await test.invocation(changes);
  const request = command.parse(options, invocation);
  const messenger = {
    postToChannel: () => Promise.reject(new Error('not here')),
    sendDirectMessage: () => Promise.reject(new Error('not here')),
    isInGuild: () => true,
    missingPermissions: () => Promise.reject(new Error('not here')),
    guildName: () => undefined,
  };
  const { signal } = new AbortController();
  return replyToText(await command.run(request, { ...invocation, messenger, progress() {}, signal }));
}
