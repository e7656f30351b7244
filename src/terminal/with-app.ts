import { type App, createApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { type Store, openStore } from '../store/store.ts';
import type { Terminal } from './terminal-command.ts';

/** Ctrl-C during a command. The message is shown to people. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

interface WithAppOptions {
  /** The message after Ctrl-C. */
  readonly whenInterrupted?: string;
  /** See `AppOptions`. */
  readonly answersAtOnce?: boolean;
}

/**
 * Opens the app for one command. Only faults are logged unless LOG_LEVEL says otherwise.
 * @throws InterruptedError after Ctrl-C, with everything closed; a second Ctrl-C ends the process at once
 */
export async function withApp<T>(
  { env }: Terminal,
  work: (app: App) => Promise<T>,
  { whenInterrupted = 'Stopped.', answersAtOnce = false }: WithAppOptions = {},
): Promise<T> {
  const config = readConfig({ ...env, LOG_LEVEL: env['LOG_LEVEL'] ?? 'error' });
  const app = await createApp(config, { isWatched: true, answersAtOnce });
  const interrupted = Promise.withResolvers<never>();
  const interrupt = (): void => interrupted.reject(new InterruptedError(whenInterrupted));
  process.once('SIGINT', interrupt);
  try {
    return await Promise.race([work(app), interrupted.promise]);
  } finally {
    process.off('SIGINT', interrupt);
    await app.close();
  }
}

const now = (): number => Date.now();

/** Opens only the store, for one command. */
export async function withStore<T>({ env }: Terminal, work: (store: Store, now: number) => Promise<T>): Promise<T> {
  const store = await openStore(readConfig(env).storeUrl, { now });
  try {
    return await work(store, now());
  } finally {
    await store.close();
  }
}
