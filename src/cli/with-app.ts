import { createApp, type App } from '../app.ts';
import { readConfig } from '../config.ts';
import type { Terminal } from './command.ts';

/** The app for the length of one command. Only faults are logged unless LOG_LEVEL says otherwise. */
export async function withApp<T>({ env }: Terminal, work: (app: App) => Promise<T>): Promise<T> {
  const app = await createApp(readConfig({ ...env, LOG_LEVEL: env['LOG_LEVEL'] ?? 'error' }), { isWatched: true });
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}
