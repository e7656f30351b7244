import type { Asked, Command, Options } from '../../src/commands/slash-command.ts';
import { replyToText } from '../../src/terminal/output.ts';
import type { TestApp } from '../support/test-bot.ts';

/** Asks a command as the bot does, without Discord. @returns the answer as text */
export async function answerOf<R>(
  command: Command<R>,
  test: TestApp,
  options: Options,
  changes: Partial<Asked> = {},
): Promise<string> {
  const asked = await test.asked(changes);
  const request = command.parse(options, asked);
  const messenger = {
    post: () => Promise.reject(new Error('not here')),
    tell: () => Promise.reject(new Error('not here')),
    isIn: () => true,
    lacking: () => Promise.reject(new Error('not here')),
    serverName: () => undefined,
  };
  const { signal } = new AbortController();
  return replyToText(await command.run(request, { ...asked, messenger, progress() {}, signal }));
}
