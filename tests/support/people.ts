import { createApp, type App, type AppOptions } from '../../src/app.ts';
import { startBot } from '../../src/discord/client.ts';
import { deployCommands } from '../../src/discord/command-deployment.ts';
import { commands } from '../../src/commands/slash-commands.ts';
import { readConfig } from '../../src/config.ts';
import { startDiscord, type Discord } from './discord/stand-in.ts';
import { temporaryHome } from './tailcap.ts';

/** The whole app, its engine in threads and the sample's shipped model, and a real client at a stand-in. */
export interface People {
  readonly app: App;
  readonly discord: Discord;
  /** Of its store. */
  readonly url: string;
  /** All that was logged, as text. */
  log(): string;
  /** @throws Error when Discord would have refused something that the bot sent, or does not know it */
  close(): Promise<void>;
}

export async function startPeople(
  env: Record<string, string> = {},
  options: Pick<AppOptions, 'clock'> = {},
): Promise<People> {
  const { home, remove } = temporaryHome();
  const discord = await startDiscord();
  const { token, applicationId, guildId, apiUrl: api } = discord;
  let log = '';
  const url = `sqlite:${home}/store.sqlite`;
  const config = readConfig({ STORE_URL: url, LOG_LEVEL: 'debug', ...env });
  const app = await createApp(config, { ...options, logTo: { write: (line) => void (log += line) } });
  await deployCommands({ commands, token, applicationId, guildId, api });
  const bot = await startBot({ app, commands, token, api });
  return {
    app,
    discord,
    url,
    log: () => log,
    async close() {
      await bot.stop();
      await app.close();
      await discord.close();
      remove();
      discord.checkSent();
    },
  };
}
