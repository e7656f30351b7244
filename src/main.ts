import { createApp } from './app.ts';
import { startBot } from './bot/client.ts';
import { commands } from './commands/index.ts';
import { loadEnvironment, readConfig, requireDiscord } from './config.ts';
import { UserError } from './errors.ts';

try {
  const config = readConfig(loadEnvironment());
  const { token, apiUrl: api } = requireDiscord(config);
  const app = await createApp(config);
  const bot = await startBot({ app, commands, token, api });
  const stop = async (): Promise<void> => {
    await bot.stop();
    await app.close();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
