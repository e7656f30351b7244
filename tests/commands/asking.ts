import type { Asked, Command, Options } from '../../src/commands/slash-command.ts';
import type { Reply } from '../../src/reply.ts';
import { replyToText } from '../../src/terminal/reply-text.ts';
import type { TestApp } from '../support/test-bot.ts';

/** Asks a command as the bot does, without Discord. @returns the answer as text */
export async function answerOf<R>(
  command: Command<R>,
  test: TestApp,
  options: Options,
  changes: Partial<Asked> = {},
): Promise<string> {
  const asked = await test.asked(changes);
  return replyToText(await replyOf(command, command.parse(options, asked), asked));
}

/** Runs a command that has been read, or that a button stands for. */
export function replyOf<R>(command: Command<R>, request: R, asked: Asked): Promise<Reply> {
  const messenger = {
    post: () => Promise.reject(new Error('not here')),
    tell: () => Promise.reject(new Error('not here')),
    isIn: () => true,
    lacking: () => Promise.reject(new Error('not here')),
    serverName: () => undefined,
  };
  const { signal } = new AbortController();
  return command.run(request, { ...asked, messenger, progress() {}, signal });
}
